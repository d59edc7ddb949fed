package io.purgewise.spring;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Freshness;
import io.purgewise.outbox.DrainReport;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Says DOWN when the thread of the outbox is gone, when the outbox cannot be read, when a round failed and none succeeded since, or
 * when a distribution has let changes wait for too long. Keep it out of the liveness group: a restart helps neither CloudFront nor
 * DynamoDB. Where the outbox looks at what readers get, it says how many changes they got within 5 seconds, 30 seconds and 5 minutes.
 */
final class OutboxHealth extends AbstractHealthIndicator implements OutboxListener {

    private static final long MOST_COUNTED = 1_000;
    private static final String SERVICE = "outbox";

    private final Outbox outbox;
    private final List<DistributionId> lanes;
    private final BooleanSupplier alive;
    private final Duration maxAge;
    private final InstantSource clock;
    private final Map<String, Trouble> troubles = new TreeMap<>();
    private final FreshnessCensus census = new FreshnessCensus();

    /**
     * Is what keeps changes waiting.
     *
     * @param reason why
     * @param since when it began
     * @param until when it counts as over unless it is heard of again
     * @param tolerated how long it may go on
     */
    private record Trouble(String reason, Instant since, Instant until, Duration tolerated) {}

    OutboxHealth(
            Outbox outbox, List<DistributionId> lanes, BooleanSupplier alive, Duration maxAge, InstantSource clock) {
        super("the outbox cannot be read");
        this.outbox = outbox;
        this.lanes = lanes;
        this.alive = alive;
        this.maxAge = maxAge;
        this.clock = clock;
    }

    @Override
    public void failed(Throwable failure) {
        note(SERVICE, String.valueOf(failure.getMessage()), maxAge, Duration.ZERO);
    }

    @Override
    public void waiting(DistributionId lane, DrainReport.Outcome outcome, String reason, Duration comeBackAfter) {
        note(lane.toString(), reason, comeBackAfter.plus(maxAge), maxAge);
    }

    @Override
    public synchronized void drained(DistributionId lane, DrainReport.Finished finished, Duration age) {
        troubles.remove(lane.toString());
        troubles.remove(SERVICE);
    }

    @Override
    public synchronized void looked(DistributionId lane, DrainReport.Finished finished, Freshness found, Instant at) {
        census.add(finished, found, at);
    }

    private synchronized void note(String where, String reason, Duration holds, Duration tolerated) {
        Instant now = clock.instant();
        Trouble before = troubles.get(where);
        Instant since = before == null || before.until().isBefore(now) ? now : before.since();
        troubles.put(where, new Trouble(reason, since, now.plus(holds), tolerated));
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        long waiting = 0;
        for (DistributionId lane : lanes) {
            waiting = Math.max(waiting, outbox.size(lane, MOST_COUNTED));
        }
        builder.up().withDetail("waiting", waiting < MOST_COUNTED ? waiting : MOST_COUNTED + " or more");
        if (!alive.getAsBoolean()) {
            builder.down().withDetail(SERVICE, "the thread that drains is gone; restart the service");
        }
        addWhatWasHeard(builder);
    }

    private synchronized void addWhatWasHeard(Health.Builder builder) {
        Instant now = clock.instant();
        census.text().ifPresent(text -> builder.withDetail("fresh", text));
        troubles.values().removeIf(trouble -> trouble.until().isBefore(now));
        troubles.forEach((where, trouble) -> {
            builder.withDetail(where, trouble.reason());
            if (Duration.between(trouble.since(), now).compareTo(trouble.tolerated()) >= 0) {
                builder.down();
            }
        });
    }
}

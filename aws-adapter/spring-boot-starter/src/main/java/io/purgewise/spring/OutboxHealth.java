package io.purgewise.spring;

import io.purgewise.cdn.DistributionId;
import io.purgewise.outbox.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Reports how many changes wait, how long the oldest has waited, and what went wrong at last. Keep it out of the liveness
 * group: a restart helps neither CloudFront nor DynamoDB.
 */
final class OutboxHealth extends AbstractHealthIndicator {

    /** Beyond this it makes no difference how many changes wait. */
    private static final int MOST_COUNTED = 1_000;

    private final Outbox outbox;
    private final List<DistributionId> lanes;
    private final DrainerLifecycle drainer;
    private final Duration maxAge;
    private final InstantSource clock;

    OutboxHealth(
            Outbox outbox, List<DistributionId> lanes, DrainerLifecycle drainer, Duration maxAge, InstantSource clock) {
        super("the outbox cannot be read");
        this.outbox = outbox;
        this.lanes = List.copyOf(lanes);
        this.drainer = drainer;
        this.maxAge = maxAge;
        this.clock = clock;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        long waiting = 0;
        Duration age = Duration.ZERO;
        Instant now = clock.instant();
        for (DistributionId lane : lanes) {
            Optional<Outbox.Waiting> ends = outbox.waiting(lane);
            if (ends.isPresent()) {
                Duration oldest = Duration.between(ends.get().oldestAcceptedAt(), now);
                age = oldest.compareTo(age) > 0 ? oldest : age;
                waiting = Math.max(waiting, outbox.size(lane, MOST_COUNTED));
            }
        }
        boolean down = !drainer.isRunning() || drainer.lastFailure().isPresent() || age.compareTo(maxAge) > 0;
        builder.status(down ? "DOWN" : "UP")
                .withDetail("waiting", waiting)
                .withDetail("oldestSeconds", age.toSeconds());
        drainer.lastFailure().ifPresent(failure -> builder.withDetail("lastFailure", failure.reason()));
    }
}

package io.purgewise.aws;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.Cleared;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Freshness;
import io.purgewise.cdn.Invalidation;
import io.purgewise.outbox.DeadLetter;
import io.purgewise.outbox.DrainReport;
import io.purgewise.outbox.LeaseLostException;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxListener;
import io.purgewise.plan.InvalidationPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts and times what happens on the way to the CDN, in Micrometer.
 *
 * <p>Micrometer is an optional dependency: whoever uses this class brings {@code io.micrometer:micrometer-core}, and nobody else
 * needs it. Meters, all starting with {@code purgewise.}:
 *
 * <ul>
 *   <li>{@code invalidations}, {@code paths} (counters, by {@code distribution}) and {@code cost} (counter, micro-dollars, as
 *       planned)
 *   <li>{@code accepted} (counter: changes that an outbox accepted) and {@code changes} (counter, by {@code distribution}: changes
 *       that were carried through)
 *   <li>{@code queue.time} (timer, by {@code distribution}: how long a lane had not been empty when a drain of it was closed) and
 *       {@code clear.time} (timer: from acceptance by the CDN to completion, as far as somebody waits for it)
 *   <li>{@code plan.items} and {@code collateral} (summaries: items of a plan, and the weight of known URLs that it clears
 *       although nobody asked)
 *   <li>{@code retries} (counter, by {@code reason}), {@code quota.waits} (counter: batches that waited for quota)
 *   <li>{@code quota.left.items} and {@code quota.left.wildcards} (gauges, by {@code distribution})
 *   <li>{@code widened} (counter, by {@code escalation}), {@code waiting} (counter, by {@code distribution} and {@code outcome}:
 *       lanes that could not go on), {@code rejected} and {@code dead.letters} (counters, by {@code distribution}),
 *       {@code lease.lost} and {@code failed} (counters)
 *   <li>{@code fresh.time} (timer with buckets at 5 s, 30 s and 5 min, by {@code distribution}: from a change being made known to
 *       the proof that readers get it, of those that were {@linkplain io.purgewise.cdn.Clearing#proveFresh proven}: the share of
 *       changes that were fresh within such a time), {@code looked} (counter of URLs, by {@code distribution} and
 *       {@code verdict}) and {@code repaired.paths} (counter, by {@code distribution}: paths cleared once more)
 *   <li>{@code visible.time} (timer with the same buckets, by {@code distribution}: from the acceptance of each change by an outbox to
 *       the proof that readers get it, of those that were proven) and {@code not.looked} (counter of changes, by {@code distribution}:
 *       carried through, with nobody looking), where the outbox {@linkplain io.purgewise.outbox.OutboxDrainer.Builder#looking looks}
 * </ul>
 *
 * <p>This class is thread-safe.
 */
public final class MicrometerListener implements CdnListener, OutboxListener {

    private static final String PREFIX = "purgewise.";

    private final MeterRegistry registry;
    private final Map<String, AtomicInteger> quotaLeft = new ConcurrentHashMap<>();

    /**
     * Creates a listener.
     *
     * @param registry where to keep the meters
     */
    public MicrometerListener(MeterRegistry registry) {
        this.registry = registry;
    }

    private Counter counter(String name, String... tags) {
        return registry.counter(PREFIX + name, tags);
    }

    @Override
    public void submitted(DistributionId distribution, Invalidation invalidation, int attempts) {
        counter("invalidations", "distribution", distribution.toString()).increment();
        counter("paths", "distribution", distribution.toString()).increment(invalidation.quantity());
    }

    @Override
    public void completed(DistributionId distribution, Invalidation invalidation, Duration sinceAccepted) {
        registry.timer(PREFIX + "clear.time", "distribution", distribution.toString())
                .record(notNegative(sinceAccepted));
    }

    @Override
    public void retrying(DistributionId distribution, CdnException failure, Duration delay) {
        counter("retries", "reason", failure.reason().name()).increment();
    }

    @Override
    public void waitingForQuota(DistributionId distribution, int itemsInProgress, int wildcardsInProgress) {
        counter("quota.waits", "distribution", distribution.toString()).increment();
    }

    @Override
    public void quotaLeft(DistributionId distribution, int items, int wildcards) {
        gauge("quota.left.items", distribution).set(items);
        gauge("quota.left.wildcards", distribution).set(wildcards);
    }

    private AtomicInteger gauge(String name, DistributionId distribution) {
        return quotaLeft.computeIfAbsent(
                name + " " + distribution,
                key -> Objects.requireNonNull(registry.gauge(
                        PREFIX + name,
                        Tags.of("distribution", distribution.toString()),
                        new AtomicInteger(),
                        AtomicInteger::get)));
    }

    @Override
    public void looked(DistributionId distribution, Freshness found, Duration sinceChange) {
        String where = distribution.toString();
        for (Freshness.Verdict verdict : Freshness.Verdict.values()) {
            counter("looked", "distribution", where, "verdict", verdict.name())
                    .increment(found.with(verdict).size());
        }
        counter("repaired.paths", "distribution", where).increment((double) found.repairedPaths());
        if (found.isProven()) {
            withinTimes("fresh.time", where).record(notNegative(sinceChange));
        }
    }

    @Override
    public void looked(DistributionId lane, DrainReport.Finished finished, Freshness found, Instant at) {
        if (found.isProven()) {
            Timer timer = withinTimes("visible.time", lane.toString());
            finished.entries().forEach(entry -> timer.record(notNegative(Duration.between(entry.acceptedAt(), at))));
        }
    }

    @Override
    public void notLooked(DistributionId lane, DrainReport.Finished finished, String reason) {
        counter("not.looked", "distribution", lane.toString())
                .increment(finished.entries().size());
    }

    private Timer withinTimes(String name, String distribution) {
        return Timer.builder(PREFIX + name)
                .tag("distribution", distribution)
                .serviceLevelObjectives(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(5))
                .register(registry);
    }

    private static Duration notNegative(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }

    @Override
    public void rejected(DistributionId distribution, Cleared.Rejected rejected) {
        counter("rejected", "distribution", distribution.toString()).increment();
    }

    @Override
    public void accepted(int changes) {
        counter("accepted").increment(changes);
    }

    @Override
    public void planned(Outbox.Drain drain, InvalidationPlan plan) {
        registry.summary(PREFIX + "collateral").record((double) plan.cost().collateral());
        registry.summary(PREFIX + "plan.items").record(plan.cost().items());
        counter("cost").increment((double) plan.cost().money());
    }

    @Override
    public void drained(DistributionId lane, DrainReport.Finished finished, Duration age) {
        counter("changes", "distribution", lane.toString())
                .increment(finished.entries().size());
        Timer.builder(PREFIX + "queue.time")
                .tag("distribution", lane.toString())
                .register(registry)
                .record(age);
    }

    @Override
    public void widened(DistributionId lane, Clearing.Escalation escalation, List<String> reasons) {
        counter("widened", "escalation", escalation.name()).increment();
    }

    @Override
    public void died(DeadLetter letter) {
        counter("dead.letters", "distribution", letter.lane().toString()).increment();
    }

    @Override
    public void waiting(DistributionId lane, DrainReport.Outcome outcome, String reason, Duration comeBackAfter) {
        counter("waiting", "distribution", lane.toString(), "outcome", outcome.name())
                .increment();
    }

    @Override
    public void leaseLost(LeaseLostException failure) {
        counter("lease.lost").increment();
    }

    @Override
    public void failed(Throwable failure) {
        counter("failed").increment();
    }
}

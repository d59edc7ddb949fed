package io.purgewise.aws;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Escalation;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.LeaseLostException;
import io.purgewise.cdn.PoisonedEntry;
import io.purgewise.cdn.RejectedItem;
import io.purgewise.cdn.SubmissionException;
import io.purgewise.site.InvalidationItem;
import java.time.Duration;
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
 *   <li>{@code invalidations}, {@code paths} (counters, by {@code distribution}) and {@code cost} (counter, micro-dollars)
 *   <li>{@code queue.time} (timer: age of a drain's oldest change when its last batch was accepted) and {@code clear.time}
 *       (timer: from acceptance by the CDN to completion, as far as somebody waits for it)
 *   <li>{@code changes} (counter), {@code plan.items} and {@code collateral} (summaries: items of a plan, and the weight of
 *       known URLs that it clears although nobody asked)
 *   <li>{@code retries} (counter, by {@code reason}), {@code waves} (counter: batches that waited for room)
 *   <li>{@code headroom.items} and {@code headroom.wildcards} (gauges, by {@code distribution})
 *   <li>{@code widened} (counter, by {@code widening}), {@code deferred}, {@code refused}, {@code rejected}, {@code poisoned},
 *       {@code lease.lost} (counters), {@code refused.by} (counter, by {@code distribution}: refusals for good)
 * </ul>
 *
 * <p>This class is thread-safe.
 */
public final class MicrometerListener implements CdnListener {

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
                .record(sinceAccepted.isNegative() ? Duration.ZERO : sinceAccepted);
    }

    @Override
    public void retrying(DistributionId distribution, CdnException failure, Duration delay) {
        counter("retries", "reason", failure.reason().name()).increment();
    }

    @Override
    public void waitingForQuota(DistributionId distribution, int itemsInProgress, int wildcardsInProgress) {
        counter("waves", "distribution", distribution.toString()).increment();
    }

    @Override
    public void quotaLeft(DistributionId distribution, int items, int wildcards) {
        gauge("headroom.items", distribution).set(items);
        gauge("headroom.wildcards", distribution).set(wildcards);
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
    public void rejected(DistributionId distribution, RejectedItem rejected) {
        counter("rejected", "distribution", distribution.toString()).increment();
    }

    @Override
    public void drainStarted(
            String drainId, int changes, List<InvalidationItem> items, long collateral, Duration oldestAge) {
        registry.summary(PREFIX + "collateral").record((double) collateral);
        registry.summary(PREFIX + "plan.items").record(items.size());
    }

    @Override
    public void drainFinished(String drainId, int changes, long paths, long microDollars, Duration oldestAge) {
        counter("changes").increment(changes);
        counter("cost").increment((double) microDollars);
        Timer.builder(PREFIX + "queue.time")
                .register(registry)
                .record(oldestAge.isNegative() ? Duration.ZERO : oldestAge);
    }

    @Override
    public void widened(String drainId, Escalation widening, String reason) {
        counter("widened", "widening", widening.name()).increment();
    }

    @Override
    public void deferred(int changes, long pathsThisMonth) {
        counter("deferred").increment();
    }

    @Override
    public void refused(String reason) {
        counter("refused").increment();
    }

    @Override
    public void refusedBy(DistributionId distribution, SubmissionException failure, int batches) {
        counter("refused.by", "distribution", distribution.toString()).increment();
    }

    @Override
    public void poisoned(PoisonedEntry poisoned) {
        counter("poisoned").increment();
    }

    @Override
    public void leaseLost(LeaseLostException failure) {
        counter("lease.lost").increment();
    }
}

package io.purgewise.aws;

import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.CdnQuotas;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches that one process keeps to the quotas with what it sent by itself: what it cannot know of, such as what another process sent or
 * an answer that was lost, the CDN refuses and does not count here.
 */
final class QuotaWatch implements Cdn {

    private record Sent(InvalidationBatch batch, Instant until) {}

    private final Cdn inner;
    private final CdnQuotas quotas;
    private final InstantSource clock;
    private final Duration completion;
    private final boolean standsStill;
    private final List<Sent> sent = new ArrayList<>();
    private @Nullable Instant lastCall;

    /** {@code standsStill} says that a process may stand still between booking its call and making it, and then calls come close. */
    QuotaWatch(Cdn inner, CdnQuotas quotas, InstantSource clock, Duration completion, boolean standsStill) {
        this.standsStill = standsStill;
        this.completion = completion;
        this.inner = inner;
        this.quotas = quotas;
        this.clock = clock;
    }

    @Override
    public Invalidation submit(InvalidationBatch batch) {
        check(batch);
        Invalidation accepted = inner.submit(batch);
        sent.add(new Sent(batch, accepted.createTime().plus(completion)));
        return accepted;
    }

    private void check(InvalidationBatch batch) {
        Instant now = clock.instant();
        if (!standsStill && lastCall != null && Duration.between(lastCall, now).compareTo(Duration.ofSeconds(2)) < 0) {
            throw new Violation("quota of calls: one at " + lastCall + ", the next at " + now);
        }
        lastCall = now;
        int items = batch.quantity();
        int wildcards = batch.wildcards();
        boolean beside = false;
        sent.removeIf(each -> !each.until().isAfter(now));
        for (Sent each : sent) {
            if (each.batch().distribution().equals(batch.distribution())) {
                items += each.batch().quantity();
                wildcards += each.batch().wildcards();
                beside = true;
            }
        }
        if (beside && (items > quotas.itemsInProgress() || wildcards > quotas.wildcardsInProgress())) {
            throw new Violation("quota in progress: " + items + " items, " + wildcards + " wildcards by one process");
        }
        if (batch.quantity() > quotas.itemsPerBatch()) {
            throw new Violation("quota of a batch: " + batch.quantity() + " items");
        }
    }

    @Override
    public Invalidation read(DistributionId distribution, String id) {
        return inner.read(distribution, id);
    }

    @Override
    public Iterable<Invalidation.Summary> list(DistributionId distribution) {
        return inner.list(distribution);
    }

    @Override
    public Optional<String> cacheTagHeader(DistributionId distribution) {
        return inner.cacheTagHeader(distribution);
    }
}

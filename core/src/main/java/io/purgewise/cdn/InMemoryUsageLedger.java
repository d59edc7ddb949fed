package io.purgewise.cdn;

import java.time.YearMonth;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Counts paths in memory. Thread-safe. */
final class InMemoryUsageLedger implements UsageLedger {

    private record Key(DistributionId distribution, CallerReference reference) {}

    private record Count(YearMonth month, long paths, boolean reserved) {}

    private final Map<YearMonth, Long> paths = new HashMap<>();
    private final Map<Key, Count> counts = new HashMap<>();

    @Override
    public synchronized boolean reserve(InvalidationBatch batch, YearMonth month, long limit) {
        Key key = new Key(batch.distribution(), batch.reference());
        Objects.requireNonNull(month, "month");
        if (counts.containsKey(key)) {
            return true;
        }
        if (batch.quantity() > limit - paths(month)) {
            return false;
        }
        add(key, new Count(month, batch.quantity(), true));
        return true;
    }

    @Override
    public synchronized void release(InvalidationBatch batch, YearMonth month) {
        Key key = new Key(batch.distribution(), batch.reference());
        Count count = counts.get(key);
        if (count != null && count.reserved()) {
            remove(key, count);
        }
    }

    @Override
    public synchronized boolean record(DistributionId distribution, Invalidation invalidation) {
        Objects.requireNonNull(invalidation, "invalidation");
        Key key = new Key(Objects.requireNonNull(distribution, "distribution"), invalidation.callerReference());
        Count before = counts.get(key);
        if (before != null && !before.reserved()) {
            return false;
        }
        remove(key, before);
        add(key, new Count(UsageLedger.monthOf(invalidation), invalidation.quantity(), false));
        return true;
    }

    private void add(Key key, Count count) {
        counts.put(key, count);
        paths.merge(count.month(), count.paths(), Math::addExact);
    }

    private void remove(Key key, @Nullable Count count) {
        if (count != null) {
            counts.remove(key);
            paths.merge(count.month(), -count.paths(), Math::addExact);
        }
    }

    @Override
    public synchronized long paths(YearMonth month) {
        return paths.getOrDefault(Objects.requireNonNull(month, "month"), 0L);
    }
}

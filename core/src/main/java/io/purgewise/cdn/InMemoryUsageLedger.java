package io.purgewise.cdn;

import java.time.YearMonth;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts paths in memory. Thread-safe. */
final class InMemoryUsageLedger implements UsageLedger {

    private record Key(DistributionId distribution, CallerReference reference) {}

    /** What counts under a key; {@code reserved} is null for what was accepted. */
    private record Count(
            YearMonth month, long paths, @Nullable Reservation reserved) {}

    private final Map<YearMonth, Long> paths = new HashMap<>();
    private final Map<Key, Count> counts = new HashMap<>();

    @Override
    public synchronized boolean reserve(Reservation reservation, long limit) {
        Key key = new Key(reservation.distribution(), reservation.reference());
        Count before = counts.get(key);
        if (before != null) {
            Reservation held = before.reserved();
            if (held != null && held.until().isBefore(reservation.until())) {
                Reservation longer = new Reservation(
                        held.distribution(), held.reference(), held.paths(), held.since(), reservation.until());
                counts.put(key, new Count(before.month(), before.paths(), longer));
            }
            return true;
        }
        if (reservation.paths() > limit - paths(reservation.month())) {
            return false;
        }
        add(key, new Count(reservation.month(), reservation.paths(), reservation));
        return true;
    }

    @Override
    public synchronized void release(Reservation reservation) {
        Key key = new Key(reservation.distribution(), reservation.reference());
        Count count = counts.get(key);
        Reservation held = count == null ? null : count.reserved();
        if (held != null && !held.until().isAfter(reservation.until())) {
            remove(key, count);
        }
    }

    @Override
    public synchronized List<Reservation> reservations(YearMonth month) {
        Objects.requireNonNull(month, "month");
        return counts.values().stream()
                .filter(count -> count.month().equals(month))
                .flatMap(count -> Stream.ofNullable(count.reserved()))
                .toList();
    }

    @Override
    public synchronized boolean record(DistributionId distribution, Invalidation invalidation) {
        Objects.requireNonNull(invalidation, "invalidation");
        Key key = new Key(Objects.requireNonNull(distribution, "distribution"), invalidation.callerReference());
        Count before = counts.get(key);
        if (before != null && before.reserved() == null) {
            return false;
        }
        remove(key, before);
        add(key, new Count(UsageLedger.monthOf(invalidation), invalidation.quantity(), null));
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

package io.purgewise.cdn;

import io.purgewise.internal.SteadyTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Remembers what is in progress on each distribution, and when the account's next call may go. Memory only; thread-safe. */
final class InProgress {

    /** AWS completes most within 25 seconds, and took up to 15 minutes before 2026; what takes longer hangs, and is forgotten. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);

    /** What one invalidation takes of the quota in progress. */
    record Share(int items, int wildcards) {

        static final Share NONE = new Share(0, 0);

        static Share of(InvalidationBatch batch) {
            return new Share(batch.quantity(), batch.wildcards());
        }

        static Share of(Invalidation invalidation) {
            long wildcards = invalidation.paths().stream()
                    .filter(path -> path.startsWith("/") && path.endsWith("*"))
                    .count();
            return new Share(invalidation.quantity(), (int) wildcards);
        }

        Share plus(Share other) {
            return new Share(items + other.items, wildcards + other.wildcards);
        }

        boolean fits(CdnQuotas quotas) {
            return items <= quotas.itemsInProgress() && wildcards <= quotas.wildcardsInProgress();
        }
    }

    private record Entry(
            Share share, Duration since, @Nullable Duration asked) {}

    private final CdnQuotas quotas;
    private final SteadyTime time;
    private final Map<DistributionId, Map<CallerReference, Share>> reserved = new HashMap<>();
    private final Map<DistributionId, Map<String, Entry>> accepted = new HashMap<>();
    private Duration nextCall = Duration.ZERO;

    InProgress(CdnQuotas quotas, SteadyTime time) {
        this.quotas = quotas;
        this.time = time;
    }

    /** Takes quota for a batch, unless it would not fit beside what is in progress; alone, any batch fits. */
    synchronized boolean reserve(InvalidationBatch batch) {
        DistributionId distribution = batch.distribution();
        forget(distribution, FORGOTTEN_AFTER);
        Share total = total(distribution);
        if (!total.equals(Share.NONE) && !total.plus(Share.of(batch)).fits(quotas)) {
            return false;
        }
        reserved(distribution).put(batch.reference(), Share.of(batch));
        return true;
    }

    synchronized void release(InvalidationBatch batch) {
        reserved(batch.distribution()).remove(batch.reference());
    }

    synchronized void add(DistributionId distribution, String id, Share share) {
        forget(distribution, FORGOTTEN_AFTER);
        accepted(distribution).putIfAbsent(id, new Entry(share, time.elapsed(), null));
    }

    synchronized void remove(DistributionId distribution, String id) {
        accepted(distribution).remove(id);
    }

    /** Forgets what was accepted longer ago, and tells whether there was any. */
    synchronized boolean forget(DistributionId distribution, Duration age) {
        Duration now = time.elapsed();
        return accepted(distribution)
                .values()
                .removeIf(entry -> now.minus(entry.since()).compareTo(age) >= 0);
    }

    synchronized boolean knows(DistributionId distribution, String id) {
        return accepted(distribution).containsKey(id);
    }

    synchronized Share total(DistributionId distribution) {
        Share sum = Share.NONE;
        for (Share each : reserved(distribution).values()) {
            sum = sum.plus(each);
        }
        for (Entry each : accepted(distribution).values()) {
            sum = sum.plus(each.share());
        }
        return sum;
    }

    /** Returns the IDs to ask after: first those not asked after for longest, then the oldest. */
    synchronized List<String> toAsk(DistributionId distribution) {
        return accepted(distribution).entrySet().stream()
                .sorted(Comparator.comparing(each -> each.getValue().asked() == null
                        ? Duration.ofDays(-1)
                        : each.getValue().asked()))
                .map(Map.Entry::getKey)
                .toList();
    }

    synchronized void asked(DistributionId distribution, String id) {
        accepted(distribution)
                .computeIfPresent(id, (key, entry) -> new Entry(entry.share(), entry.since(), time.elapsed()));
    }

    /** Books the account's next free moment for a batch, if it comes within some time; returns how long it is until then. */
    synchronized @Nullable Duration book(InvalidationBatch batch, Duration within) {
        Duration now = time.elapsed();
        Duration wait = nextCall.compareTo(now) > 0 ? nextCall.minus(now) : Duration.ZERO;
        if (wait.compareTo(within) > 0) {
            return null;
        }
        nextCall = now.plus(wait).plus(quotas.spacing(batch));
        return wait;
    }

    private Map<CallerReference, Share> reserved(DistributionId distribution) {
        return reserved.computeIfAbsent(distribution, each -> new HashMap<>());
    }

    private Map<String, Entry> accepted(DistributionId distribution) {
        return accepted.computeIfAbsent(distribution, each -> new LinkedHashMap<>());
    }
}

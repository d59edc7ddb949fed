package io.purgewise.cdn;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps count of what is in progress and of when the next call may go. Thread-safe; its lock is never held during I/O. */
final class CdnLoad {

    /** What one invalidation takes of the quota in progress. */
    record Share(int items, int wildcards) {

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
    }

    private final CdnQuotas quotas;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<DistributionId, Map<String, Share>> inProgress = new HashMap<>();
    private Instant nextCall = Instant.MIN;

    CdnLoad(CdnQuotas quotas) {
        this.quotas = quotas;
    }

    /** Takes room for a batch under a key, unless it would not fit; an empty distribution takes any batch. */
    boolean reserve(String key, InvalidationBatch batch) {
        lock.lock();
        try {
            Map<String, Share> shares = inProgress.computeIfAbsent(batch.distribution(), id -> new LinkedHashMap<>());
            Share sum = sum(shares).plus(Share.of(batch));
            boolean fits = sum.items() <= quotas.itemsInProgress() && sum.wildcards() <= quotas.wildcardsInProgress();
            if (fits || shares.isEmpty()) {
                shares.put(key, Share.of(batch));
                return true;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    void release(DistributionId distribution, String key) {
        lock.lock();
        try {
            Map<String, Share> shares = inProgress.get(distribution);
            if (shares != null) {
                shares.remove(key);
            }
        } finally {
            lock.unlock();
        }
    }

    void add(DistributionId distribution, String id, Share share) {
        lock.lock();
        try {
            inProgress
                    .computeIfAbsent(distribution, each -> new LinkedHashMap<>())
                    .put(id, share);
        } finally {
            lock.unlock();
        }
    }

    boolean knows(DistributionId distribution, String id) {
        lock.lock();
        try {
            return inProgress.getOrDefault(distribution, Map.of()).containsKey(id);
        } finally {
            lock.unlock();
        }
    }

    Share total(DistributionId distribution) {
        lock.lock();
        try {
            return sum(inProgress.getOrDefault(distribution, Map.of()));
        } finally {
            lock.unlock();
        }
    }

    /** Returns what is in progress, the oldest first. */
    List<String> keys(DistributionId distribution) {
        lock.lock();
        try {
            return new ArrayList<>(
                    inProgress.getOrDefault(distribution, Map.of()).keySet());
        } finally {
            lock.unlock();
        }
    }

    /** Books the next free moment for a batch and returns how long it is until then. */
    Duration book(InvalidationBatch batch, Instant now) {
        lock.lock();
        try {
            Instant turn = nextCall.isAfter(now) ? nextCall : now;
            nextCall = turn.plus(quotas.spacing(batch));
            return Duration.between(now, turn);
        } finally {
            lock.unlock();
        }
    }

    private static Share sum(Map<String, Share> shares) {
        return shares.values().stream().reduce(new Share(0, 0), Share::plus);
    }
}

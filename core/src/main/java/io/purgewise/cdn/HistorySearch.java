package io.purgewise.cdn;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds out from the CDN's history whether a batch was accepted. The list has no references, so each candidate must be read;
 * what was read once is remembered, since references never change. Thread-safe.
 */
final class HistorySearch {

    private static final int REMEMBERED = 10_000;
    private static final int READS_PER_HEARTBEAT = 20;

    private final Cdn cdn;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, CallerReference> references = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CallerReference> eldest) {
            return size() > REMEMBERED;
        }
    };

    HistorySearch(Cdn cdn) {
        this.cdn = cdn;
    }

    /**
     * Looks for a batch among the invalidations created at or after a moment of the CDN's clock, the newest first.
     *
     * @param maxReads how many invalidations to read at most before giving up
     * @param heartbeat run now and then, since a long search must not look like a dead process
     */
    Optional<Invalidation> find(InvalidationBatch batch, Instant notBefore, int maxReads, Runnable heartbeat) {
        DistributionId distribution = batch.distribution();
        int reads = 0;
        for (InvalidationSummary summary : cdn.list(distribution)) {
            if (summary.createTime().isBefore(notBefore)) {
                return Optional.empty();
            }
            String key = distribution + " " + summary.id();
            CallerReference known = recall(key);
            if (known != null && !known.equals(batch.reference())) {
                continue;
            }
            if (++reads > maxReads) {
                return Optional.empty();
            }
            if (reads % READS_PER_HEARTBEAT == 0) {
                heartbeat.run();
            }
            Invalidation invalidation = cdn.read(distribution, summary.id());
            remember(key, invalidation.callerReference());
            if (invalidation.isOf(batch)) {
                return Optional.of(invalidation);
            }
        }
        return Optional.empty();
    }

    void remember(DistributionId distribution, Invalidation invalidation) {
        remember(distribution + " " + invalidation.id(), invalidation.callerReference());
    }

    private void remember(String key, CallerReference reference) {
        lock.lock();
        try {
            references.put(key, reference);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable CallerReference recall(String key) {
        lock.lock();
        try {
            return references.get(key);
        } finally {
            lock.unlock();
        }
    }
}

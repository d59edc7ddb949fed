package io.purgewise.cdn;

import java.time.YearMonth;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts paths in memory: of this process, since it started, unless {@link LedgerRebuild} has added the CDN's history.
 *
 * <p>This class is thread-safe. It keeps the references of each month, about 100 bytes an invalidation.
 */
public final class InMemoryUsageLedger implements UsageLedger {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<YearMonth, Long> paths = new HashMap<>();
    private final Set<String> recorded = new HashSet<>();

    /** Creates an empty ledger. */
    public InMemoryUsageLedger() {}

    @Override
    public boolean record(DistributionId distribution, Invalidation invalidation) {
        lock.lock();
        try {
            if (!recorded.add(distribution + " " + invalidation.callerReference())) {
                return false;
            }
            paths.merge(UsageLedger.monthOf(invalidation), (long) invalidation.quantity(), Math::addExact);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long paths(YearMonth month) {
        lock.lock();
        try {
            return paths.getOrDefault(month, 0L);
        } finally {
            lock.unlock();
        }
    }
}

package io.purgewise.cdn;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.concurrent.locks.ReentrantLock;

/** Compares what the account has used with its budget. Thread-safe; its lock is not held during I/O. */
final class BudgetGuard {

    private static final Duration FRESH = Duration.ofSeconds(10);

    private final Budget budget;
    private final UsageLedger ledger;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private long lastUsed;
    private Instant lastRead = Instant.MIN;

    BudgetGuard(Budget budget, UsageLedger ledger, InstantSource clock) {
        this.budget = budget;
        this.ledger = ledger;
        this.clock = clock;
    }

    long used() {
        Instant now = clock.instant();
        long used = ledger.paths(YearMonth.from(now.atZone(ZoneOffset.UTC)));
        lock.lock();
        try {
            lastUsed = used;
            lastRead = now;
        } finally {
            lock.unlock();
        }
        return used;
    }

    /** Throws if no more changes may be accepted, by a figure at most 10 seconds old. */
    void requireOpenDoor() {
        if (budget.beyond() != Budget.Reaction.REJECT) {
            return;
        }
        long limit = budget.hardPaths();
        long used = recentlyUsed();
        if (used >= limit) {
            throw new BudgetExceededException(used, limit);
        }
    }

    private long recentlyUsed() {
        lock.lock();
        try {
            if (lastRead.isAfter(clock.instant().minus(FRESH))) {
                return lastUsed;
            }
        } finally {
            lock.unlock();
        }
        return used();
    }
}

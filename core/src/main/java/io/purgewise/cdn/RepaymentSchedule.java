package io.purgewise.cdn;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Knows when a distribution that refused is asked again: after a minute, then ever more seldom, at least every hour. A new
 * instance, which may have another configuration, asks at once. Thread-safe.
 */
final class RepaymentSchedule {

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** How often to look for debts that another instance has made. */
    private static final Duration LOOK = Duration.ofMinutes(5);

    private record Turn(Duration delay, Instant at) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<DistributionId, Turn> turns = new HashMap<>();
    private Instant nextLook = Instant.MIN;

    boolean lookIsDue(Instant now) {
        lock.lock();
        try {
            return !now.isBefore(nextLook);
        } finally {
            lock.unlock();
        }
    }

    /** Takes note of who is owed something. */
    void looked(Collection<DistributionId> owed, Instant now) {
        lock.lock();
        try {
            turns.keySet().retainAll(Set.copyOf(owed));
            nextLook = turns.values().stream()
                    .map(Turn::at)
                    .min(Instant::compareTo)
                    .orElse(now.plus(LOOK));
        } finally {
            lock.unlock();
        }
    }

    boolean isDue(DistributionId distribution, Instant now) {
        lock.lock();
        try {
            Turn turn = turns.get(distribution);
            return turn == null || !now.isBefore(turn.at());
        } finally {
            lock.unlock();
        }
    }

    void refused(DistributionId distribution, Instant now) {
        lock.lock();
        try {
            Turn last = turns.get(distribution);
            Duration delay = last == null ? FIRST : last.delay().multipliedBy(2);
            Duration next = delay.compareTo(LONGEST) < 0 ? delay : LONGEST;
            turns.put(distribution, new Turn(next, now.plus(next)));
            nextLook = now.plus(next).isBefore(nextLook) ? now.plus(next) : nextLook;
        } finally {
            lock.unlock();
        }
    }
}

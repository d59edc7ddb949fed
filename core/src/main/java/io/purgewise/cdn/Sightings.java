package io.purgewise.cdn;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Remembers when this instance first saw each waiting entry. All coalescing and settling is counted from there by this
 * instance's own clock, so that no two machines' clocks are ever compared. Thread-safe.
 */
final class Sightings {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<EntryKey, Instant> firstSeen = new HashMap<>();

    void see(Collection<OutboxEntry> entries, Instant now) {
        lock.lock();
        try {
            entries.forEach(entry -> firstSeen.putIfAbsent(entry.key(), now));
        } finally {
            lock.unlock();
        }
    }

    void forget(Collection<EntryKey> entries) {
        lock.lock();
        try {
            entries.forEach(firstSeen::remove);
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        clearIfMoreThan(0);
    }

    /** Forgets everything; what still waits settles anew from when it is next seen, which is late but never early. */
    void clearIfMoreThan(int count) {
        lock.lock();
        try {
            if (firstSeen.size() > count) {
                firstSeen.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what no longer waits, given everything that does. */
    void retain(Collection<OutboxEntry> entries) {
        Set<EntryKey> keys = new HashSet<>();
        entries.forEach(entry -> keys.add(entry.key()));
        lock.lock();
        try {
            firstSeen.keySet().retainAll(keys);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the entries whose caches have settled. */
    List<OutboxEntry> settled(List<OutboxEntry> entries, Instant now) {
        lock.lock();
        try {
            return entries.stream()
                    .filter(entry -> !firstSeen
                            .getOrDefault(entry.key(), now)
                            .plus(entry.settle())
                            .isAfter(now))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the first of some entries was seen. */
    Instant oldest(List<OutboxEntry> entries, Instant now) {
        lock.lock();
        try {
            return entries.stream()
                    .map(entry -> firstSeen.getOrDefault(entry.key(), now))
                    .min(Instant::compareTo)
                    .orElse(now);
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether a burst is over, has lasted long enough, or is large enough. */
    boolean burstIsOver(List<OutboxEntry> entries, DrainPolicy policy, Instant now) {
        if (entries.size() >= policy.sizeTrigger()) {
            return true;
        }
        lock.lock();
        try {
            Instant first = Instant.MAX;
            Instant last = Instant.MIN;
            for (OutboxEntry entry : entries) {
                Instant seen = firstSeen.getOrDefault(entry.key(), now);
                first = seen.isBefore(first) ? seen : first;
                last = seen.isAfter(last) ? seen : last;
            }
            return !entries.isEmpty()
                    && (Duration.between(last, now).compareTo(policy.quietWindow()) >= 0
                            || Duration.between(first, now).compareTo(policy.maxDelay()) >= 0);
        } finally {
            lock.unlock();
        }
    }
}

package io.purgewise.cdn;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;

/** Knows about how many changes wait, without counting them at every append. Thread-safe; no lock is held during I/O. */
final class BacklogGauge {

    private final Outbox outbox;
    private final InstantSource clock;
    private final Duration fresh;
    private final ReentrantLock lock = new ReentrantLock();
    private long size;
    private Instant countedAt = Instant.MIN;

    BacklogGauge(Outbox outbox, InstantSource clock, Duration fresh) {
        this.outbox = outbox;
        this.clock = clock;
        this.fresh = fresh;
    }

    void requireRoom(int more, long capacity) {
        long known = size();
        if (known + more > capacity) {
            throw new OutboxFullException(known, capacity);
        }
    }

    private long size() {
        Instant now = clock.instant();
        lock.lock();
        try {
            if (countedAt.isAfter(now.minus(fresh))) {
                return size;
            }
        } finally {
            lock.unlock();
        }
        long counted = outbox.size();
        lock.lock();
        try {
            size = counted;
            countedAt = now;
            return size;
        } finally {
            lock.unlock();
        }
    }

    void added(int count) {
        lock.lock();
        try {
            size += count;
        } finally {
            lock.unlock();
        }
    }

    void removed(int count) {
        lock.lock();
        try {
            size = Math.max(0, size - count);
        } finally {
            lock.unlock();
        }
    }
}

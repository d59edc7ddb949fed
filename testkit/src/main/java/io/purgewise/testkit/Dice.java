package io.purgewise.testkit;

import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;

/** Decides by a seed whether something goes wrong. Thread-safe; the order of threads decides whom a throw hits. */
final class Dice {

    private final Random random;
    private final ReentrantLock lock = new ReentrantLock();

    Dice(long seed) {
        this.random = new Random(seed);
    }

    boolean hits(int percent) {
        // Thrown even at 0 and 100, so that one rate does not shift what follows from the seed for the others.
        return below(100) < percent;
    }

    int below(int bound) {
        lock.lock();
        try {
            return random.nextInt(bound);
        } finally {
            lock.unlock();
        }
    }

    static int percent(int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("percent must be from 0 to 100, but was " + percent);
        }
        return percent;
    }
}

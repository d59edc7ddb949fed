package io.purgewise.cdn;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Holds what code that waits needs of the world around it: the time, a way to wait, and randomness.
 *
 * <p>Nothing in the library reads a clock, sleeps or throws dice by itself, so a test decides over all three. In production:
 * <pre>{@code
 * new Ambient(InstantSource.system(), duration -> Thread.sleep(duration.toMillis()), new SecureRandom())
 * }</pre>
 *
 * <p>As immutable and thread-safe as its components.
 *
 * @param clock what tells the time; it may be set forth and back, since no wait is measured by it
 * @param pause how to wait
 * @param random what makes instances differ: their delays after failures, and the references of what they send
 */
public record Ambient(InstantSource clock, Pause pause, RandomGenerator random) {

    /** Checks that none is missing. */
    public Ambient {
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(pause, "pause");
        Objects.requireNonNull(random, "random");
    }

    /**
     * Waits on the library's behalf, so that a test needs no sleeping and a caller can wait in its own way.
     *
     * <p>In production {@code duration -> Thread.sleep(duration.toMillis())} will do; in a test, the advance of a manual clock.
     */
    @FunctionalInterface
    public interface Pause {

        /**
         * Returns after a time.
         *
         * @param duration how long to wait; not negative
         * @throws InterruptedException if the waiting thread is told to stop
         */
        void waitFor(Duration duration) throws InterruptedException;
    }
}

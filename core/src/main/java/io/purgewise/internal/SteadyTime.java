package io.purgewise.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/**
 * Tells how much time has passed, and never runs backwards: when the clock is set back, as by NTP or an operator, the time goes
 * on from there. A wait counts for at least its length, whatever the clock does meanwhile. Thread-safe.
 */
public final class SteadyTime {

    private final InstantSource clock;
    private Instant last;
    private Duration elapsed = Duration.ZERO;

    /**
     * Starts to count.
     *
     * @param clock what tells the time; it may be set forth and back
     */
    public SteadyTime(InstantSource clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.last = clock.instant();
    }

    /**
     * Returns the time since this was made.
     *
     * @return a time that never gets less
     */
    public synchronized Duration elapsed() {
        Instant now = clock.instant();
        if (now.isAfter(last)) {
            elapsed = elapsed.plus(Duration.between(last, now));
        }
        last = now;
        return elapsed;
    }

    /**
     * Returns how long it is until a moment.
     *
     * @param end the moment, as {@link #elapsed} tells it
     * @return the time; zero if the moment has passed
     */
    public Duration until(Duration end) {
        Duration left = Objects.requireNonNull(end, "end").minus(elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** A way to wait. */
    @FunctionalInterface
    public interface Wait {

        /**
         * Returns after a time.
         *
         * @param duration how long to wait
         * @throws InterruptedException if the thread is told to stop
         */
        void waitFor(Duration duration) throws InterruptedException;
    }

    /**
     * Waits, and counts for at least the length of the wait.
     *
     * @param duration how long to wait
     * @param wait how to
     * @throws InterruptedException if the thread is told to stop
     */
    public void pause(Duration duration, Wait wait) throws InterruptedException {
        Objects.requireNonNull(wait, "wait");
        Duration end = elapsed().plus(Objects.requireNonNull(duration, "duration"));
        wait.waitFor(duration);
        atLeast(end);
    }

    private synchronized void atLeast(Duration end) {
        if (elapsed().compareTo(end) < 0) {
            elapsed = end;
        }
    }
}

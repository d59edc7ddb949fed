package io.purgewise.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/**
 * Tells a time that moves only when a test says so.
 *
 * <p>This class is thread-safe.
 */
public final class ManualClock implements InstantSource {

    private volatile Instant now;

    private ManualClock(Instant start) {
        this.now = start;
    }

    /**
     * Creates a clock that stands at a given time.
     *
     * @param start the first time it tells
     * @return the clock
     */
    public static ManualClock startingAt(Instant start) {
        Objects.requireNonNull(start, "start");
        return new ManualClock(start);
    }

    @Override
    public Instant instant() {
        return now;
    }

    /**
     * Moves the clock forward.
     *
     * @param step how far; not negative
     * @return the new time
     * @throws IllegalArgumentException if {@code step} is negative
     */
    public synchronized Instant advance(Duration step) {
        Objects.requireNonNull(step, "step");
        if (step.isNegative()) {
            throw new IllegalArgumentException("a clock does not go back, but step was " + step);
        }
        now = now.plus(step);
        return now;
    }

    /**
     * Sets the clock back, as NTP or an operator does.
     *
     * @param step how far; not negative
     * @return the new time
     * @throws IllegalArgumentException if {@code step} is negative
     */
    public synchronized Instant setBack(Duration step) {
        if (Objects.requireNonNull(step, "step").isNegative()) {
            throw new IllegalArgumentException("the step back must not be negative, but was " + step);
        }
        now = now.minus(step);
        return now;
    }
}

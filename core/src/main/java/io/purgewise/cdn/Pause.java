package io.purgewise.cdn;

import java.time.Duration;

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

package io.purgewise.cdn;

import java.time.Duration;
import java.time.Instant;

/**
 * Tells how much time has passed, and never runs backwards: when the clock is set back, as by NTP or an operator, the time goes
 * on from there. A wait counts for at least its length, whatever the clock does meanwhile. Thread-safe.
 */
final class SteadyTime {

    private final Ambient ambient;
    private Instant last;
    private Duration elapsed = Duration.ZERO;

    SteadyTime(Ambient ambient) {
        this.ambient = ambient;
        this.last = ambient.clock().instant();
    }

    /** Returns the time since this was made. */
    synchronized Duration elapsed() {
        Instant now = ambient.clock().instant();
        if (now.isAfter(last)) {
            elapsed = elapsed.plus(Duration.between(last, now));
        }
        last = now;
        return elapsed;
    }

    void pause(Duration duration) throws InterruptedException {
        Duration end = elapsed().plus(duration);
        ambient.pause().waitFor(duration);
        atLeast(end);
    }

    private synchronized void atLeast(Duration end) {
        if (elapsed().compareTo(end) < 0) {
            elapsed = end;
        }
    }
}

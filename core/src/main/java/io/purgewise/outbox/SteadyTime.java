package io.purgewise.outbox;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Tells how much time has passed, and never runs backwards: when the clock is set back, as by NTP or an operator, the time goes
 * on from there. Thread-safe.
 */
final class SteadyTime {

    private final InstantSource clock;
    private Instant last;
    private Duration elapsed = Duration.ZERO;

    SteadyTime(InstantSource clock) {
        this.clock = clock;
        this.last = clock.instant();
    }

    /** Returns the time since this was made. */
    synchronized Duration elapsed() {
        Instant now = clock.instant();
        if (now.isAfter(last)) {
            elapsed = elapsed.plus(Duration.between(last, now));
        }
        last = now;
        return elapsed;
    }
}

package io.purgewise.outbox;

import io.purgewise.internal.SteadyTime;
import java.time.Duration;

/** Says how long a lane stays away after failures in a row, ever longer, until it gets something done. Thread-safe. */
final class RetryDelay {

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration SELDOM = Duration.ofMinutes(1);
    private static final int MAX_DOUBLINGS = 6;

    private final SteadyTime time;
    private int failures;
    private Duration until = Duration.ZERO;
    private String reason = "";

    RetryDelay(SteadyTime time) {
        this.time = time;
    }

    /** Stays away for 2 seconds, then for ever longer, up to some 2 minutes: the failure may pass by itself. */
    synchronized Duration soon(String why) {
        return stayAway(SOON, why);
    }

    /** Stays away for a minute, then for ever longer, up to some hour: somebody has to do something. */
    synchronized Duration seldom(String why) {
        return stayAway(SELDOM, why);
    }

    private Duration stayAway(Duration first, String why) {
        Duration delay = first.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        failures++;
        until = time.elapsed().plus(delay);
        reason = why;
        return delay;
    }

    /** Stays away for a given time. */
    synchronized void stayAwayFor(Duration delay, String why) {
        until = time.elapsed().plus(delay);
        reason = why;
    }

    synchronized void done() {
        failures = 0;
        until = Duration.ZERO;
        reason = "";
    }

    synchronized Duration left() {
        return time.until(until);
    }

    synchronized String reason() {
        return reason;
    }
}

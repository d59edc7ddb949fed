package io.purgewise.outbox;

import io.purgewise.internal.SteadyTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Remembers since when a lane has something to do, and when its newest change was first seen: by this instance's own time, so
 * that no two machines' clocks are ever compared, and at a price that does not grow with the lane. Thread-safe.
 */
final class Backlog {

    private final SteadyTime time;
    private @Nullable Duration behindSince;
    private @Nullable String newest;
    private Duration newestSince = Duration.ZERO;

    Backlog(SteadyTime time) {
        this.time = time;
    }

    synchronized void see(Outbox.Waiting waiting) {
        Duration now = time.elapsed();
        if (behindSince == null) {
            behindSince = now;
        }
        if (!waiting.newest().equals(newest)) {
            newest = waiting.newest();
            newestSince = now;
        }
    }

    /** Forgets all, since the lane was empty, or everything in it was taken. */
    synchronized void caughtUp() {
        behindSince = null;
        newest = null;
    }

    /** Returns for how long the lane has not been empty. */
    synchronized Duration age() {
        return behindSince == null ? Duration.ZERO : time.elapsed().minus(behindSince);
    }

    /** Returns how long the burst goes on at least, which is zero if it is over or has lasted long enough. */
    synchronized Duration untilDue(DrainPolicy policy) {
        Duration quiet = policy.quietWindow().minus(time.elapsed().minus(newestSince));
        Duration longest = policy.maxDelay().minus(age());
        Duration wait = quiet.compareTo(longest) < 0 ? quiet : longest;
        return wait.isNegative() ? Duration.ZERO : wait;
    }
}

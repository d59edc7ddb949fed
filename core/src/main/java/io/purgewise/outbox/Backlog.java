package io.purgewise.outbox;

import io.purgewise.internal.SteadyTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Remembers since when a lane has something to do, when its newest change was first seen, and how long all have waited together:
 * by this instance's own time, so that no two machines' clocks are ever compared, and at a price that does not grow with the
 * lane. Thread-safe.
 */
final class Backlog {

    private final SteadyTime time;
    private @Nullable Duration behindSince;
    private @Nullable String newest;
    private Duration newestSince = Duration.ZERO;
    private long count;
    private Duration countedAt = Duration.ZERO;
    private Duration waited = Duration.ZERO;

    Backlog(SteadyTime time) {
        this.time = time;
    }

    /**
     * Notes what a look has found.
     *
     * @param changes how many wait, where the policy weighs them
     */
    synchronized void see(Outbox.Waiting waiting, long changes) {
        Duration now = time.elapsed();
        waited = waitedUntil(now);
        countedAt = now;
        count = changes;
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
        count = 0;
        waited = Duration.ZERO;
    }

    private Duration waitedUntil(Duration now) {
        return waited.plus(now.minus(countedAt).multipliedBy(count));
    }

    /** Returns for how long the lane has not been empty. */
    synchronized Duration age() {
        return behindSince == null ? Duration.ZERO : time.elapsed().minus(behindSince);
    }

    /** Returns how long the burst goes on at least, which is zero if it is over or has lasted long enough. */
    synchronized Duration untilDue(DrainPolicy policy) {
        Duration over = policy.waitOrPay()
                .map(this::untilWaited)
                .orElseGet(() -> policy.quietWindow().minus(time.elapsed().minus(newestSince)));
        Duration longest = policy.maxDelay().minus(age());
        Duration wait = over.compareTo(longest) < 0 ? over : longest;
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    /** Returns how long it is until all that wait have waited for a time together, if no more come. */
    private Duration untilWaited(Duration worth) {
        return worth.minus(waitedUntil(time.elapsed())).dividedBy(Math.max(1, count));
    }
}

package io.purgewise.outbox;

import io.purgewise.cdn.Freshness;
import io.purgewise.cdn.FreshnessRule;
import io.purgewise.cdn.Wanted;
import io.purgewise.internal.Listeners;
import io.purgewise.outbox.DrainReport.Finished;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Has readers' copies looked at once a drain is closed, on threads that are not the drain's, so that no lane waits for a look. What is
 * proven stale is cleared once more by the lane's own clearing, within its budget and its quotas. Thread-safe.
 */
final class FreshnessLooks {

    private static final System.Logger LOG = System.getLogger(OutboxDrainer.class.getName());

    /** How many drains may wait for their look; those beyond are told as not looked at. */
    private static final int MOST_WAITING = 64;

    /** Says when to look, and for how long. */
    record Policy(Executor executor, Duration patience) {}

    private final Policy policy;
    private final Listeners<OutboxListener> listeners;
    private final AtomicInteger waiting = new AtomicInteger();

    FreshnessLooks(Policy policy, Listeners<OutboxListener> listeners) {
        this.policy = policy;
        this.listeners = listeners;
    }

    /** Looks later at what a drain was for, which has just been closed. */
    void after(Lane lane, Outbox.Drain drain, Collection<Wanted> wanted, Finished finished) {
        if (!lane.clearing.hasProbe()) {
            return;
        }
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            notLooked(lane, finished, MOST_WAITING + " drains wait for their look already");
            return;
        }
        try {
            policy.executor().execute(() -> {
                waiting.decrementAndGet();
                look(lane, rule(drain), wanted, finished);
            });
        } catch (RejectedExecutionException e) {
            waiting.decrementAndGet();
            notLooked(lane, finished, "the executor takes no more: " + e.getMessage());
        }
    }

    /** What is older than every change of the drain is stale for sure; the marks of all of them count when it is written down. */
    private static FreshnessRule rule(Outbox.Drain drain) {
        Instant first = drain.entries().stream()
                .map(OutboxEntry::acceptedAt)
                .min(Instant::compareTo)
                .orElse(drain.writtenAt());
        // Instances' clocks differ, and a copy from between the two is judged by its ETag.
        return new FreshnessRule(first.isBefore(drain.writtenAt()) ? first : drain.writtenAt(), drain.writtenAt());
    }

    private void look(Lane lane, FreshnessRule rule, Collection<Wanted> wanted, Finished finished) {
        try {
            Freshness found = lane.clearing.proveFresh(wanted, finished.invalidations(), rule, policy.patience());
            Instant now = lane.ambient.clock().instant();
            listeners.tell(listener -> listener.looked(lane.id(), finished, found, now));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            notLooked(lane, finished, "the thread was told to stop");
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "a look at " + lane.id() + " failed; what it was for is cleared all the same", e);
            notLooked(lane, finished, e.toString());
        }
    }

    private void notLooked(Lane lane, Finished finished, String reason) {
        listeners.tell(listener -> listener.notLooked(lane.id(), finished, reason));
    }
}

package io.purgewise.outbox;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Wanted;
import io.purgewise.internal.Interrupts;
import io.purgewise.internal.Listeners;
import io.purgewise.internal.SteadyTime;
import io.purgewise.outbox.DrainReport.OfLane;
import io.purgewise.outbox.DrainReport.Outcome;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One distribution's queue, as one instance sees it: decides when it is time for a turn, takes the lease for it, and remembers
 * how long to stay away after a failure. Thread-safe.
 */
final class Lane {

    private static final System.Logger LOG = System.getLogger(OutboxDrainer.class.getName());

    final Clearing clearing;
    final Outbox outbox;
    final MarkedChanges marks;
    final DrainPolicy policy;
    final Listeners<OutboxListener> listeners;
    final Ambient ambient;
    final SteadyTime time;
    final Backlog backlog;

    /** How long a turn goes on while other lanes wait for theirs. */
    final Duration turnTime;

    final @Nullable Executor leaseKeeper;

    private final String owner;
    private final RetryDelay retry;
    private final @Nullable FreshnessLooks looks;
    private final AtomicLong lastToken = new AtomicLong();

    Lane(
            Clearing clearing,
            OutboxDrainer.Builder settings,
            Listeners<OutboxListener> listeners,
            MarkedChanges marks,
            SteadyTime time,
            Duration turnTime) {
        this.looks = settings.looking == null ? null : new FreshnessLooks(settings.looking, listeners);
        this.clearing = clearing;
        this.outbox = settings.outbox;
        this.marks = marks;
        this.policy = settings.policy;
        this.listeners = listeners;
        this.ambient = clearing.ambient();
        this.time = time;
        this.turnTime = turnTime;
        this.leaseKeeper = settings.leaseKeeper;
        this.owner = settings.owner;
        this.backlog = new Backlog(time);
        this.retry = new RetryDelay(time);
    }

    DistributionId id() {
        return clearing.distribution();
    }

    /** Tells whether nothing waits that is as old as a given entry. */
    boolean isPast(String newest) {
        return outbox.waiting(id())
                .map(waiting -> waiting.oldest().compareTo(newest) > 0)
                .orElse(true);
    }

    /** Drains if the burst is over and the lane need not stay away; never throws. */
    OfLane turnWhenDue(Duration until) {
        Duration away = retry.left();
        if (!away.isZero()) {
            return nothingDone(Outcome.WAITING, retry.reason(), away);
        }
        return guarded(() -> {
            Optional<Outbox.Waiting> waiting = look();
            if (waiting.isEmpty()) {
                return nothingDone(Outcome.EMPTY, "", Duration.ZERO);
            }
            Duration burst = backlog.untilDue(policy);
            return burst.isZero()
                    ? turnWithLease(until, waiting.get().newest())
                    : nothingDone(Outcome.NOT_DUE, "the burst is not over", burst);
        });
    }

    /** Looks what waits. */
    Optional<Outbox.Waiting> look() {
        Optional<Outbox.Waiting> waiting = outbox.waiting(id());
        long most = policy.mostWeighed();
        waiting.ifPresentOrElse(seen -> backlog.see(seen, most == 0 ? 0 : outbox.size(id(), most)), backlog::caughtUp);
        return waiting;
    }

    /**
     * Drains what waits, due or not, if the lease is free.
     *
     * @param until when to stop
     * @param newest the newest entry that is meant; what came later need not be taken
     */
    OfLane turnWithLease(Duration until, String newest) {
        Optional<Outbox.Lease> lease = outbox.acquire(id(), owner);
        if (lease.isEmpty()) {
            return nothingDone(Outcome.HELD_ELSEWHERE, "another instance drains", Duration.ofSeconds(1));
        }
        if (lastToken.getAndSet(lease.get().token()) != lease.get().token() - 1) {
            clearing.learnAgain();
        }
        LaneTurn turn = new LaneTurn(this, lease.get(), until, newest);
        try {
            return turn.run();
        } finally {
            release(lease.get());
        }
    }

    /** Has what readers get looked at, if that is wanted; it takes no time here. */
    void look(Outbox.Drain drain, Collection<Wanted> wanted, DrainReport.Finished finished) {
        if (looks != null) {
            looks.after(this, drain, wanted, finished);
        }
    }

    /** Gives the lease back, even from an interrupted thread, whose calls a client may refuse to make. */
    private void release(Outbox.Lease lease) {
        boolean interrupted = Thread.interrupted();
        try {
            outbox.release(lease);
        } catch (Exception e) {
            Interrupts.keep(e);
            // What was done stays done; the lease runs out by itself.
            LOG.log(System.Logger.Level.WARNING, "giving back the lease of " + lease.lane() + " failed", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A step of a lane. */
    interface Step {
        OfLane run();
    }

    /** Makes a report of what a store throws, so that it stops no other lane. */
    OfLane guarded(Step step) {
        try {
            return step.run();
        } catch (Exception e) {
            Interrupts.keep(e);
            return nothingDone(Outcome.FAILED, failed(e), retry.left());
        }
    }

    String failed(Exception e) {
        LOG.log(System.Logger.Level.WARNING, "draining the lane of " + id() + " failed; nothing is lost", e);
        String reason = e.toString();
        retry.soon(reason);
        listeners.tell(listener -> listener.failed(e));
        return reason;
    }

    /** Tells whether there is time left, and the thread is not told to stop. */
    boolean mayGoOn(Duration until) {
        return time.elapsed().compareTo(until) < 0 && !Thread.currentThread().isInterrupted();
    }

    RetryDelay retry() {
        return retry;
    }

    OfLane nothingDone(Outcome outcome, String reason, Duration comeBackAfter) {
        return new OfLane(id(), outcome, reason, comeBackAfter, List.of(), List.of(), List.of());
    }
}

package io.purgewise.outbox;

import io.purgewise.StoreAccessException;
import io.purgewise.cdn.Ambient;
import io.purgewise.internal.Interrupts;
import io.purgewise.internal.SteadyTime;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Shows a lease's signs of life while its holder works, a few in each lease duration: on the holder's thread however often that
 * runs it, and on a second one while a single call keeps the holder's thread busy. Thread-safe.
 */
final class Heartbeat implements Runnable {

    private static final System.Logger LOG = System.getLogger(OutboxDrainer.class.getName());
    private static final int BEATS_OF_A_LEASE = 6;

    /** For so many lease durations a call may last; one that hangs must not hold the lane for ever. */
    static final int LEASES_OF_A_CALL = 32;

    private static final Duration LONGEST_REST = Duration.ofSeconds(1);

    private final Outbox outbox;
    private final Outbox.Lease lease;
    private final SteadyTime time;
    private final Duration interval;
    private volatile Duration lastBeat;
    private volatile Duration lastStep;
    private volatile boolean over;
    private volatile @Nullable LeaseLostException lost;
    private volatile @Nullable Thread starting;

    Heartbeat(Outbox outbox, Outbox.Lease lease, SteadyTime time) {
        this.outbox = outbox;
        this.lease = lease;
        this.time = time;
        this.interval = outbox.leaseDuration().dividedBy(BEATS_OF_A_LEASE);
        this.lastBeat = time.elapsed();
        this.lastStep = lastBeat;
    }

    /** Returns the longest time between two signs. */
    Duration interval() {
        return interval;
    }

    /**
     * Shows a sign of life if it is time.
     *
     * @throws LeaseLostException if another instance has taken over
     */
    @Override
    public void run() {
        lastStep = time.elapsed();
        LeaseLostException taken = lost;
        if (taken != null) {
            throw taken;
        }
        beatIfDue();
    }

    /** Shows signs of life on another thread too, until {@link #end}; an executor that has none free does no harm. */
    void keepOn(Executor executor, Ambient.Pause pause) {
        starting = Thread.currentThread();
        try {
            executor.execute(() -> {
                // An executor that runs tasks on the caller's thread would never come back.
                if (!Thread.currentThread().equals(starting)) {
                    keep(pause);
                }
            });
        } catch (Exception e) {
            Interrupts.keep(e);
            LOG.log(System.Logger.Level.WARNING, "no thread keeps the lease while a single call takes long", e);
        } finally {
            starting = null;
        }
    }

    /** Ends what {@link #keepOn} began. */
    void end() {
        over = true;
    }

    private void keep(Ambient.Pause pause) {
        Duration longest = outbox.leaseDuration().multipliedBy(LEASES_OF_A_CALL);
        try {
            while (!over) {
                pause.waitFor(interval.compareTo(LONGEST_REST) < 0 ? interval : LONGEST_REST);
                boolean hangs = time.elapsed().minus(lastStep).compareTo(longest) >= 0;
                if (!over && !hangs) {
                    beatOnBehalf();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beatOnBehalf() {
        try {
            beatIfDue();
        } catch (LeaseLostException e) {
            lost = e; // The holder hears of it at its next step.
            over = true;
        } catch (Exception e) {
            Interrupts.keep(e);
            LOG.log(System.Logger.Level.WARNING, "a sign of life failed, the next one may not", e);
        }
    }

    private void beatIfDue() {
        Duration now = time.elapsed();
        if (now.minus(lastBeat).compareTo(interval) < 0) {
            return;
        }
        try {
            outbox.renew(lease);
            lastBeat = now;
        } catch (StoreAccessException e) {
            // The lease lasts for some more beats; if it is lost, the next write says so.
            LOG.log(System.Logger.Level.WARNING, "a sign of life failed, the next one may not", e);
        }
    }
}

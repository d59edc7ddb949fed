package io.purgewise.outbox;

import io.purgewise.StoreAccessException;
import io.purgewise.internal.SteadyTime;
import java.time.Duration;

/** Shows a lease's signs of life while its holder works, a few in each lease duration, however often it is run. */
final class Heartbeat implements Runnable {

    private static final System.Logger LOG = System.getLogger(OutboxDrainer.class.getName());
    private static final int BEATS_OF_A_LEASE = 6;

    private final Outbox outbox;
    private final Outbox.Lease lease;
    private final SteadyTime time;
    private final Duration interval;
    private Duration last;

    Heartbeat(Outbox outbox, Outbox.Lease lease, SteadyTime time) {
        this.outbox = outbox;
        this.lease = lease;
        this.time = time;
        this.interval = outbox.leaseDuration().dividedBy(BEATS_OF_A_LEASE);
        this.last = time.elapsed();
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
        Duration now = time.elapsed();
        if (now.minus(last).compareTo(interval) < 0) {
            return;
        }
        try {
            outbox.renew(lease);
            last = now;
        } catch (StoreAccessException e) {
            // The lease lasts for some more beats; if it is lost, the next write says so.
            LOG.log(System.Logger.Level.WARNING, "a sign of life failed, the next one may not", e);
        }
    }
}

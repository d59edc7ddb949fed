package io.purgewise.cdn;

import io.purgewise.internal.Interrupts;
import io.purgewise.internal.SteadyTime;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what became of batches whose paths were reserved by a process that has died: it reads in the CDN's history what was
 * accepted while they may have been sent, has that counted, and gives the rest back to the budget. Where the history cannot be
 * read, the paths stay reserved: they may have been billed. Thread-safe; holds no lock while it asks.
 */
final class AbandonedReservations {

    private static final System.Logger LOG = System.getLogger(Clearing.class.getName());

    /** How seldom the ledger is searched, which reads all of a month's invalidations there. */
    private static final Duration BETWEEN_SEARCHES = Duration.ofMinutes(10);

    /** How long a search may keep a caller waiting, who may hold a lease. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * How long after its end a reservation counts as abandoned: by as much the clocks of two machines and of the CDN may differ, and
     * so late may the CDN show what it accepted.
     */
    private static final Duration DOUBT = Duration.ofHours(1);

    private final Cdn cdn;
    private final SteadyTime time;
    private final InstantSource clock;
    private @Nullable Duration next;

    AbandonedReservations(Cdn cdn, SteadyTime time, InstantSource clock) {
        this.cdn = cdn;
        this.time = time;
        this.clock = clock;
    }

    /**
     * Settles what was abandoned in a month, unless that was tried a short while ago.
     *
     * @return whether the ledger may have more paths left now
     */
    boolean settle(UsageLedger ledger, YearMonth month) {
        if (!isTime()) {
            return false;
        }
        Duration end = time.elapsed().plus(PATIENCE);
        Instant over = clock.instant().minus(DOUBT);
        boolean settled = false;
        try {
            for (UsageLedger.Reservation each : ledger.reservations(month)) {
                if (each.until().isBefore(over) && countAccepted(ledger, each, end)) {
                    ledger.release(each);
                    settled = true;
                    LOG.log(Level.INFO, "found out what became of {0}, which was left reserved in the ledger", each);
                }
            }
        } catch (Exception e) {
            Interrupts.keep(e);
            LOG.log(
                    Level.WARNING,
                    "what was left reserved in the ledger stays so, since nobody says what became of it",
                    e);
        }
        return settled;
    }

    private synchronized boolean isTime() {
        Duration now = time.elapsed();
        if (next != null && now.compareTo(next) < 0) {
            return false;
        }
        next = now.plus(BETWEEN_SEARCHES);
        return true;
    }

    /** Counts all that a distribution accepted while a batch may have been sent, whole or in parts; false if time is up before. */
    private boolean countAccepted(UsageLedger ledger, UsageLedger.Reservation reservation, Duration end) {
        Instant from = reservation.since().minus(DOUBT);
        Instant to = reservation.until().plus(DOUBT);
        for (Invalidation.Summary summary : cdn.list(reservation.distribution())) {
            if (summary.createTime().isBefore(from)) {
                break;
            }
            if (time.until(end).isZero()) {
                return false;
            }
            if (!summary.createTime().isAfter(to)) {
                ledger.record(reservation.distribution(), cdn.read(reservation.distribution(), summary.id()));
            }
        }
        return true;
    }
}

package io.purgewise.cdn;

import io.purgewise.internal.Interrupts;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the account's budget and its ledger while batches are submitted. A ledger that is down stops nothing: what is billed
 * must be cleared all the same. Immutable and thread-safe.
 */
final class Accounting {

    private static final System.Logger LOG = System.getLogger(Clearing.class.getName());

    private final @Nullable UsageLedger ledger;
    private final Budget budget;
    private final InstantSource clock;

    Accounting(@Nullable UsageLedger ledger, Budget budget, InstantSource clock) {
        this.ledger = ledger;
        this.budget = budget;
        this.clock = clock;
    }

    /** Says what is reserved for a batch that is tried to be sent from now on. */
    UsageLedger.Reservation reservation(InvalidationBatch batch, Duration patience) {
        return UsageLedger.Reservation.of(batch, clock.instant(), patience.isNegative() ? Duration.ZERO : patience);
    }

    /** Takes a batch's paths from the budget before it is sent; returns why it must not be, or null if it may. */
    @Nullable
    CdnException reserve(UsageLedger.Reservation reservation) {
        UsageLedger counts = ledger;
        if (counts == null || budget.isUnlimited()) {
            return null;
        }
        try {
            if (counts.reserve(reservation, budget.hardPaths())) {
                return null;
            }
        } catch (Exception e) {
            Interrupts.keep(e);
            LOG.log(Level.WARNING, "the ledger cannot reserve paths, so they are sent without", e);
            return null;
        }
        return CdnException.of(
                CdnException.Reason.BUDGET,
                "the budget of " + budget.hardPaths() + " paths a month has no " + reservation.paths()
                        + " left for a batch for " + reservation.distribution(),
                null);
    }

    void count(DistributionId distribution, Invalidation invalidation) {
        if (ledger == null) {
            return;
        }
        try {
            ledger.record(distribution, invalidation);
        } catch (Exception e) {
            Interrupts.keep(e);
            LOG.log(
                    Level.WARNING,
                    invalidation.quantity() + " paths of invalidation " + invalidation.id() + " on " + distribution
                            + " are not counted in the ledger; rebuild the month from the CDN's history",
                    e);
        }
    }

    /** Gives back what was reserved for a batch, as far as it is sure that it was not accepted under its own reference. */
    void settle(UsageLedger.Reservation reservation, Cleared cleared) {
        UsageLedger counts = ledger;
        if (counts == null || budget.isUnlimited() || isCounted(reservation, cleared) || mayBeBilled(cleared)) {
            return;
        }
        try {
            counts.release(reservation);
        } catch (Exception e) {
            Interrupts.keep(e);
            LOG.log(
                    Level.WARNING,
                    reservation.paths() + " paths stay reserved in the ledger, of which fewer are billed",
                    e);
        }
    }

    private boolean isCounted(UsageLedger.Reservation reservation, Cleared cleared) {
        return cleared.accepted().stream()
                .anyMatch(each -> each.callerReference().equals(reservation.reference())
                        && UsageLedger.monthOf(each).equals(reservation.month()));
    }

    private static boolean mayBeBilled(Cleared cleared) {
        CdnException stop = cleared.stoppedBy();
        return !cleared.unidentified().isEmpty()
                || (stop != null
                        && (stop.reason() == CdnException.Reason.OUTCOME_UNKNOWN
                                || stop.reason() == CdnException.Reason.REFERENCE_USED
                                || stop.reason() == CdnException.Reason.INTERRUPTED));
    }
}

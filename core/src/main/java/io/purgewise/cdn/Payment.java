package io.purgewise.cdn;

import io.purgewise.internal.Interrupts;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says how a distribution's paths are paid: by which prices, from which budget, and where they are counted. Immutable and
 * thread-safe.
 *
 * @param pricing tells what paths cost now; null if nobody said: then the policy's prices hold
 * @param ledger where the account's paths are counted; null if nowhere
 * @param budget how many paths the account may submit in a month; unlimited without a ledger
 */
record Payment(
        @Nullable Supplier<Pricing> pricing, @Nullable UsageLedger ledger, Budget budget) {

    private static final System.Logger LOG = System.getLogger(Clearing.class.getName());

    /** Counts nowhere, and costs what the policy says. */
    static final Payment DEFAULT = new Payment(null, null, Budget.UNLIMITED);

    Payment by(Supplier<Pricing> prices) {
        return new Payment(prices, ledger, budget);
    }

    Payment countedIn(UsageLedger where) {
        return new Payment(pricing, where, budget);
    }

    Payment within(Budget limit) {
        return new Payment(pricing, ledger, limit);
    }

    /** Returns who keeps budget and ledger while batches are submitted; at a flat rate nobody has to. */
    Accounting accounting(InstantSource clock) {
        return new Accounting(isFlatRate() ? null : ledger, budget, clock);
    }

    /** Returns why new changes are refused, or empty if they are not; a ledger that cannot be read refuses none. */
    Optional<String> refusal(InstantSource clock) {
        UsageLedger counts = ledger;
        if (counts == null || budget.beyond() != Budget.Reaction.REJECT || isFlatRate()) {
            return Optional.empty();
        }
        long used;
        try {
            used = counts.paths(monthOf(clock.instant()));
        } catch (Exception e) {
            Interrupts.keep(e);
            LOG.log(System.Logger.Level.WARNING, "the ledger cannot be read, so the change is admitted", e);
            return Optional.empty();
        }
        return used < budget.hardPaths()
                ? Optional.empty()
                : Optional.of("the account has used " + used + " paths this month of at most " + budget.hardPaths()
                        + ", so the change was not accepted; raise the budget, or wait for the next month (UTC)");
    }

    private boolean isFlatRate() {
        try {
            return pricing != null && pricing.get() instanceof Pricing.FlatRate;
        } catch (Exception e) {
            Interrupts.keep(e);
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the distribution's pricing is not known now, so paths are counted",
                    e);
            return false;
        }
    }

    /** Returns the month of a moment, in UTC, as AWS bills it. */
    static YearMonth monthOf(Instant moment) {
        return YearMonth.from(moment.atZone(ZoneOffset.UTC));
    }
}

package io.purgewise.cdn;

import io.purgewise.cdn.DrainReport.FinishedDrain;
import io.purgewise.cdn.DrainReport.Outcome;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Accepts changes, lets bursts gather, and brings everybody's changes to the CDN in one plan.
 *
 * <p>The way of a change: {@link #append} checks that there is room and budget and puts it in the {@link Outbox}; when its
 * burst is over and its caches have settled, the instance with the lease reads all that waits, plans it
 * ({@link ItemPlanner}), writes the plan down as a {@link Drain} with fixed caller references, submits each batch
 * ({@link InvalidationSubmitter}), counts it ({@link UsageLedger}), and removes the changes. An instance that is killed
 * leaves either the changes or the open drain, and the next one goes on from there.
 *
 * <p>A distribution that refuses for good, as an unknown or forbidden one does, holds up no other: its part is kept as a
 * {@link Debt} and tried again, after a minute and then ever more seldom, at once by {@link #drain}, {@link #flush} and a new
 * instance. If a new configuration names another distribution in its place, that one gets what was owed.
 *
 * <p>All instances that share an outbox must have the same distributions.
 *
 * <p>It starts no thread. A service gives {@link #runUntilInterrupted} to a thread of its own; a Lambda function appends and
 * calls {@link #flush} before it returns; a job calls {@link #drain}. This class is thread-safe.
 */
public final class OutboxDrainer {

    private static final Duration SIZE_IS_FRESH = Duration.ofSeconds(2);

    private final DrainParts parts;
    private final ChangeDoor door;
    private final DrainLoop loop;
    private final String owner;
    private final AtomicInteger suspensions = new AtomicInteger();
    private final AtomicLong lastToken = new AtomicLong();

    private OutboxDrainer(Builder builder) {
        InvalidationSubmitter.Builder settings = builder.submitter.settings();
        BudgetGuard guard = new BudgetGuard(builder.budget, builder.ledger, settings.clock);
        this.owner = builder.owner;
        this.parts = new DrainParts(
                builder.outbox,
                builder.submitter,
                builder.ledger,
                builder.policy,
                builder.distributions,
                new DrainPlanning(builder, guard),
                new RepaymentSchedule(),
                new Sightings(),
                new BacklogGauge(builder.outbox, settings.clock, SIZE_IS_FRESH));
        this.door = new ChangeDoor(parts, guard);
        this.loop = new DrainLoop(this, parts);
    }

    /**
     * Starts a drainer; it takes clock, pause, randomness and listener from the submitter.
     *
     * <p>Defaults: {@link DrainPolicy#ofDefaults()}, {@link ItemPlanner#verbatim()}, no budget, an
     * {@link InMemoryUsageLedger}.
     *
     * @param outbox where changes wait
     * @param submitter what submits their batches
     * @param distributions which distributions and tenants serve the site; each of them is cleared, and billed
     * @return a builder
     * @throws IllegalArgumentException if there is no distribution, or one twice
     */
    public static Builder builder(
            Outbox outbox, InvalidationSubmitter submitter, Collection<DistributionId> distributions) {
        return new Builder(outbox, submitter, distributions);
    }

    /**
     * Accepts changes.
     *
     * @param entries the changes
     * @throws IllegalArgumentException if another change that waits has the ID and time of one of them
     * @throws OutboxFullException if too many wait already; none was accepted
     * @throws BudgetExceededException if the budget is used up and says to refuse; none was accepted
     * @throws CacheTagsNotReadException if an entry has cache tags that a distribution is known not to read; none was accepted
     * @throws OutboxAccessException if the store failed; some may have been accepted, and appending again is harmless
     */
    public void append(Collection<OutboxEntry> entries) {
        door.append(entries);
    }

    /**
     * Holds bursts back until the suspension is closed, as during an import. {@link #drain} and {@link #flush} still work.
     *
     * <p>It binds this instance; others that share the outbox go on. Several suspensions may overlap.
     *
     * @return the suspension; close it to go on
     */
    public Suspension suspend() {
        suspensions.incrementAndGet();
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                suspensions.decrementAndGet();
            }
        };
    }

    /** Keeps an {@link OutboxDrainer} from draining bursts until it is closed. */
    @FunctionalInterface
    public interface Suspension extends AutoCloseable {

        /** Lets draining go on; does nothing the second time. */
        @Override
        void close();
    }

    /**
     * Drains what has settled, whether its burst is over or not, and asks distributions that refused before once more.
     *
     * @return what was done
     * @throws SubmissionException if a batch could not be submitted; its drain stays open, and the next call goes on with it.
     *     If a distribution refuses for good, all else was done first, and its part is kept and tried again
     * @throws OutboxAccessException if the store failed; nothing is lost
     */
    public DrainReport drain() {
        return orThrow(round(false, true));
    }

    /**
     * Drains what has settled and whose burst is over, unless suspended. A distribution that refused is asked again after a
     * minute, and then ever more seldom.
     *
     * @return what was done
     * @throws SubmissionException as {@link #drain} does
     * @throws OutboxAccessException if the store failed; nothing is lost
     */
    public DrainReport drainWhenDue() {
        if (suspensions.get() > 0) {
            return new DrainReport(Outcome.SUSPENDED, List.of(), 0);
        }
        if (parts.outbox().isIdle()) {
            parts.sightings().clear();
            if (!parts.repayments().lookIsDue(parts.now())) {
                return new DrainReport(Outcome.EMPTY, List.of(), 0);
            }
        }
        return orThrow(round(true, false));
    }

    /** Throws what a distribution has answered for good; the report is of no use to whoever does not know that. */
    static DrainReport orThrow(DrainReport report) {
        for (FinishedDrain each : report.finished()) {
            for (SubmissionException failure : each.refusedBy().values()) {
                throw failure;
            }
        }
        return report;
    }

    /** Drains once, if the lease is free; what distributions refuse for good is in the report. */
    DrainReport round(boolean onlyWhenDue, boolean askDebtors) {
        Optional<Lease> taken = parts.outbox().acquire(owner);
        if (taken.isEmpty()) {
            // Whoever holds the lease removes the entries; this instance must not remember them for ever.
            parts.sightings().clearIfMoreThan(parts.policy().maxEntries());
            return new DrainReport(Outcome.BUSY, List.of(), 0);
        }
        Lease lease = taken.get();
        if (lastToken.getAndSet(lease.token()) != lease.token() - 1) {
            parts.submitter().learnAgain();
        }
        try (HeldLease held = new HeldLease(parts.outbox(), lease)) {
            DrainRound round = new DrainRound(parts, held.lease());
            try {
                return round.run(onlyWhenDue, askDebtors);
            } catch (LeaseLostException e) {
                parts.listener().leaseLost(e);
                return round.report(Outcome.BUSY, 0);
            }
        }
    }

    /** Gives the lease back, even from an interrupted thread, whose calls a client may refuse to make. */
    private record HeldLease(Outbox outbox, Lease lease) implements AutoCloseable {

        @Override
        public void close() {
            boolean interrupted = Thread.interrupted();
            try {
                outbox.release(lease);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /**
     * Waits until every change that waits now has been accepted by the CDN, by this instance or another; drains itself
     * whenever it can. Suspensions and coalescing do not hold it back, settling does.
     *
     * @param timeout how long to wait at most; a batch under way is not cut short, and may take as long as the submitter's
     *     {@link InvalidationSubmitter.Builder#patience}: let that be less than what a function has left
     * @return whether all of them were accepted by then; false too where the budget defers them
     * @throws InterruptedException if the thread is told to stop; nothing is lost
     * @throws SubmissionException if a batch could not be submitted in time, or a distribution refuses its part for good; what
     *     the others take was done first, and nothing is lost
     * @throws OutboxAccessException if the store failed; nothing is lost
     */
    public boolean flush(Duration timeout) throws InterruptedException {
        return loop.flush(timeout);
    }

    /**
     * Drains whatever becomes due, until the thread is interrupted. Failures are logged and tried again, ever more slowly.
     *
     * <p>Looks into the outbox every second. On return the interrupt flag is set; call {@link #flush} afterwards, on a thread
     * that is not interrupted, to leave nothing waiting.
     */
    public void runUntilInterrupted() {
        loop.runUntilInterrupted();
    }

    /** Collects the settings of a drainer. This class is not thread-safe. */
    public static final class Builder {

        final Outbox outbox;
        final InvalidationSubmitter submitter;
        final List<DistributionId> distributions;
        UsageLedger ledger = new InMemoryUsageLedger();
        ItemPlanner planner = ItemPlanner.verbatim();
        DrainPolicy policy = DrainPolicy.ofDefaults();
        Budget budget = Budget.UNLIMITED;
        String owner = "purgewise";

        private Builder(Outbox outbox, InvalidationSubmitter submitter, Collection<DistributionId> distributions) {
            this.outbox = outbox;
            this.submitter = submitter;
            this.distributions = List.copyOf(distributions);
            if (distributions.isEmpty() || new HashSet<>(distributions).size() != distributions.size()) {
                throw new IllegalArgumentException(
                        "a site needs distributions, each named once, but had " + distributions);
            }
        }

        /**
         * Sets where paths are counted.
         *
         * @param ledger the account's ledger; default in memory
         * @return this builder
         */
        public Builder ledger(UsageLedger ledger) {
            this.ledger = ledger;
            return this;
        }

        /**
         * Sets what turns patterns into items.
         *
         * @param planner the planner; default {@link ItemPlanner#verbatim()}
         * @return this builder
         */
        public Builder planner(ItemPlanner planner) {
            this.planner = planner;
            return this;
        }

        /**
         * Sets when to drain and when to widen.
         *
         * @param policy the policy; default {@link DrainPolicy#ofDefaults()}
         * @return this builder
         */
        public Builder policy(DrainPolicy policy) {
            this.policy = policy;
            return this;
        }

        /**
         * Sets how many paths a month may cost.
         *
         * @param budget the budget; default {@link Budget#UNLIMITED}
         * @return this builder
         */
        public Builder budget(Budget budget) {
            this.budget = budget;
            return this;
        }

        /**
         * Names this instance in the lease.
         *
         * @param owner a name for people to read, such as the host's; default {@code purgewise}
         * @return this builder
         */
        public Builder owner(String owner) {
            this.owner = owner;
            return this;
        }

        /**
         * Builds the drainer.
         *
         * @return a drainer
         */
        public OutboxDrainer build() {
            return new OutboxDrainer(this);
        }
    }
}

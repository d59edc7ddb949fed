package io.purgewise.cdn;

import io.purgewise.cdn.DrainReport.FinishedDrain;
import io.purgewise.cdn.DrainReport.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Accepts changes, lets bursts gather, and brings everybody's changes to the CDN in one plan.
 *
 * <p>The way of a change: {@link #append} checks that there is room and budget and puts it in the {@link Outbox}; when its
 * burst is over and its caches have settled, the instance with the lease reads all that waits, plans it
 * ({@link ItemPlanner}), writes the plan down as a {@link Drain} with fixed caller references, submits each batch
 * ({@link InvalidationSubmitter}), counts it ({@link UsageLedger}), and removes the changes. An instance that is killed
 * leaves either the changes or the open drain, and the next one goes on from there.
 *
 * <p>It starts no thread. A service gives {@link #runUntilInterrupted} to a thread of its own; a Lambda function appends and
 * calls {@link #flush} before it returns; a job calls {@link #drain}. This class is thread-safe.
 */
public final class OutboxDrainer {

    private static final System.Logger LOG = System.getLogger(OutboxDrainer.class.getName());
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration FLUSH_POLL = Duration.ofMillis(250);
    private static final Duration SIZE_IS_FRESH = Duration.ofSeconds(2);

    private final Outbox outbox;
    private final InvalidationSubmitter submitter;
    private final UsageLedger ledger;
    private final DrainPolicy policy;
    private final List<DistributionId> distributions;
    private final String owner;
    private final InstantSource clock;
    private final Pause pause;
    private final CdnListener listener;
    private final BudgetGuard guard;
    private final DrainPlanning planning;
    private final Sightings sightings = new Sightings();
    private final BacklogGauge backlog;
    private final AtomicInteger suspensions = new AtomicInteger();

    private OutboxDrainer(Builder builder) {
        this.outbox = builder.outbox;
        this.submitter = builder.submitter;
        this.ledger = builder.ledger;
        this.policy = builder.policy;
        this.distributions = List.copyOf(builder.distributions);
        this.owner = builder.owner;
        this.clock = submitter.settings().clock;
        this.pause = submitter.settings().pause;
        this.listener = submitter.settings().listener;
        this.guard = new BudgetGuard(builder.budget, ledger, clock);
        this.planning = new DrainPlanning(builder, guard);
        this.backlog = new BacklogGauge(outbox, clock, SIZE_IS_FRESH);
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
     * @throws OutboxFullException if too many wait already; none was accepted
     * @throws BudgetExceededException if the budget is used up and says to refuse; none was accepted
     * @throws CacheTagsNotReadException if an entry has cache tags that a distribution is known not to read; none was accepted
     * @throws OutboxAccessException if the store failed; some may have been accepted, and appending again is harmless
     */
    public void append(Collection<OutboxEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        try {
            guard.requireOpenDoor();
            requireTagsAreRead(entries);
            backlog.requireRoom(entries.size(), policy.capacity());
        } catch (BudgetExceededException | OutboxFullException | CacheTagsNotReadException e) {
            listener.refused(String.valueOf(e.getMessage()));
            throw e;
        }
        outbox.append(entries);
        backlog.added(entries.size());
        sightings.see(entries, clock.instant());
    }

    private void requireTagsAreRead(Collection<OutboxEntry> entries) {
        if (entries.stream().allMatch(entry -> entry.tags().isEmpty())) {
            return;
        }
        for (DistributionId distribution : distributions) {
            if (!submitter.readsCacheTags(distribution).orElse(true)) {
                throw new CacheTagsNotReadException(distribution);
            }
        }
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
     * Drains what has settled, whether its burst is over or not.
     *
     * @return what was done
     * @throws SubmissionException if a batch could not be submitted; its drain stays open, and the next call goes on with it
     * @throws OutboxAccessException if the store failed; nothing is lost
     */
    public DrainReport drain() {
        return drain(false);
    }

    /**
     * Drains what has settled and whose burst is over, unless suspended.
     *
     * @return what was done
     * @throws SubmissionException if a batch could not be submitted; its drain stays open, and the next call goes on with it
     * @throws OutboxAccessException if the store failed; nothing is lost
     */
    public DrainReport drainWhenDue() {
        if (suspensions.get() > 0) {
            return new DrainReport(Outcome.SUSPENDED, List.of(), 0);
        }
        if (outbox.isIdle()) {
            sightings.clear();
            return new DrainReport(Outcome.EMPTY, List.of(), 0);
        }
        return drain(true);
    }

    private DrainReport drain(boolean onlyWhenDue) {
        Optional<Lease> lease = outbox.acquire(owner);
        if (lease.isEmpty()) {
            // Whoever holds the lease removes the entries; this instance must not remember them for ever.
            sightings.clearIfMoreThan(policy.maxEntries());
            return new DrainReport(Outcome.BUSY, List.of(), 0);
        }
        List<FinishedDrain> finished = new ArrayList<>();
        try {
            return drain(lease.get(), onlyWhenDue, finished);
        } catch (LeaseLostException e) {
            listener.leaseLost(e);
            return new DrainReport(Outcome.BUSY, finished, 0);
        } finally {
            outbox.release(lease.get());
        }
    }

    private DrainReport drain(Lease lease, boolean onlyWhenDue, List<FinishedDrain> finished) {
        Optional<Drain> open = outbox.openDrain(lease);
        if (open.isPresent()) {
            finished.add(finish(lease, open.get(), true, List.of()));
        }
        while (true) {
            OutboxContents contents = outbox.read(lease, policy.maxEntries());
            contents.poisoned().forEach(listener::poisoned);
            List<OutboxEntry> entries = contents.entries();
            Instant now = clock.instant();
            sightings.see(entries, now);
            if (!contents.more()) {
                sightings.retain(entries);
            }
            if (entries.isEmpty()) {
                return new DrainReport(Outcome.EMPTY, finished, 0);
            }
            List<OutboxEntry> settled = sightings.settled(entries, now);
            if (settled.isEmpty() || (onlyWhenDue && !sightings.burstIsOver(entries, policy, now))) {
                return new DrainReport(Outcome.NOT_DUE, finished, entries.size());
            }
            long waiting = contents.more() ? outbox.size() : entries.size();
            Duration age = Duration.between(sightings.oldest(settled, now), now);
            List<String> widened = new ArrayList<>();
            Optional<Drain> drain = planning.plan(newDrainId(lease, now), settled, waiting, age, now, widened);
            if (drain.isEmpty()) {
                return new DrainReport(Outcome.DEFERRED, finished, entries.size());
            }
            outbox.open(lease, drain.get());
            finished.add(finish(lease, drain.get(), false, widened));
        }
    }

    private FinishedDrain finish(Lease lease, Drain drain, boolean found, List<String> widened) {
        FinishedDrain finished = new DrainFinish(outbox, lease, drain, submitter, ledger).run(found, widened);
        sightings.forget(drain.entries());
        backlog.removed(drain.entries().size());
        return finished;
    }

    /** Makes an ID that no other drain ever has: a second drain of the same items must not pass for the first. */
    private String newDrainId(Lease lease, Instant now) {
        return String.format(
                Locale.ROOT,
                "d%x-%d-%016x",
                now.toEpochMilli(),
                lease.token(),
                submitter.settings().random.nextLong());
    }

    /**
     * Waits until every change that waits now has been accepted by the CDN, by this instance or another; drains itself
     * whenever it can. Suspensions and coalescing do not hold it back, settling does.
     *
     * @param timeout how long to wait at most
     * @return whether all of them were accepted by then; false too where the budget defers them
     * @throws InterruptedException if the thread is told to stop; nothing is lost
     * @throws SubmissionException if a batch could not be submitted in time, or is refused for good; nothing is lost
     * @throws OutboxAccessException if the store failed; nothing is lost
     */
    public boolean flush(Duration timeout) throws InterruptedException {
        Instant deadline = clock.instant().plus(timeout);
        Optional<Set<EntryKey>> before = Optional.empty();
        while (true) {
            DrainReport report = drain(false);
            if (report.outcome() == Outcome.EMPTY) {
                return true;
            }
            if (report.outcome() == Outcome.DEFERRED) {
                return false;
            }
            if (before.isEmpty()) {
                before = Optional.of(new HashSet<>(outbox.keys()));
            } else if (outbox.keys().stream().noneMatch(before.get()::contains)) {
                return true;
            }
            if (!clock.instant().isBefore(deadline)) {
                return false;
            }
            pause.waitFor(FLUSH_POLL);
        }
    }

    /**
     * Drains whatever becomes due, until the thread is interrupted. Failures are logged and tried again, ever more slowly.
     *
     * <p>Looks into the outbox every second. On return the interrupt flag is set; call {@link #flush} afterwards, on a thread
     * that is not interrupted, to leave nothing waiting.
     */
    public void runUntilInterrupted() {
        int failures = 0;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Duration delay = POLL;
                try {
                    drainWhenDue();
                    failures = 0;
                } catch (RuntimeException e) {
                    failures++;
                    delay = submitter.settings().backoff.after(failures, submitter.settings().random);
                    LOG.log(System.Logger.Level.WARNING, "draining failed and will be tried again in " + delay, e);
                }
                pause.waitFor(delay);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
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

package io.purgewise.outbox;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.internal.Listeners;
import io.purgewise.internal.SteadyTime;
import io.purgewise.outbox.DrainReport.OfLane;
import io.purgewise.outbox.DrainReport.Outcome;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Accepts changes, lets bursts gather, and carries everybody's changes through, once for each distribution.
 *
 * <p>The way of a change: {@link #accept} puts it in the {@link Outbox} with one write, in a lane for each clearing. When its burst is over, the instance with the lane's lease takes all that waits there, marks it, lets the caches
 * settle, renders it, plans one invalidation for all of it, writes the plan down as a {@link Outbox.Drain} with fixed caller references,
 * submits it, and removes the changes. An instance that is killed leaves either the changes or the open drain, and the next one
 * goes on from there. A lane whose distribution is busy or refuses waits, gathers changes and holds up no other.
 *
 * <p>All instances that share an outbox must have clearings for the same distributions.
 *
 * <p>It starts no thread by itself. A service calls {@link #start} and {@link #close}; a Lambda function accepts and calls
 * {@link #flush} before it returns; a job calls {@link #drain}. This class is thread-safe.
 */
public final class OutboxDrainer {

    private final Outbox outbox;
    private final Admission admission;
    private final Ambient ambient;
    private final SteadyTime time;
    private final Lanes lanes;
    private final OutboxService service;
    private final AtomicInteger suspensions = new AtomicInteger();

    private OutboxDrainer(Builder builder) {
        outbox = builder.outbox;
        ambient = builder.revalidator.clearings().get(0).ambient();
        time = new SteadyTime(ambient.clock());
        Listeners<OutboxListener> listeners = new Listeners<>(builder.listeners);
        admission = new Admission(outbox, builder.revalidator, ambient, listeners);
        lanes = Lanes.of(builder, time, listeners);
        service = new OutboxService(this::round, ambient, listeners);
    }

    /**
     * Starts a drainer.
     *
     * @param outbox where changes wait
     * @param revalidator who takes them through the caches; each of its clearings has a lane
     * @return a builder
     */
    public static Builder builder(Outbox outbox, Revalidator revalidator) {
        return new Builder(outbox, revalidator);
    }

    /**
     * Accepts changes as new ones, each under a key of its own: accepted again, they are carried through again.
     *
     * @param changes what changed
     * @return what was accepted
     * @throws IllegalArgumentException if a change does not fit the site; none was accepted
     * @throws io.purgewise.StoreAccessException if the store failed; some may have been accepted
     * @throws NotAcceptedException if a budget is used up and says to reject, or an outbox in memory is full; none was accepted
     */
    public Acceptance accept(Change... changes) {
        return accept(List.of(Objects.requireNonNull(changes, "changes")));
    }

    /**
     * Accepts changes as new ones, each under a key of its own: accepted again, they are carried through again.
     *
     * @param changes what changed
     * @return what was accepted
     * @throws IllegalArgumentException if a change does not fit the site; none was accepted
     * @throws io.purgewise.StoreAccessException if the store failed; some may have been accepted
     * @throws NotAcceptedException if a budget is used up and says to reject, or an outbox in memory is full; none was accepted
     */
    public Acceptance accept(Collection<? extends Change> changes) {
        return admission.asNew(changes, lanes.ids());
    }

    /**
     * Accepts the changes of an event: accepted again within a day, in whatever order and with whatever others, they are carried
     * through once.
     *
     * @param event what names the event, such as the ID of a message, or an ID and a version; not empty
     * @param changes what changed
     * @return what was accepted, now or before
     * @throws IllegalArgumentException if a change does not fit the site, or {@code event} is empty; none was accepted
     * @throws io.purgewise.StoreAccessException if the store failed; accepting again is safe
     * @throws NotAcceptedException if a budget is used up and says to reject, or an outbox in memory is full; none was accepted
     */
    public Acceptance acceptOnce(String event, Collection<? extends Change> changes) {
        return admission.once(event, changes, lanes.ids());
    }

    /**
     * Makes the changes of an event visible now, once: accepts them as {@link #acceptOnce} does, and carries them through as
     * {@link #flush} does. Called again within a day, here or by another instance, it sends and pays nothing again, goes on where
     * the first call was killed, and tells what became of the changes.
     *
     * <p>What waited before the changes is carried through with them, in the same plan, and not waited for longer than they are.
     *
     * @param event what names the event, as for {@link #acceptOnce}
     * @param changes what changed
     * @param patience how long to take at the most; let it be longer than the caches take to settle
     * @return what became of the changes; those that wait still are carried through later, by whoever drains
     * @throws IllegalArgumentException if a change does not fit the site, or {@code event} is empty; none was accepted
     * @throws io.purgewise.StoreAccessException if the store failed; calling again is safe
     * @throws NotAcceptedException if a budget is used up and says to reject, or an outbox in memory is full; none was accepted
     * @throws InterruptedException if the thread is told to stop; what was accepted is kept, and calling again is safe
     */
    public EventReport revalidateOnce(String event, Collection<? extends Change> changes, Duration patience)
            throws InterruptedException {
        Duration end = time.elapsed().plus(Objects.requireNonNull(patience, "patience"));
        Acceptance accepted = acceptOnce(event, changes);
        return new EventProgress(outbox, lanes.ids(), accepted).follow(lanes.goal(), time, end, ambient.pause());
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
     * Drains what waits now, whether its burst is over or not; waits for caches to settle, and not for a distribution that is busy
     * or refuses.
     *
     * @return what was done, and what was not; it throws for nothing that a store, the site or a distribution says
     */
    public DrainReport drain() {
        return lanes.goal().run(Lanes.NO_LIMIT);
    }

    /**
     * Drains what waits and is due: its burst is over, and its lane need not stay away after a failure. Does nothing while
     * suspended.
     *
     * @return what was done, and what was not; it throws for nothing that a store, the site or a distribution says
     */
    public DrainReport drainWhenDue() {
        return suspensions.get() > 0 ? lanes.suspended() : lanes.turnsWhenDue();
    }

    /** Drains what is due, and returns how long there is nothing to do. */
    private Duration round() {
        return drainWhenDue().lanes().stream()
                .filter(lane -> lane.outcome() != Outcome.EMPTY)
                .map(OfLane::comeBackAfter)
                .min(Duration::compareTo)
                .orElse(OutboxService.POLL);
    }

    /**
     * Waits until every change that waits now is carried through, by this instance or another; drains itself whenever it can.
     * Suspensions and coalescing do not hold it back, settling does. What is accepted later is not waited for.
     *
     * @param timeout how long to wait at most; let it be longer than the caches take to settle. A call to AWS under way is not cut
     *     short
     * @return whether all of them were carried through by then, and none became a dead letter
     * @throws InterruptedException if the thread is told to stop; nothing is lost
     */
    public boolean flush(Duration timeout) throws InterruptedException {
        Duration end = time.elapsed().plus(Objects.requireNonNull(timeout, "timeout"));
        return lanes.flush(outbox, end);
    }

    /**
     * Drains whatever becomes due, until {@link #close}. It looks into the outbox every second. Whatever is thrown, errors
     * included, is logged, told to the listeners, and tried again ever more slowly.
     *
     * @param executor gives a thread of its own for as long as this is open, such as {@code Executors.newSingleThreadExecutor()},
     *     or {@code task -> new Thread(task, "purgewise").start()}
     * @throws IllegalStateException if it was started or closed before
     */
    public void start(Executor executor) {
        service.start(Objects.requireNonNull(executor, "executor"));
    }

    /**
     * Ends what {@link #start} began, and carries through what waits.
     *
     * @param timeout how long to take at most
     * @return whether everything was carried through; what was not is kept as the outbox promises
     * @throws InterruptedException if the thread is told to stop; nothing is lost
     */
    public boolean close(Duration timeout) throws InterruptedException {
        Duration end = time.elapsed().plus(Objects.requireNonNull(timeout, "timeout"));
        boolean stopped = service.stop(timeout);
        return stopped && flush(time.until(end));
    }

    /**
     * Lists the changes that could not be carried through.
     *
     * @return the dead letters of all lanes
     * @throws io.purgewise.StoreAccessException if the store failed
     */
    public List<DeadLetter> deadLetters() {
        return outbox.deadLetters();
    }

    /**
     * Appends the change of a dead letter anew, in its lane, and removes the letter.
     *
     * @param letter the dead letter
     * @throws IllegalArgumentException if it is not repeatable
     * @throws io.purgewise.StoreAccessException if the store failed; repeating again is safe
     */
    public void repeat(DeadLetter letter) {
        if (!Objects.requireNonNull(letter, "letter").repeatable()) {
            throw new IllegalArgumentException("dead letter is no change that can be repeated: " + letter);
        }
        admission.asNew(List.of(Change.parse(letter.change())), Set.of(letter.lane()));
        outbox.removeDeadLetter(letter);
    }

    /**
     * Removes a dead letter for good.
     *
     * @param letter the dead letter
     * @throws io.purgewise.StoreAccessException if the store failed
     */
    public void remove(DeadLetter letter) {
        outbox.removeDeadLetter(Objects.requireNonNull(letter, "letter"));
    }

    /** Collects the settings of a drainer. This class is not thread-safe. */
    public static final class Builder {

        final Outbox outbox;
        final Revalidator revalidator;
        DrainPolicy policy = DrainPolicy.ofDefaults();
        String owner = "purgewise";

        @Nullable
        Executor leaseKeeper;

        final List<OutboxListener> listeners = new ArrayList<>();
        FreshnessLooks.@Nullable Policy looking;

        private Builder(Outbox outbox, Revalidator revalidator) {
            this.outbox = Objects.requireNonNull(outbox, "outbox");
            this.revalidator = Objects.requireNonNull(revalidator, "revalidator");
        }

        /**
         * Sets when to drain and when to widen.
         *
         * @param policy the policy; default {@link DrainPolicy#ofDefaults()}
         * @return this builder
         */
        public Builder policy(DrainPolicy policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Names this instance in the lease.
         *
         * @param owner a name for people to read, such as the host's; default {@code purgewise}
         * @return this builder
         */
        public Builder owner(String owner) {
            this.owner = Objects.requireNonNull(owner, "owner");
            return this;
        }

        /**
         * Sets who keeps a lane's lease while a single call takes longer than the lease, such as a renderer or a store that answers
         * slowly. Without one, another instance takes such a lane over and does the same work once more, with ever more time for it.
         *
         * @param executor gives a second thread for as long as a lane is drained, such as {@code Executors.newCachedThreadPool()}; a
         *     call that lasts 32 leases is held to hang and is kept no longer. Default: none
         * @return this builder
         */
        public Builder leaseKeeper(Executor executor) {
            this.leaseKeeper = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Adds a listener.
         *
         * @param listener who hears what becomes of changes
         * @return this builder
         */
        public Builder listener(OutboxListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Has what readers get looked at after each drain, through the {@linkplain Clearing.Builder#probe probe} of its clearing, and what
         * is proven stale cleared once more, within its budget and its quotas; see {@link Clearing#proveFresh}.
         *
         * <p>No lane waits for a look: it is done on the executor's threads, where up to 64 drains wait for theirs. A look is not written
         * down: of what was drained when a process ended, or by another instance that was killed, nobody tells what readers get,
         * though it is cleared. {@link OutboxListener#looked} hears what was found.
         *
         * @param executor gives the threads, such as {@code Executors.newSingleThreadExecutor()}; one thread looks at one drain at a time
         * @param patience how long to take for a drain at the most, from the CDN's acceptance on
         * @return this builder
         * @throws IllegalArgumentException if {@code patience} is not positive
         */
        public Builder looking(Executor executor, Duration patience) {
            Objects.requireNonNull(executor, "executor");
            if (Objects.requireNonNull(patience, "patience").isNegative() || patience.isZero()) {
                throw new IllegalArgumentException("patience must be positive, but was " + patience);
            }
            looking = new FreshnessLooks.Policy(executor, patience);
            return this;
        }

        /**
         * Builds the drainer.
         *
         * @return a drainer
         * @throws IllegalArgumentException if it is to look at what readers get, and no clearing has a probe
         */
        public OutboxDrainer build() {
            if (looking != null && revalidator.clearings().stream().noneMatch(Clearing::hasProbe)) {
                throw new IllegalArgumentException(
                        "looking at what readers get needs a probe, but no clearing has one; give"
                                + " Clearing.Builder.probe one");
            }
            return new OutboxDrainer(this);
        }
    }
}

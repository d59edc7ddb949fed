package io.purgewise.cdn;

import io.purgewise.internal.Listeners;
import io.purgewise.internal.SteadyTime;
import io.purgewise.site.InvalidationItem;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings batches to the CDN once, within its quotas, with patience for whatever fails on the way. All clearings of an account
 * share one, since they share the rate of calls.
 *
 * <p>Waits for quota and for its turn. A busy CDN is asked again with growing, random delays. An item that the CDN refuses is found
 * by halving the batch, and the rest is sent. An attempt whose answer was lost is looked for in the CDN's history before it is
 * repeated, and a batch has the same reference each time, so nothing is paid twice.
 *
 * <p>This class is thread-safe. It starts no thread, waits through its {@link Ambient.Pause}, and holds no lock during I/O.
 */
public final class InvalidationSubmitter {

    private final CdnAccount account;
    private final CdnQuotas quotas;

    private InvalidationSubmitter(Builder builder) {
        Listeners<CdnListener> listeners = new Listeners<>(builder.listeners);
        SteadyTime time = new SteadyTime(builder.ambient.clock());
        this.quotas = builder.quotas;
        Cdn cdn = new GuardedCdn(builder.cdn);
        this.account = new CdnAccount(
                cdn,
                new QuotaGate(cdn, quotas, time, listeners, builder.learnsInProgress),
                new HistorySearch(cdn),
                new TagReading(cdn, time, builder.ambient.clock()),
                new CdnAccount.Refusals(),
                new AbandonedReservations(cdn, time, builder.ambient.clock()),
                time,
                builder.ambient,
                builder.backoff,
                listeners);
    }

    /**
     * Starts a submitter.
     *
     * <p>Defaults: {@link CdnQuotas#conservative()}, failures are followed by 2 seconds to a minute of waiting, nobody listening.
     *
     * @param cdn where to submit
     * @param ambient what tells the time, how to wait, and what makes instances wait differently
     * @return a builder
     */
    public static Builder builder(Cdn cdn, Ambient ambient) {
        return new Builder(Objects.requireNonNull(cdn, "cdn"), Objects.requireNonNull(ambient, "ambient"));
    }

    /**
     * Cuts items into batches that the quotas of one call allow, wildcards spread over them.
     *
     * @param distribution where they will go
     * @param items what to clear; an item twice is taken once, as are tags that differ in case only
     * @param discriminator tells apart two plans that clear the same at different times; the same for every attempt
     * @return the batches, none for no items; the same arguments and quotas give the same batches
     */
    public List<InvalidationBatch> batches(
            DistributionId distribution, Collection<? extends InvalidationItem> items, String discriminator) {
        Objects.requireNonNull(distribution, "distribution");
        Objects.requireNonNull(items, "items");
        Objects.requireNonNull(discriminator, "discriminator");
        return BatchSplitter.split(quotas, distribution, items, discriminator);
    }

    /** Submits batches one after the other; see {@link Clearing#submit}. */
    Cleared submit(
            List<InvalidationBatch> batches,
            @Nullable Instant writtenAt,
            Duration deadline,
            Progress progress,
            Accounting accounting,
            @Nullable CacheTagUse tags) {
        return new Submission(account, batches, writtenAt, deadline, progress, accounting, tags).run();
    }

    /** Tells whether a distribution reads cache tags, as of some minutes ago. */
    TagReading.Answer readsTags(DistributionId distribution, CacheTagUse tags) {
        return account.tags().of(distribution, tags);
    }

    /** Gives back to the budget what a process that died has reserved and not sent; tells whether there may be more left now. */
    boolean settleAbandoned(UsageLedger ledger, YearMonth month) {
        return account.abandoned().settle(ledger, month);
    }

    CdnQuotas quotas() {
        return quotas;
    }

    /** Asks anew what others have in progress before the next batches, since another instance may have submitted meanwhile. */
    void learnAgain() {
        account.gate().learnAgain();
    }

    /**
     * Returns the clock, the way to wait and the randomness, for parts that go with it.
     *
     * @return what the submitter was built with
     */
    public Ambient ambient() {
        return account.ambient();
    }

    void tell(Consumer<CdnListener> event) {
        account.listeners().tell(event);
    }

    /** Returns a waiter on the same CDN, clock, pause and listeners. */
    CompletionWaiter waiter() {
        return new CompletionWaiter(account);
    }

    /** Collects the settings of a submitter. This class is not thread-safe. */
    public static final class Builder {

        private final Cdn cdn;
        private final Ambient ambient;
        private final List<CdnListener> listeners = new ArrayList<>();
        private CdnQuotas quotas = CdnQuotas.conservative();
        private Backoff backoff = Backoff.DEFAULT;
        private boolean learnsInProgress;

        private Builder(Cdn cdn, Ambient ambient) {
            this.cdn = cdn;
            this.ambient = ambient;
        }

        /**
         * Sets what the CDN allows.
         *
         * @param quotas the quotas; default {@link CdnQuotas#conservative()}
         * @return this builder
         */
        public Builder quotas(CdnQuotas quotas) {
            this.quotas = Objects.requireNonNull(quotas, "quotas");
            return this;
        }

        /**
         * Sets how long to wait after failures in a row: up to {@code first}, then twice as long each time up to
         * {@code longest}, of which half is random, so that several instances do not come back together.
         *
         * @param first the longest wait after the first failure; positive; default 2 seconds
         * @param longest the longest wait of all; not less than {@code first}; default a minute
         * @return this builder
         * @throws IllegalArgumentException if {@code first} is not positive or {@code longest} is less
         */
        public Builder backoff(Duration first, Duration longest) {
            Objects.requireNonNull(first, "first");
            Objects.requireNonNull(longest, "longest");
            this.backoff = new Backoff(first, longest);
            return this;
        }

        /**
         * Sets whether to ask the CDN, before the first batch to a distribution, what others have in progress there. A
         * drainer asks again whenever it takes the lease over from another instance.
         *
         * <p>Without it, other programs' invalidations are met as {@code TooManyInvalidationsInProgress}, which costs
         * seconds and no money. With it, a start costs a ListInvalidations and a GetInvalidation for each one in
         * progress; where that is not allowed or fails, batches go out all the same.
         *
         * @param learns whether to ask; default false
         * @return this builder
         */
        public Builder learnsInProgress(boolean learns) {
            this.learnsInProgress = learns;
            return this;
        }

        /**
         * Adds somebody who hears what happens; every listener added hears everything.
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder listener(CdnListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Builds the submitter.
         *
         * @return a submitter that knows of nothing in progress
         */
        public InvalidationSubmitter build() {
            return new InvalidationSubmitter(this);
        }
    }

    /**
     * Is told how a submission goes on, on the submitting thread. What it throws ends the submission, and reaches the caller; the
     * batches can be submitted again.
     */
    public interface Progress {

        /** Is told nothing. */
        Progress NONE = new Progress() {};

        /** The submission is alive: told at least every few seconds while it works or waits, such as to renew a lease. */
        default void alive() {}

        /**
         * The CDN has accepted a batch, or a part of it that was sent apart.
         *
         * @param batch the batch as it was given to the submission
         * @param invalidation what was accepted of it
         */
        default void accepted(InvalidationBatch batch, Invalidation invalidation) {}
    }
}

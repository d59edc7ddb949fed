package io.purgewise.cdn;

import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings items to the CDN once, within its quotas, with patience for whatever fails on the way.
 *
 * <p>{@link #batches} cuts items into batches whose caller references are fixed; {@link #submit} sends one of them until the
 * CDN has accepted it. A caller who writes the batches down in between may be killed anywhere and submit them again: nothing is
 * paid twice, since the same batch has the same reference, and an attempt whose answer was lost is looked for in the CDN's
 * history before it is repeated.
 *
 * <p>This class is thread-safe. It starts no thread, waits through its {@link Pause}, and holds no lock during I/O.
 */
public final class InvalidationSubmitter {

    private static final System.Logger LOG = System.getLogger(InvalidationSubmitter.class.getName());

    private final Cdn cdn;
    private final CdnLoad load;
    private final CdnQuotas quotas;
    private final CdnListener listener;
    private final RoomKeeper room;
    private final HistorySearch history;
    private final Builder settings;
    private final SteadyTime time;
    private final TagReading tags;
    private final Set<DistributionId> learned = ConcurrentHashMap.newKeySet();

    private InvalidationSubmitter(Builder builder) {
        this.settings = builder.copy();
        this.cdn = builder.cdn;
        this.quotas = builder.quotas;
        this.listener = builder.listener;
        this.time = new SteadyTime(ambient());
        this.tags = new TagReading(cdn, time);
        this.load = new CdnLoad(quotas);
        this.history = new HistorySearch(cdn);
        this.room = new RoomKeeper(cdn, load, quotas, listener, builder.clock);
    }

    /**
     * Starts a submitter.
     *
     * <p>Defaults: {@link CdnQuotas#conservative()}, {@link Backoff#DEFAULT}, a patience of 15 minutes per batch, nobody
     * listening.
     *
     * @param cdn where to submit
     * @param ambient what tells the time, how to wait, and what makes instances wait differently
     * @return a builder
     */
    public static Builder builder(Cdn cdn, Ambient ambient) {
        return new Builder(Objects.requireNonNull(cdn, "cdn"), ambient.clock(), ambient.pause(), ambient.random());
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
            DistributionId distribution, Collection<InvalidationItem> items, String discriminator) {
        return BatchSplitter.split(quotas, distribution, items, discriminator);
    }

    /**
     * Submits items in one go: {@link #batches}, then {@link #submit} for each.
     *
     * @param distribution where to clear
     * @param items what to clear
     * @param discriminator tells apart two plans that clear the same at different times
     * @return what became of them
     * @throws SubmissionException if not all of it could be submitted, with what was done and what is open
     * @throws CacheTagsNotReadException if there are tags and the distribution reads none; nothing was sent
     */
    public BatchResult submitAll(
            DistributionId distribution, Collection<InvalidationItem> items, String discriminator) {
        BatchResult done = BatchResult.empty();
        List<InvalidationBatch> batches = batches(distribution, items, discriminator);
        for (int i = 0; i < batches.size(); i++) {
            try {
                done = done.and(submit(batches.get(i)));
            } catch (SubmissionException e) {
                List<InvalidationBatch> open = new ArrayList<>(e.open());
                open.addAll(batches.subList(i + 1, batches.size()));
                throw new SubmissionException(
                        String.valueOf(e.getMessage()), done.and(e.done()), open, e.retryable(), e);
            }
        }
        return done;
    }

    /**
     * Submits a batch until the CDN has accepted it.
     *
     * <p>Waits for room in the quotas and for its turn. A busy CDN is asked again with growing, random delays. An item that the
     * CDN refuses is found by halving the batch, and the rest is sent.
     *
     * @param batch where to clear what
     * @return the invalidation, or several where the batch had to be split
     * @throws SubmissionException if patience ran out, the thread was interrupted, or the CDN refuses for good
     * @throws CacheTagsNotReadException if there are tags and the distribution reads none; nothing was sent
     */
    public BatchResult submit(InvalidationBatch batch) {
        return send(batch, null, InvalidationSubmitter::noHeartbeat);
    }

    /**
     * Submits a batch that another attempt, perhaps of another process, may have sent already: looks for it in the CDN's
     * history first, which costs nothing, and does not rely on how long the CDN remembers caller references.
     *
     * @param batch where to clear what
     * @param writtenAt when the batch was written down, by the clock of whoever did; nothing older is looked at, but for five
     *     minutes by which clocks may differ
     * @return the invalidation, found or new
     * @throws SubmissionException as {@link #submit} does
     */
    public BatchResult resume(InvalidationBatch batch, Instant writtenAt) {
        return send(batch, writtenAt, InvalidationSubmitter::noHeartbeat);
    }

    private static void noHeartbeat() {}

    /** Submits batches one after the other; see {@link Clearing#submit}. */
    Cleared submit(
            List<InvalidationBatch> batches,
            @Nullable Instant writtenAt,
            Duration deadline,
            SubmissionProgress progress) {
        Duration end = time.elapsed().plus(deadline);
        Cleared cleared = Cleared.NOTHING;
        for (int i = 0; i < batches.size(); i++) {
            InvalidationBatch batch = batches.get(i);
            BatchResult result;
            try {
                result = new Attempt(this, batch, writtenAt, end.minus(time.elapsed()), progress::alive).run();
                cleared = cleared.and(new Cleared(result.accepted(), result.rejected(), List.of(), null));
                result.accepted().forEach(each -> progress.accepted(batch, each));
            } catch (SubmissionException e) {
                e.done().accepted().forEach(each -> progress.accepted(batch, each));
                List<InvalidationBatch> open = new ArrayList<>(e.open());
                open.addAll(batches.subList(i + 1, batches.size()));
                return cleared.and(new Cleared(e.done().accepted(), e.done().rejected(), open, reason(e)));
            }
        }
        return cleared;
    }

    private static CdnException reason(SubmissionException e) {
        return e.getCause() instanceof CdnException cause
                ? cause
                : CdnException.of(
                        e.getCause() instanceof InterruptedException
                                ? CdnException.Reason.INTERRUPTED
                                : CdnException.Reason.BUSY,
                        new CdnException.Answer(String.valueOf(e.getMessage()), null, null, e));
    }

    /** Tells whether a distribution reads cache tags, as of some minutes ago. */
    TagReading.Answer readsTags(DistributionId distribution) {
        return tags.of(distribution);
    }

    /** Submits or, with a time of writing, resumes a batch, and shows a sign of life meanwhile. */
    BatchResult send(InvalidationBatch batch, @Nullable Instant writtenAt, Runnable heartbeat) {
        requireTagsAreRead(batch);
        return new Attempt(this, batch, writtenAt, settings.patience, heartbeat).run();
    }

    /**
     * Learns from the CDN what others have in progress on a distribution, so that the next batches fit beside it.
     *
     * <p>Costs a ListInvalidations and a GetInvalidation for each one in progress. {@link Builder#learnsInProgress} does it by
     * itself.
     *
     * @param distribution the distribution
     * @throws CdnException if the CDN could not be asked
     */
    public void learn(DistributionId distribution) {
        room.learn(distribution);
    }

    /** Learns before the first batch to a distribution, if asked to; whoever cannot learn goes on without. */
    void learnOnce(DistributionId distribution) {
        if (!settings.learnsInProgress || !learned.add(distribution)) {
            return;
        }
        try {
            learn(distribution);
        } catch (CdnException e) {
            if (e.reason().repeatable()) {
                learned.remove(distribution);
            }
            LOG.log(Level.DEBUG, "what is in progress on " + distribution + " cannot be learned now", e);
        }
    }

    /** Learns anew before the next batches, since another instance may have submitted meanwhile. */
    void learnAgain() {
        learned.clear();
    }

    /**
     * Returns the clock, the way to wait and the randomness, for parts that go with it.
     *
     * @return what the submitter was built with
     */
    public Ambient ambient() {
        return new Ambient(settings.clock, settings.pause, settings.random);
    }

    /**
     * Returns a waiter on the same CDN, clock, pause and listener.
     *
     * @return the waiter
     */
    public CompletionWaiter waiter() {
        return new CompletionWaiter(cdn, settings.clock, settings.pause, listener);
    }

    /**
     * Tells whether a distribution reads cache tags; asks the CDN once.
     *
     * @param distribution the distribution
     * @return whether tags clear anything there, or empty if the caller may not ask
     */
    public Optional<Boolean> readsCacheTags(DistributionId distribution) {
        TagReading.Answer answer = tags.of(distribution);
        return answer == TagReading.Answer.IN_DOUBT ? Optional.empty() : Optional.of(answer == TagReading.Answer.YES);
    }

    private void requireTagsAreRead(InvalidationBatch batch) {
        boolean tags = batch.items().stream().anyMatch(CdnTag.class::isInstance);
        if (tags && surelyReadsNoTags(batch.distribution())) {
            throw new CacheTagsNotReadException(batch.distribution());
        }
    }

    /** Tells whether tags are known to clear nothing; a distribution that does not answer may read them. */
    boolean surelyReadsNoTags(DistributionId distribution) {
        return !readsCacheTags(distribution).orElse(true);
    }

    Cdn cdn() {
        return cdn;
    }

    CdnLoad load() {
        return load;
    }

    RoomKeeper room() {
        return room;
    }

    HistorySearch history() {
        return history;
    }

    Builder settings() {
        return settings;
    }

    /** Collects the settings of a submitter. This class is not thread-safe. */
    public static final class Builder {

        final Cdn cdn;
        final InstantSource clock;
        final Pause pause;
        final RandomGenerator random;
        CdnQuotas quotas = CdnQuotas.conservative();
        Backoff backoff = Backoff.DEFAULT;
        Duration patience = Duration.ofMinutes(15);
        boolean learnsInProgress;
        CdnListener listener = CdnListener.NONE;

        private Builder(Cdn cdn, InstantSource clock, Pause pause, RandomGenerator random) {
            this.cdn = cdn;
            this.clock = clock;
            this.pause = pause;
            this.random = random;
        }

        private Builder copy() {
            return new Builder(cdn, clock, pause, random)
                    .quotas(quotas)
                    .backoff(backoff)
                    .patience(patience)
                    .learnsInProgress(learnsInProgress)
                    .listener(listener);
        }

        /**
         * Sets what the CDN allows.
         *
         * @param quotas the quotas; default {@link CdnQuotas#conservative()}
         * @return this builder
         */
        public Builder quotas(CdnQuotas quotas) {
            this.quotas = quotas;
            return this;
        }

        /**
         * Sets how long to wait after failures.
         *
         * @param backoff the delays; default {@link Backoff#DEFAULT}
         * @return this builder
         */
        public Builder backoff(Backoff backoff) {
            this.backoff = backoff;
            return this;
        }

        /**
         * Sets how long to try one batch.
         *
         * @param patience the time after which {@link SubmissionException} is thrown; default 15 minutes, not negative
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder patience(Duration patience) {
            if (patience.isNegative()) {
                throw new IllegalArgumentException("patience must not be negative, but was " + patience);
            }
            this.patience = patience;
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
         * Sets who hears what happens.
         *
         * @param listener the listener; default none
         * @return this builder
         */
        public Builder listener(CdnListener listener) {
            this.listener = listener;
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
}

package io.purgewise.testkit;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Plays the invalidation side of CloudFront for one AWS account, in memory.
 *
 * <p>It stores invalidations, lets them go from InProgress to Completed as its clock moves, remembers caller references,
 * enforces quotas, counts the bill, clears the {@linkplain EdgeCache edge caches} attached to it, and fails on demand.
 *
 * <p>What real AWS does differently: effect and completion take a random few seconds there, and are fixed delays here; the
 * order in which AWS checks a request, its burst sizes and how long it remembers caller references are not documented (here:
 * shape, then caller reference, then rates, then what is in progress; memory for ever); refused calls are taken to cost
 * nothing and to use up no rate.
 *
 * <p>This class is thread-safe.
 */
public final class FakeCloudFront implements Cdn {

    private final FakeAccount account;

    private FakeCloudFront(Builder builder) {
        this.account = new FakeAccount(builder);
    }

    /**
     * Starts a fake account without distributions.
     *
     * <p>Defaults: {@link FakeQuotas#inProgress()}, {@link CallerReferenceMemory#DOCUMENTED}, effect after 4 seconds,
     * completion after 20.
     *
     * @param clock what moves invalidations on
     * @return a builder
     */
    public static Builder builder(InstantSource clock) {
        Objects.requireNonNull(clock, "clock");
        return new Builder(clock);
    }

    @Override
    public Invalidation submit(InvalidationBatch batch) {
        CallerReference reference = batch.reference();
        try {
            return account.accept(batch.distribution(), batch.spellings(), reference.value());
        } catch (FakeError e) {
            throw CdnException.ofSubmission(e.status, answer(e), reference);
        }
    }

    @Override
    public Invalidation read(DistributionId distribution, String invalidationId) {
        Objects.requireNonNull(distribution, "distribution");
        Objects.requireNonNull(invalidationId, "invalidationId");
        return question(() -> account.find(distribution, invalidationId).toInvalidation(account.now()));
    }

    @Override
    public Iterable<Invalidation.Summary> list(DistributionId distribution) {
        Objects.requireNonNull(distribution, "distribution");
        Instant now = account.now();
        return question(() -> account.page(distribution, null, Integer.MAX_VALUE).stream()
                .map(each -> each.toInvalidation(now))
                .map(each -> new Invalidation.Summary(each.id(), each.status(), each.createTime()))
                .toList());
    }

    @Override
    public Optional<String> cacheTagHeader(DistributionId distribution) {
        Objects.requireNonNull(distribution, "distribution");
        return question(() -> Optional.ofNullable(account.tagHeader(distribution)));
    }

    /**
     * Lets an edge cache forget what is invalidated on a distribution from now on.
     *
     * @param distribution the distribution in front of which the edge stands
     * @param edge the edge cache
     * @throws IllegalArgumentException if there is no such distribution, or its cache tag header is not the edge's
     */
    public void attach(DistributionId distribution, EdgeCache edge) {
        Objects.requireNonNull(distribution, "distribution");
        Objects.requireNonNull(edge, "edge");
        account.attach(distribution, edge);
    }

    /**
     * Lets a CDN of several tiers forget what is invalidated on a distribution from now on, each of its caches at a moment of its
     * own within the {@linkplain Builder#delays delay of the effect}.
     *
     * @param distribution the distribution
     * @param edge its caches
     * @throws IllegalArgumentException if there is no such distribution, or its cache tag header is not the edge's
     */
    public void attach(DistributionId distribution, TieredEdge edge) {
        Objects.requireNonNull(distribution, "distribution");
        Objects.requireNonNull(edge, "edge");
        account.attach(distribution, edge);
    }

    /**
     * Returns the account's bill.
     *
     * @return a live view
     */
    public PriceMeter meter() {
        return account.meter;
    }

    /**
     * Lets the next calls of one kind fail, one fault a call, before any {@link FaultPlan} is asked.
     *
     * @param call which calls
     * @param faults what happens to them, in order; {@link Fault#NONE} lets one through
     */
    public void failNext(CdnCall call, Fault... faults) {
        Objects.requireNonNull(call, "call");
        Objects.requireNonNull(faults, "faults");
        account.faults.failNext(call, List.of(faults));
    }

    /**
     * Decides by a plan which calls fail from now on.
     *
     * @param plan asked for each call; must be thread-safe
     */
    public void failBy(FaultPlan plan) {
        Objects.requireNonNull(plan, "plan");
        account.faults.failBy(plan);
    }

    /**
     * Refuses every batch that holds a path, as {@code InvalidArgument} without saying which path, as AWS does.
     *
     * @param path the path as it is sent
     */
    public void rejectPath(String path) {
        Objects.requireNonNull(path, "path");
        account.rejectPath(path);
    }

    /**
     * Refuses every call for a distribution with {@code AccessDenied}, as for a caller without the right.
     *
     * @param distribution the distribution
     */
    public void forbid(DistributionId distribution) {
        Objects.requireNonNull(distribution, "distribution");
        account.forbid(distribution);
    }

    /**
     * Lets calls for a distribution through again.
     *
     * @param distribution the distribution
     */
    public void allow(DistributionId distribution) {
        Objects.requireNonNull(distribution, "distribution");
        account.allow(distribution);
    }

    /**
     * Returns how many calls of a kind came in, failed ones included.
     *
     * @param call the kind
     * @return the number of calls
     */
    public long calls(CdnCall call) {
        Objects.requireNonNull(call, "call");
        return account.faults.calls(call);
    }

    /**
     * Returns everything that a distribution has accepted, the oldest first.
     *
     * @param distribution the distribution
     * @return the invalidations as they are now
     * @throws CdnException if there is no such distribution
     */
    public List<Invalidation> accepted(DistributionId distribution) {
        Objects.requireNonNull(distribution, "distribution");
        return question(() -> account.accepted(distribution));
    }

    /** Returns what answers the calls, for a server that speaks CloudFront's XML. */
    FakeAccount account() {
        return account;
    }

    private <T> T question(Supplier<T> question) {
        try {
            return question.get();
        } catch (FakeError e) {
            throw CdnException.ofQuestion(e.status, answer(e));
        }
    }

    private CdnException.Answer answer(FakeError e) {
        return e.status == 0
                ? new CdnException.Answer(String.valueOf(e.getMessage()), null, null, null)
                : CdnException.Answer.of(e.code, String.valueOf(e.getMessage()), account.nextRequestId());
    }

    /** Collects the settings of a fake account. This class is not thread-safe. */
    public static final class Builder {

        final InstantSource clock;
        final Map<DistributionId, @Nullable String> distributions = new LinkedHashMap<>();
        boolean anyDistribution;
        final Map<String, DistributionId> aliases = new LinkedHashMap<>();
        Duration effectDelay = Duration.ofSeconds(4);
        Duration completionDelay = Duration.ofSeconds(20);
        FakeQuotas quotas = FakeQuotas.inProgress();
        CallerReferenceMemory callerReferenceMemory = CallerReferenceMemory.DOCUMENTED;

        private Builder(InstantSource clock) {
            this.clock = clock;
        }

        /**
         * Adds a distribution (or tenant) that reads no cache tags.
         *
         * @param id its ID
         * @return this builder
         */
        public Builder distribution(DistributionId id) {
            Objects.requireNonNull(id, "id");
            distributions.put(id, null);
            return this;
        }

        /**
         * Adds a distribution (or tenant) with a {@code CacheTagConfig}.
         *
         * @param id its ID
         * @param cacheTagHeader the header from which it reads cache tags
         * @return this builder
         */
        public Builder distribution(DistributionId id, String cacheTagHeader) {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(cacheTagHeader, "cacheTagHeader");
            distributions.put(id, cacheTagHeader);
            return this;
        }

        /**
         * Takes every distribution for one of this account's that reads no cache tags, added or not.
         *
         * @return this builder
         */
        public Builder anyDistribution() {
            anyDistribution = true;
            return this;
        }

        /**
         * Gives a distribution or tenant a domain name of the site, as HTTP clients find it by.
         *
         * @param host the domain name; may start with {@code *.} for a distribution
         * @param id the distribution or tenant
         * @return this builder
         */
        public Builder alias(String host, DistributionId id) {
            Objects.requireNonNull(host, "host");
            Objects.requireNonNull(id, "id");
            aliases.put(host, id);
            return this;
        }

        /**
         * Sets how long invalidations take.
         *
         * @param effect until the edges forget; default 4 seconds (AWS: under 5 at the 95th percentile)
         * @param completion until the status says so; default 20 seconds (AWS: under 25), not less than {@code effect}
         * @return this builder
         * @throws IllegalArgumentException if the delays are negative or in the wrong order
         */
        public Builder delays(Duration effect, Duration completion) {
            Objects.requireNonNull(effect, "effect");
            Objects.requireNonNull(completion, "completion");
            if (effect.isNegative() || completion.compareTo(effect) < 0) {
                throw new IllegalArgumentException(
                        "delays must be 0 <= effect <= completion, but were " + effect + " and " + completion);
            }
            this.effectDelay = effect;
            this.completionDelay = completion;
            return this;
        }

        /**
         * Sets the quotas.
         *
         * @param quotas what to enforce; default {@link FakeQuotas#inProgress()}
         * @return this builder
         */
        public Builder quotas(FakeQuotas quotas) {
            Objects.requireNonNull(quotas, "quotas");
            this.quotas = quotas;
            return this;
        }

        /**
         * Sets what happens to a caller reference that is used again.
         *
         * @param memory the way; default {@link CallerReferenceMemory#DOCUMENTED}
         * @return this builder
         */
        public Builder callerReferences(CallerReferenceMemory memory) {
            Objects.requireNonNull(memory, "memory");
            this.callerReferenceMemory = memory;
            return this;
        }

        /**
         * Builds the fake.
         *
         * @return a fake with no invalidations and an empty bill
         */
        public FakeCloudFront build() {
            return new FakeCloudFront(this);
        }
    }
}

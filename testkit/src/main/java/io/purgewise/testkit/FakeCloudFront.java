package io.purgewise.testkit;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.InvalidationSummary;
import io.purgewise.testkit.FakeDistribution.Accepted;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
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

    private final InstantSource clock;
    private final Duration effectDelay;
    private final Duration completionDelay;
    private final FakeQuotas quotas;
    private final CallerReferenceMemory callerReferenceMemory;
    private final Map<DistributionId, FakeDistribution> distributions;
    private final boolean anyDistribution;
    private final Map<String, DistributionId> aliases;
    private final TokenBucket itemBucket;
    private final TokenBucket wildcardBucket;
    private final TokenBucket callBucket;
    private final PriceMeter meter = new PriceMeter();
    private final Map<CdnCall, Queue<Fault>> nextFaults = new EnumMap<>(CdnCall.class);
    private final Map<CdnCall, AtomicLong> calls = new EnumMap<>(CdnCall.class);
    private final Set<String> rejectedPaths = new HashSet<>();
    private final AtomicLong requestIds = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile FaultPlan faultPlan = call -> Fault.NONE;

    private FakeCloudFront(Builder builder) {
        this.clock = builder.clock;
        this.effectDelay = builder.effectDelay;
        this.completionDelay = builder.completionDelay;
        this.quotas = builder.quotas;
        this.callerReferenceMemory = builder.callerReferenceMemory;
        this.anyDistribution = builder.anyDistribution;
        this.distributions = new ConcurrentHashMap<>();
        builder.distributions.forEach((id, header) -> distributions.put(id, new FakeDistribution(id, header)));
        this.aliases = Map.copyOf(builder.aliases);
        this.itemBucket = new TokenBucket(quotas.items());
        this.wildcardBucket = new TokenBucket(quotas.wildcards());
        this.callBucket = new TokenBucket(quotas.calls());
        for (CdnCall call : CdnCall.values()) {
            nextFaults.put(call, new ArrayDeque<>());
            calls.put(call, new AtomicLong());
        }
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
        return new Builder(clock);
    }

    @Override
    public Invalidation submit(DistributionId distribution, InvalidationBatch batch) {
        CallerReference reference = batch.callerReference();
        try {
            return accept(distribution, batch.spellings(), reference.value());
        } catch (FakeError e) {
            throw CdnException.ofSubmission(e.status, answer(e), reference);
        }
    }

    @Override
    public Invalidation read(DistributionId distribution, String invalidationId) {
        return question(() -> find(distribution, invalidationId).toInvalidation(clock.instant()));
    }

    @Override
    public Iterable<InvalidationSummary> list(DistributionId distribution) {
        Instant now = clock.instant();
        return question(() -> page(distribution, null, Integer.MAX_VALUE).stream()
                .map(each -> each.toInvalidation(now))
                .map(each -> new InvalidationSummary(each.id(), each.status(), each.createTime()))
                .toList());
    }

    @Override
    public Optional<String> cacheTagHeader(DistributionId distribution) {
        return question(() -> Optional.ofNullable(tagHeader(distribution)));
    }

    /**
     * Lets an edge cache forget what is invalidated on a distribution from now on.
     *
     * @param distribution the distribution in front of which the edge stands
     * @param edge the edge cache
     * @throws IllegalArgumentException if there is no such distribution, or its cache tag header is not the edge's
     */
    public void attach(DistributionId distribution, EdgeCache edge) {
        FakeDistribution known = distributions.get(distribution);
        if (known == null) {
            throw new IllegalArgumentException(
                    "no such distribution: " + distribution + ", only " + distributions.keySet());
        }
        if (!edge.cacheTagHeader()
                .equals(Optional.ofNullable(known.cacheTagHeader).map(name -> name.toLowerCase(Locale.ROOT)))) {
            throw new IllegalArgumentException("distribution " + distribution + " reads cache tags from "
                    + known.cacheTagHeader + ", but the edge from " + edge.cacheTagHeader());
        }
        locked(() -> known.edges.add(edge));
    }

    /**
     * Returns the account's bill.
     *
     * @return a live view
     */
    public PriceMeter meter() {
        return meter;
    }

    /**
     * Lets the next calls of one kind fail, one fault a call, before any {@link FaultPlan} is asked.
     *
     * @param call which calls
     * @param faults what happens to them, in order; {@link Fault#NONE} lets one through
     */
    public void failNext(CdnCall call, Fault... faults) {
        locked(() -> queue(call).addAll(List.of(faults)));
    }

    /**
     * Decides by a plan which calls fail from now on.
     *
     * @param plan asked for each call; must be thread-safe
     */
    public void failBy(FaultPlan plan) {
        this.faultPlan = plan;
    }

    /**
     * Refuses every batch that holds a path, as {@code InvalidArgument} without saying which path, as AWS does.
     *
     * @param path the path as it is sent
     */
    public void rejectPath(String path) {
        locked(() -> rejectedPaths.add(path));
    }

    /**
     * Returns how many calls of a kind came in, failed ones included.
     *
     * @param call the kind
     * @return the number of calls
     */
    public long calls(CdnCall call) {
        return counter(call).get();
    }

    /**
     * Returns everything that a distribution has accepted, the oldest first.
     *
     * @param distribution the distribution
     * @return the invalidations as they are now
     * @throws io.purgewise.cdn.NoSuchDistributionException if there is no such distribution
     */
    public List<Invalidation> accepted(DistributionId distribution) {
        Instant now = clock.instant();
        return question(() -> locked(() -> {
            List<Invalidation> all = new ArrayList<>();
            known(distribution).page(null, Integer.MAX_VALUE).forEach(each -> all.add(0, each.toInvalidation(now)));
            return List.copyOf(all);
        }));
    }

    /** Returns what all distributions have accepted. */
    List<Invalidation> acceptedAnywhere() {
        return distributions.keySet().stream()
                .sorted(Comparator.comparing(DistributionId::toString))
                .flatMap(distribution -> accepted(distribution).stream())
                .toList();
    }

    Invalidation accept(DistributionId id, List<String> paths, String callerReference) {
        Fault fault = before(CdnCall.SUBMIT);
        Invalidation invalidation = locked(() -> acceptLocked(known(id), paths, callerReference));
        after(fault);
        return invalidation;
    }

    private Invalidation acceptLocked(FakeDistribution distribution, List<String> paths, String callerReference) {
        Instant now = clock.instant();
        PathRules.check(paths, quotas.itemsPerBatch(), rejectedPaths);
        Accepted known = distribution.byReference(callerReference);
        if (known != null) {
            return repeated(known, paths).toInvalidation(now);
        }
        int wildcards =
                (int) paths.stream().filter(FakeDistribution::isWildcard).count();
        checkQuotas(distribution, paths.size(), wildcards, now);
        Accepted batch = new Accepted(
                "I" + distribution.id.value() + String.format("%06d", distribution.size() + 1),
                callerReference,
                List.copyOf(paths),
                now,
                now.plus(completionDelay));
        distribution.add(batch);
        meter.count(paths.size(), now);
        distribution.edges.forEach(edge -> edge.invalidate(batch.paths(), now.plus(effectDelay)));
        return batch.toInvalidation(now);
    }

    private Accepted repeated(Accepted known, List<String> paths) {
        if (callerReferenceMemory == CallerReferenceMemory.OBSERVED) {
            throw new FakeError(
                    400,
                    "InvalidArgument",
                    "Your request contains a caller reference that was used for a previous invalidation batch for the same"
                            + " distribution.");
        }
        if (!FakeDistribution.samePaths(known, paths)) {
            throw new FakeError(
                    400,
                    "InvalidationBatchAlreadyExists",
                    "The caller reference is already associated with another invalidation batch.");
        }
        return known;
    }

    private void checkQuotas(FakeDistribution distribution, int items, int wildcards, Instant now) {
        if (!callBucket.allows(1, now) || !itemBucket.allows(items, now) || !wildcardBucket.allows(wildcards, now)) {
            throw FakeError.throttled();
        }
        long itemsInProgress = items;
        long wildcardsInProgress = wildcards;
        for (Accepted each : distribution.inProgress(now)) {
            itemsInProgress += each.paths().size();
            wildcardsInProgress += each.wildcards();
        }
        if (itemsInProgress > quotas.pathsInProgress() || wildcardsInProgress > quotas.wildcardsInProgress()) {
            throw FakeError.tooMany();
        }
        callBucket.take(1, now);
        itemBucket.take(items, now);
        wildcardBucket.take(wildcards, now);
    }

    Accepted find(DistributionId id, String invalidationId) {
        Fault fault = before(CdnCall.READ);
        Accepted found = locked(() -> known(id).byId(invalidationId));
        if (found == null) {
            throw new FakeError(404, "NoSuchInvalidation", "The specified invalidation does not exist.");
        }
        after(fault);
        return found;
    }

    List<Accepted> page(DistributionId id, @Nullable String marker, int max) {
        Fault fault = before(CdnCall.LIST);
        List<Accepted> page = locked(() -> known(id).page(marker, max));
        after(fault);
        return page;
    }

    @Nullable
    String tagHeader(DistributionId id) {
        Fault fault = before(CdnCall.CONFIG);
        String header = known(id).cacheTagHeader;
        after(fault);
        return header;
    }

    /** Returns the plain distributions with their alternate domain names. */
    Map<String, Set<String>> distributionAliases() {
        before(CdnCall.CONFIG);
        Map<String, Set<String>> all = new LinkedHashMap<>();
        distributions.keySet().stream().filter(id -> !id.tenant()).forEach(id -> all.put(id.value(), new HashSet<>()));
        aliases.forEach((host, id) -> {
            if (!id.tenant()) {
                all.getOrDefault(id.value(), new HashSet<>()).add(host);
            }
        });
        return all;
    }

    /** Returns the tenant that a domain belongs to. */
    DistributionId tenantOf(String domain) {
        before(CdnCall.CONFIG);
        DistributionId id = aliases.get(domain);
        if (id == null || !id.tenant()) {
            throw new FakeError(404, "EntityNotFound", "The specified distribution tenant does not exist.");
        }
        return id;
    }

    /** Returns the tag header of what bears a plain ID, since a tenant's configuration is asked of its distribution. */
    @Nullable
    String tagHeader(String id) {
        boolean tenant = distributions.containsKey(DistributionId.tenant(id));
        return tagHeader(tenant ? DistributionId.tenant(id) : DistributionId.of(id));
    }

    Instant now() {
        return clock.instant();
    }

    String nextRequestId() {
        return String.format("00000000-0000-4000-8000-%012d", requestIds.incrementAndGet());
    }

    /** Carries out a fault that comes before the work, and returns one that comes after it. */
    private Fault before(CdnCall call) {
        counter(call).incrementAndGet();
        Fault queued = locked(() -> queue(call).poll());
        Fault fault = queued == null ? faultPlan.next(call) : queued;
        switch (fault) {
            case DROP_REQUEST -> throw FakeError.dropped();
            case UNAVAILABLE -> throw FakeError.unavailable();
            case THROTTLED -> throw FakeError.throttled();
            case TOO_MANY -> throw FakeError.tooMany();
            default -> {
                return fault;
            }
        }
    }

    private static void after(Fault fault) {
        if (fault == Fault.DROP_ANSWER) {
            throw FakeError.dropped();
        }
        if (fault == Fault.UNAVAILABLE_BUT_DONE) {
            throw FakeError.unavailable();
        }
    }

    private FakeDistribution known(DistributionId id) {
        FakeDistribution distribution = anyDistribution
                ? distributions.computeIfAbsent(id, unseen -> new FakeDistribution(unseen, null))
                : distributions.get(id);
        if (distribution == null) {
            throw new FakeError(404, "NoSuchDistribution", "The specified distribution does not exist.");
        }
        return distribution;
    }

    private Queue<Fault> queue(CdnCall call) {
        return Objects.requireNonNull(nextFaults.get(call));
    }

    private AtomicLong counter(CdnCall call) {
        return Objects.requireNonNull(calls.get(call));
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
                : CdnException.Answer.of(e.code, String.valueOf(e.getMessage()), nextRequestId());
    }

    private <T extends @Nullable Object> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Collects the settings of a fake account. This class is not thread-safe. */
    public static final class Builder {

        private final InstantSource clock;
        private final Map<DistributionId, @Nullable String> distributions = new LinkedHashMap<>();
        private boolean anyDistribution;
        private final Map<String, DistributionId> aliases = new LinkedHashMap<>();
        private Duration effectDelay = Duration.ofSeconds(4);
        private Duration completionDelay = Duration.ofSeconds(20);
        private FakeQuotas quotas = FakeQuotas.inProgress();
        private CallerReferenceMemory callerReferenceMemory = CallerReferenceMemory.DOCUMENTED;

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

package io.purgewise.testkit;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.testkit.FakeDistribution.Accepted;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a fake AWS account knows, and answers calls as CloudFront does, with {@link FakeError}s that say what its XML
 * would say. {@link FakeCloudFront} speaks to it in Java, {@link HttpFakeCloudFront} over HTTP. Thread-safe.
 */
final class FakeAccount {

    final PriceMeter meter = new PriceMeter();
    final FakeFaults faults = new FakeFaults();
    private final InstantSource clock;
    private final Duration effectDelay;
    private final Duration completionDelay;
    private final CallerReferenceMemory callerReferenceMemory;
    private final QuotaGate gate;
    private final Map<DistributionId, FakeDistribution> distributions = new ConcurrentHashMap<>();
    private final boolean anyDistribution;
    private final Map<String, DistributionId> aliases;
    private final Set<DistributionId> forbidden = ConcurrentHashMap.newKeySet();
    private final Set<String> rejectedPaths = ConcurrentHashMap.newKeySet();
    private final AtomicLong requestIds = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();

    FakeAccount(FakeCloudFront.Builder builder) {
        this.clock = builder.clock;
        this.effectDelay = builder.effectDelay;
        this.completionDelay = builder.completionDelay;
        this.callerReferenceMemory = builder.callerReferenceMemory;
        this.gate = new QuotaGate(builder.quotas);
        this.anyDistribution = builder.anyDistribution;
        builder.distributions.forEach((id, header) -> distributions.put(id, new FakeDistribution(id, header)));
        this.aliases = Map.copyOf(builder.aliases);
    }

    Instant now() {
        return clock.instant();
    }

    String nextRequestId() {
        return String.format("00000000-0000-4000-8000-%012d", requestIds.incrementAndGet());
    }

    void forbid(DistributionId id) {
        forbidden.add(id);
    }

    void allow(DistributionId id) {
        forbidden.remove(id);
    }

    void rejectPath(String path) {
        rejectedPaths.add(path);
    }

    void attach(DistributionId id, PurgedCache edge) {
        FakeDistribution known = distributions.get(id);
        if (known == null) {
            throw new IllegalArgumentException("no such distribution: " + id + ", only " + distributions.keySet());
        }
        if (!edge.cacheTagHeader()
                .equals(Optional.ofNullable(known.cacheTagHeader).map(name -> name.toLowerCase(Locale.ROOT)))) {
            throw new IllegalArgumentException("distribution " + id + " reads cache tags from " + known.cacheTagHeader
                    + ", but the edge from " + edge.cacheTagHeader());
        }
        locked(() -> known.edges.add(edge));
    }

    Invalidation accept(DistributionId id, List<String> paths, String callerReference) {
        Fault fault = faults.before(CdnCall.SUBMIT, id);
        Invalidation invalidation = locked(() -> acceptLocked(known(id), paths, callerReference));
        FakeFaults.after(fault);
        return invalidation;
    }

    private Invalidation acceptLocked(FakeDistribution distribution, List<String> paths, String callerReference) {
        Instant now = clock.instant();
        PathRules.check(paths, gate.itemsPerBatch(), rejectedPaths);
        Accepted known = distribution.byReference(callerReference);
        if (known != null) {
            return repeated(known, paths).toInvalidation(now);
        }
        int wildcards =
                (int) paths.stream().filter(FakeDistribution::isWildcard).count();
        gate.pass(distribution, paths.size(), wildcards, now);
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
            throw FakeError.referenceUsed();
        }
        if (!FakeDistribution.samePaths(known, paths)) {
            throw FakeError.batchExists();
        }
        return known;
    }

    Accepted find(DistributionId id, String invalidationId) {
        Fault fault = faults.before(CdnCall.READ, id);
        Accepted found = locked(() -> known(id).byId(invalidationId));
        if (found == null) {
            throw new FakeError(404, "NoSuchInvalidation", "The specified invalidation does not exist.");
        }
        FakeFaults.after(fault);
        return found;
    }

    List<Accepted> page(DistributionId id, @Nullable String marker, int max) {
        Fault fault = faults.before(CdnCall.LIST, id);
        List<Accepted> page = locked(() -> known(id).page(marker, max));
        FakeFaults.after(fault);
        return page;
    }

    @Nullable
    String tagHeader(DistributionId id) {
        Fault fault = faults.before(CdnCall.CONFIG, id);
        String header = known(id).cacheTagHeader;
        FakeFaults.after(fault);
        return header;
    }

    /** Returns the tag header of what bears a plain ID, since a tenant's configuration is asked of its distribution. */
    @Nullable
    String tagHeader(String id) {
        boolean tenant = distributions.containsKey(DistributionId.tenant(id));
        return tagHeader(tenant ? DistributionId.tenant(id) : DistributionId.of(id));
    }

    /** Returns the plain distributions with their alternate domain names. */
    Map<String, Set<String>> distributionAliases() {
        faults.before(CdnCall.CONFIG);
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
        faults.before(CdnCall.CONFIG);
        DistributionId id = aliases.get(domain);
        if (id == null || !id.tenant()) {
            throw new FakeError(404, "EntityNotFound", "The specified distribution tenant does not exist.");
        }
        return id;
    }

    /** Returns everything that a distribution has accepted, the oldest first; whatever is forbidden. */
    List<Invalidation> accepted(DistributionId id) {
        Instant now = clock.instant();
        return locked(() -> {
            List<Invalidation> all = new ArrayList<>();
            existing(id).page(null, Integer.MAX_VALUE).forEach(each -> all.add(0, each.toInvalidation(now)));
            return List.copyOf(all);
        });
    }

    List<Invalidation> acceptedAnywhere() {
        return distributions.keySet().stream()
                .sorted(Comparator.comparing(DistributionId::toString))
                .flatMap(distribution -> accepted(distribution).stream())
                .toList();
    }

    private FakeDistribution known(DistributionId id) {
        if (forbidden.contains(id)) {
            throw new FakeError(403, "AccessDenied", "User is not authorized to perform this action on " + id + ".");
        }
        return existing(id);
    }

    private FakeDistribution existing(DistributionId id) {
        FakeDistribution distribution = anyDistribution
                ? distributions.computeIfAbsent(id, unseen -> new FakeDistribution(unseen, null))
                : distributions.get(id);
        if (distribution == null) {
            throw new FakeError(404, "NoSuchDistribution", "The specified distribution does not exist.");
        }
        return distribution;
    }

    private <T extends @Nullable Object> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}

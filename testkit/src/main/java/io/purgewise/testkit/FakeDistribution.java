package io.purgewise.testkit;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds what the fake knows of one distribution or tenant. Not thread-safe: the fake holds its lock. */
final class FakeDistribution {

    /** An accepted batch, with the paths as they were sent. */
    record Accepted(String id, String callerReference, List<String> paths, Instant createTime, Instant completeAt) {

        long wildcards() {
            return paths.stream().filter(path -> isWildcard(path)).count();
        }

        boolean inProgress(Instant now) {
            return now.isBefore(completeAt);
        }

        Invalidation toInvalidation(Instant now) {
            return new Invalidation(
                    id,
                    inProgress(now) ? Invalidation.Status.IN_PROGRESS : Invalidation.Status.COMPLETED,
                    createTime,
                    new CallerReference(callerReference),
                    paths.size(),
                    Set.copyOf(paths));
        }
    }

    final DistributionId id;
    final @Nullable String cacheTagHeader;
    final List<PurgedCache> edges = new ArrayList<>();
    private final List<Accepted> accepted = new ArrayList<>();
    private final Map<String, Accepted> byReference = new HashMap<>();
    private int firstUnfinished;

    FakeDistribution(DistributionId id, @Nullable String cacheTagHeader) {
        this.id = id;
        this.cacheTagHeader = cacheTagHeader;
    }

    static boolean isWildcard(String path) {
        return path.startsWith("/") && path.endsWith("*");
    }

    void add(Accepted batch) {
        accepted.add(batch);
        byReference.put(batch.callerReference(), batch);
    }

    int size() {
        return accepted.size();
    }

    @Nullable
    Accepted byReference(String callerReference) {
        return byReference.get(callerReference);
    }

    @Nullable
    Accepted byId(String invalidationId) {
        for (Accepted each : accepted) {
            if (each.id().equals(invalidationId)) {
                return each;
            }
        }
        return null;
    }

    /** Returns what is in progress; completion times never decrease, so what is complete stays behind a mark. */
    List<Accepted> inProgress(Instant now) {
        while (firstUnfinished < accepted.size()
                && !accepted.get(firstUnfinished).inProgress(now)) {
            firstUnfinished++;
        }
        return accepted.subList(firstUnfinished, accepted.size());
    }

    /** Returns up to {@code max} batches that are older than the marker, the newest first. */
    List<Accepted> page(@Nullable String marker, int max) {
        List<Accepted> page = new ArrayList<>();
        boolean started = marker == null;
        for (int i = accepted.size() - 1; i >= 0 && page.size() < max; i--) {
            if (started) {
                page.add(accepted.get(i));
            } else if (accepted.get(i).id().equals(marker)) {
                started = true;
            }
        }
        return page;
    }

    static boolean samePaths(Accepted batch, List<String> paths) {
        return batch.paths().size() == paths.size() && new HashSet<>(batch.paths()).equals(new HashSet<>(paths));
    }
}

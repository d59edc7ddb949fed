package io.purgewise.cdn;

import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Describes an invalidation that the CDN has accepted, as it reads it back.
 *
 * <p>The paths are plain text since other programs may have submitted what Purgewise would not. Instances are immutable and
 * thread-safe.
 *
 * @param id the CDN's ID
 * @param status whether all edge locations have been told
 * @param createTime when the CDN accepted it
 * @param callerReference the idempotency key that it was submitted with
 * @param quantity how many paths are billed, duplicates included
 * @param paths what it clears; a set, since CloudFront returns them in any order
 */
public record Invalidation(
        String id,
        InvalidationStatus status,
        Instant createTime,
        CallerReference callerReference,
        int quantity,
        Set<String> paths) {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if {@code id} is empty or {@code quantity} is less than the number of paths
     */
    public Invalidation {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(createTime, "createTime");
        Objects.requireNonNull(callerReference, "callerReference");
        paths = Set.copyOf(Objects.requireNonNull(paths, "paths"));
        if (id.isEmpty()) {
            throw new IllegalArgumentException("invalidation ID must not be empty");
        }
        if (quantity < paths.size()) {
            throw new IllegalArgumentException(
                    "quantity must be at least the number of paths, " + paths.size() + ", but was " + quantity);
        }
    }

    /**
     * Tells whether this is the invalidation that a batch became: same reference, same set of paths.
     *
     * @param batch the batch
     * @return whether they are the same
     */
    public boolean isOf(InvalidationBatch batch) {
        return callerReference.equals(batch.reference())
                && quantity == batch.quantity()
                && paths.equals(new HashSet<>(batch.spellings()));
    }
}

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
        Status status,
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

    /** Says whether an invalidation has reached all edge locations. */
    public enum Status {
        /** Some edge location may still serve what is being cleared. */
        IN_PROGRESS,
        /** No edge location serves what was cleared. */
        COMPLETED;

        /**
         * Reads the status that a CDN writes, without regard to case: AWS says {@code Completed}, moto says
         * {@code COMPLETED}.
         *
         * @param text the status; anything but completed counts as in progress
         * @return the status
         */
        public static Status parse(String text) {
            Objects.requireNonNull(text, "text");
            return text.equalsIgnoreCase("Completed") ? COMPLETED : IN_PROGRESS;
        }

        /**
         * Returns CloudFront's spelling.
         *
         * @return {@code InProgress} or {@code Completed}
         */
        public String spelling() {
            return this == COMPLETED ? "Completed" : "InProgress";
        }
    }

    /**
     * Holds what a CDN lists of an invalidation: no paths and no caller reference, for which {@link Cdn#read} must be asked.
     *
     * @param id the CDN's ID
     * @param status whether all edge locations have been told
     * @param createTime when the CDN accepted it
     */
    public record Summary(String id, Status status, Instant createTime) {

        /** Checks that no part is missing. */
        public Summary {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(status, "status");
            Objects.requireNonNull(createTime, "createTime");
        }
    }
}

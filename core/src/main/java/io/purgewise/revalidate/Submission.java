package io.purgewise.revalidate;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says what became of one batch.
 *
 * @param distribution where it went
 * @param batch what it clears
 * @param accepted what the CDN made of it, or null if it did not accept it
 * @param problem why it was not accepted, or null if it was
 */
public record Submission(
        DistributionId distribution,
        InvalidationBatch batch,
        @Nullable Invalidation accepted,
        @Nullable Problem problem) {

    /**
     * Returns what the CDN made of the batch.
     *
     * @return the invalidation; empty if the batch was not accepted
     */
    public Optional<Invalidation> invalidation() {
        return Optional.ofNullable(accepted);
    }
}

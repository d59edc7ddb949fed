package io.purgewise.revalidate;

import io.purgewise.cdn.BatchResult;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationBatch;
import java.util.List;

/**
 * Says what became of a plan at one distribution.
 *
 * @param distribution where it went
 * @param result the invalidations that the CDN accepted, and the items that it refuses
 * @param open the batches that were not submitted, or of which it is not known; submitting them again is safe
 * @param problems why not everything was accepted; empty if it was
 */
public record Submission(
        DistributionId distribution, BatchResult result, List<InvalidationBatch> open, List<Problem> problems) {

    /**
     * Creates a submission from its parts.
     *
     * @param distribution where it went
     * @param result what the CDN made of it
     * @param open the batches that were not submitted
     * @param problems why not everything was accepted
     */
    public Submission {
        open = List.copyOf(open);
        problems = List.copyOf(problems);
    }
}

package io.purgewise.revalidate;

import io.purgewise.cdn.BatchResult;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationBatch;
import java.util.List;
import java.util.Objects;

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

    /** Creates a submission from its parts. */
    public Submission {
        Objects.requireNonNull(distribution, "distribution");
        Objects.requireNonNull(result, "result");
        open = List.copyOf(open);
        problems = List.copyOf(problems);
    }

    /** Returns the distribution, and how much it accepted. */
    @Override
    public String toString() {
        return distribution + " accepted " + result.accepted().size() + " invalidations"
                + (problems.isEmpty() ? "" : " and not all");
    }
}

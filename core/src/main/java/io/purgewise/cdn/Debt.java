package io.purgewise.cdn;

import java.time.Instant;
import java.util.Set;

/**
 * Is a batch that a distribution refused for good, while the site's other distributions were cleared: it is kept, and sent
 * again when the distribution takes calls, so that one wrong ID or missing right does not hold up everybody's changes.
 *
 * <p>A debt is named by its batch's caller reference. Instances are immutable and thread-safe.
 *
 * @param owed what must still be cleared, and where
 * @param since when it was written down, by the clock of whoever did
 * @param tried whether an attempt at the batch was made, so that it must be sent as it is, under its own reference; otherwise
 *     it may go into one plan with others
 * @param served the site's other distributions, which had their own batches
 */
public record Debt(InvalidationBatch owed, Instant since, boolean tried, Set<DistributionId> served) {

    /**
     * Creates a debt.
     *
     * @param owed what must still be cleared, and where
     * @param since when it was written down
     * @param tried whether an attempt at the batch was made
     * @param served the site's other distributions
     */
    public Debt {
        served = Set.copyOf(served);
    }

    /**
     * Returns where the batch must still be accepted.
     *
     * @return the distribution that refused
     */
    public DistributionId distribution() {
        return owed.distribution();
    }

    /**
     * Returns what names the debt.
     *
     * @return the batch's caller reference
     */
    public CallerReference reference() {
        return owed.reference();
    }
}

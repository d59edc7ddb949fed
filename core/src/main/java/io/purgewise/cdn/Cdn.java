package io.purgewise.cdn;

import java.util.Optional;

/**
 * Reaches a content delivery network: the port to what Purgewise needs of CloudFront.
 *
 * <p>Implementations are thread-safe, answer or throw, and leave patience to the submitter: they may retry
 * for moments, not for minutes. Each failure is a {@link CdnException} with its reason.
 */
public interface Cdn {

    /**
     * Submits a batch.
     *
     * <p>A batch whose reference and items were accepted before is not accepted again: the CDN returns the first
     * invalidation (as AWS documents) or throws {@link CdnException.Reason#REFERENCE_USED} (as has been observed).
     *
     * @param batch where to clear what
     * @return the invalidation
     * @throws CdnException with {@link CdnException.Reason#OUTCOME_UNKNOWN} if no answer came, or a server error: the batch
     *     may or may not have been accepted; with any other reason, nothing of it was accepted
     */
    Invalidation submit(InvalidationBatch batch);

    /**
     * Reads an invalidation back.
     *
     * @param distribution where it was submitted
     * @param invalidationId the CDN's ID
     * @return the invalidation with its paths
     * @throws CdnException if the distribution has none with that ID, or the CDN could not be asked
     */
    Invalidation read(DistributionId distribution, String invalidationId);

    /**
     * Lists the invalidations of a distribution, the newest first.
     *
     * <p>Pages are fetched as the iteration reaches them, so a caller that stops early does not pay for years of history.
     * The iteration throws what {@link #read} may throw.
     *
     * @param distribution the distribution
     * @return the summaries
     */
    Iterable<Invalidation.Summary> list(DistributionId distribution);

    /**
     * Reads the name of the header from which the distribution learns cache tags.
     *
     * <p>CloudFront accepts a {@code #tag} on a distribution without such a header and clears nothing, so ask before
     * relying on tags. Needs {@code cloudfront:GetDistributionConfig} ({@code GetDistributionTenant} and
     * {@code GetDistributionConfig} for a tenant).
     *
     * @param distribution the distribution
     * @return the header's name, or empty if the distribution reads no tags
     * @throws CdnException if the caller may not ask, or the CDN could not be asked
     */
    Optional<String> cacheTagHeader(DistributionId distribution);
}

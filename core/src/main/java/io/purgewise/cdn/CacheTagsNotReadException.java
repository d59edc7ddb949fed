package io.purgewise.cdn;

import io.purgewise.PurgewiseException;

/**
 * Reports that a distribution reads no cache tags, so that a {@code #tag} would be billed and clear nothing; nothing was sent.
 *
 * <p>CloudFront Developer Guide, "Invalidating content by cache tags".
 */
public final class CacheTagsNotReadException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    CacheTagsNotReadException(DistributionId distribution) {
        super("distribution " + distribution
                + " has no CacheTagConfig, so a #tag would be billed and clear nothing; set a"
                + " header name on the distribution, or plan without tags");
    }
}

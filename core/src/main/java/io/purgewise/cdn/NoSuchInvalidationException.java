package io.purgewise.cdn;

/**
 * Reports that the distribution has no such invalidation.
 *
 * <p>CloudFront: {@code NoSuchInvalidation}, HTTP 404.
 */
public final class NoSuchInvalidationException extends CdnException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception from the CDN's answer.
     *
     * @param answer what the CDN said
     */
    public NoSuchInvalidationException(Answer answer) {
        super(answer, "check the invalidation ID and its distribution");
    }
}

package io.purgewise.cdn;

/**
 * Reports that the caller may not do what was asked, or has no valid credentials.
 *
 * <p>CloudFront: {@code AccessDenied}, {@code InvalidClientTokenId}, {@code ExpiredToken} and their like, HTTP 401 or 403.
 */
public final class AccessDeniedException extends CdnException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception from the CDN's answer.
     *
     * @param answer what the CDN said
     */
    public AccessDeniedException(Answer answer) {
        super(
                answer,
                "grant cloudfront:CreateInvalidation, GetInvalidation and ListInvalidations on the distribution, and check the credentials");
    }
}

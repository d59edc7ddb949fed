package io.purgewise.cdn;

/**
 * Reports that the account has no such distribution.
 *
 * <p>CloudFront: {@code NoSuchDistribution}, HTTP 404.
 */
public final class NoSuchDistributionException extends CdnException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception from the CDN's answer.
     *
     * @param answer what the CDN said
     */
    public NoSuchDistributionException(Answer answer) {
        super(answer, "check the distribution ID and the account of the credentials");
    }
}

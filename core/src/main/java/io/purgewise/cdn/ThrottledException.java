package io.purgewise.cdn;

/**
 * Reports that calls came faster than the CDN takes them; nothing was accepted.
 *
 * <p>CloudFront: {@code Throttling} or {@code ThrottlingException}, HTTP 400. the submitter waits and tries
 * again.
 */
public final class ThrottledException extends CdnException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception from the CDN's answer.
     *
     * @param answer what the CDN said
     */
    public ThrottledException(Answer answer) {
        super(answer, "slow down, then submit the same batch again");
    }
}

package io.purgewise.cdn;

/**
 * Reports that the batch would exceed the quota of invalidations in progress; nothing of it was accepted.
 *
 * <p>CloudFront: {@code TooManyInvalidationsInProgress}, HTTP 400. the submitter waits and tries again.
 */
public final class TooManyInvalidationsException extends CdnException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception from the CDN's answer.
     *
     * @param answer what the CDN said
     */
    public TooManyInvalidationsException(Answer answer) {
        super(answer, "wait until earlier invalidations are complete, then submit the same batch again");
    }
}

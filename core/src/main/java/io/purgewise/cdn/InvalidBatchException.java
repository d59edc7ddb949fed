package io.purgewise.cdn;

/**
 * Reports that the CDN takes one of the batch's paths for invalid; it does not say which, and nothing was accepted.
 *
 * <p>CloudFront: {@code InvalidArgument}, HTTP 400. the submitter bisects the batch to find the path.
 */
public final class InvalidBatchException extends CdnException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception from the CDN's answer.
     *
     * @param answer what the CDN said
     */
    public InvalidBatchException(Answer answer) {
        super(answer, "submit the paths apart to find the bad one");
    }
}

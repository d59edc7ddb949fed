package io.purgewise.cdn;

/**
 * Reports that the batch has more items than the CDN takes in one call; nothing of it was accepted.
 *
 * <p>CloudFront: {@code BatchTooLarge}, HTTP 413. the submitter splits the batch.
 */
public final class BatchTooLargeException extends CdnException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception from the CDN's answer.
     *
     * @param answer what the CDN said
     */
    public BatchTooLargeException(Answer answer) {
        super(answer, "split the batch, or lower maxItemsPerBatch in the quotas");
    }
}

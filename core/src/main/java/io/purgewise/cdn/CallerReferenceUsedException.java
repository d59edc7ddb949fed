package io.purgewise.cdn;

/**
 * Reports that the distribution knows the caller reference already: perhaps from an earlier attempt at the same batch.
 *
 * <p>CloudFront documents {@code InvalidationBatchAlreadyExists} for a reference with other paths; users saw
 * {@code InvalidArgument} with "a caller reference that was used for a previous invalidation batch" for the same paths too
 * (aws/aws-cdk#3878). The submitter reads back which of the two it is.
 */
public final class CallerReferenceUsedException extends CdnException {

    private static final long serialVersionUID = 1L;

    /** The reference that the batch was submitted with. */
    private final String callerReference;

    /**
     * Creates an exception from the CDN's answer.
     *
     * @param answer what the CDN said, or what went wrong on the way
     * @param callerReference the reference that the batch was submitted with
     */
    public CallerReferenceUsedException(Answer answer, CallerReference callerReference) {
        super(
                answer,
                "caller reference " + callerReference
                        + ": list the invalidations to see whether this batch is the one that was accepted");
        this.callerReference = callerReference.value();
    }

    /**
     * Returns the reference that the batch was submitted with.
     *
     * @return the reference to look for, or to submit the same batch with again
     */
    public CallerReference callerReference() {
        return new CallerReference(callerReference);
    }
}

package io.purgewise.cdn;

/**
 * Reports that it is unknown whether the CDN accepted a batch: no answer came, or a server error.
 *
 * <p>Submitting the same batch with the same reference again is safe. the submitter does so.
 */
public final class UnknownOutcomeException extends CdnException {

    private static final long serialVersionUID = 1L;

    /** The reference that the batch was submitted with. */
    private final String callerReference;

    /**
     * Creates an exception from the CDN's answer.
     *
     * @param answer what the CDN said, or what went wrong on the way
     * @param callerReference the reference that the batch was submitted with
     */
    public UnknownOutcomeException(Answer answer, CallerReference callerReference) {
        super(
                answer,
                "caller reference " + callerReference
                        + ": submit the same batch with the same reference again, or list the invalidations to find it");
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

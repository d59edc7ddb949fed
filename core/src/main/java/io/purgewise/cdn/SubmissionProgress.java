package io.purgewise.cdn;

/**
 * Is told how a submission goes on, on the submitting thread. What it throws ends the submission, and reaches the caller; the
 * batches can be submitted again.
 */
public interface SubmissionProgress {

    /** Is told nothing. */
    SubmissionProgress NONE = new SubmissionProgress() {};

    /** The submission is alive: told at least every few seconds while it works or waits, such as to renew a lease. */
    default void alive() {}

    /**
     * The CDN has accepted a batch, or a part of it that was sent apart.
     *
     * @param batch the batch as it was given to the submission
     * @param invalidation what was accepted of it
     */
    default void accepted(InvalidationBatch batch, Invalidation invalidation) {}
}

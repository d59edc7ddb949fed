package io.purgewise.cdn;

import io.purgewise.PurgewiseException;

/**
 * Reports that another instance drains the outbox now; nothing is lost, and what this one was doing is done by the other.
 */
public final class LeaseLostException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param owner who lost the lease
     * @param token the fencing token that is no longer the newest
     */
    public LeaseLostException(String owner, long token) {
        super(
                "the lease of " + owner + " with token " + token
                        + " was taken over by another instance, which goes on with the same work; do nothing, or drain again later");
    }
}

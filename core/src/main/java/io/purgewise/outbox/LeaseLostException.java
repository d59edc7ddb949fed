package io.purgewise.outbox;

import io.purgewise.PurgewiseException;
import java.util.Objects;

/** Reports that another instance drains the lane now; nothing is lost, and what this one was doing is done by the other. */
public final class LeaseLostException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param lease the lease, whose token is no longer the newest
     */
    public LeaseLostException(Outbox.Lease lease) {
        super(
                "the lease of " + Objects.requireNonNull(lease, "lease").owner() + " on the lane of " + lease.lane()
                        + " with token " + lease.token()
                        + " was taken over by another instance, which goes on with the same work; do nothing, or drain again later");
    }
}

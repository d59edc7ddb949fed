package io.purgewise;

import java.util.Objects;

/** Reports that the store of an outbox or of a ledger failed or refused; what it had accepted before is still there. */
public final class StoreAccessException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception with the failure underneath.
     *
     * @param message what was tried, the store's request ID, and what to do next
     * @param cause the store's failure
     */
    public StoreAccessException(String message, Throwable cause) {
        super(Objects.requireNonNull(message, "message"), Objects.requireNonNull(cause, "cause"));
    }
}

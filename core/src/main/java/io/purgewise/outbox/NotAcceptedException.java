package io.purgewise.outbox;

import io.purgewise.PurgewiseException;
import java.util.Objects;

/**
 * Reports that changes were not accepted, none of them: an outbox in memory is full, or the month's budget of paths is used up and
 * says to refuse. The message says which; try again later.
 */
public final class NotAcceptedException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message why nothing was accepted, and what to do next
     */
    public NotAcceptedException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }
}

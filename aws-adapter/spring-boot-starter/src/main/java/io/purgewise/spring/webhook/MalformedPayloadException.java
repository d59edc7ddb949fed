package io.purgewise.spring.webhook;

import java.io.Serial;

/** Says that the body of a call is not what its mapping reads; sending it again does not help. */
public final class MalformedPayloadException extends IllegalArgumentException {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * Creates an exception.
     *
     * @param message what was expected and what came
     * @param cause what the parser said
     */
    MalformedPayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.purgewise;

import org.jspecify.annotations.Nullable;

/**
 * Reports that Purgewise could not do what was asked.
 *
 * <p>This is the root of every exception that the library throws for reasons outside the caller's arguments; each
 * subclass carries what was done, what was not, and what to do next. Arguments that are malformed throw
 * {@link IllegalArgumentException} instead, before anything is sent.
 */
public abstract class PurgewiseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception without a cause.
     *
     * @param message what happened and what to do next
     */
    protected PurgewiseException(String message) {
        super(message);
    }

    /**
     * Creates an exception with the failure that led to it.
     *
     * @param message what happened and what to do next
     * @param cause the failure underneath, such as an exception of the AWS SDK, or null
     */
    protected PurgewiseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

package io.purgewise.cdn;

import io.purgewise.PurgewiseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reports that the CDN refused a call or could not be reached.
 *
 * <p>The subclasses are what a caller can tell apart and treat differently; {@link RefusedException} is the rest.
 */
public abstract class CdnException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /** The CDN's code, or null if no answer came. */
    private final @Nullable String errorCode;

    /** The CDN's request ID, or null if no answer came. */
    private final @Nullable String requestId;

    /**
     * Creates an exception from the CDN's answer.
     *
     * @param answer what the CDN said
     * @param advice what to do next
     */
    protected CdnException(Answer answer, String advice) {
        super(answer + "; " + advice);
        this.errorCode = answer.errorCode();
        this.requestId = answer.requestId();
        if (answer.cause() != null) {
            initCause(answer.cause());
        }
    }

    /**
     * Returns the CDN's error code.
     *
     * @return a code such as {@code TooManyInvalidationsInProgress}, or empty if no answer came
     */
    public Optional<String> errorCode() {
        return Optional.ofNullable(errorCode);
    }

    /**
     * Returns the ID under which the CDN's support finds the call.
     *
     * @return AWS's request ID, or empty if no answer came
     */
    public Optional<String> requestId() {
        return Optional.ofNullable(requestId);
    }

    /**
     * Is what a CDN said when it did not do what was asked.
     *
     * @param message the CDN's text, or what went wrong on the way
     * @param errorCode the CDN's code, or null if no answer came
     * @param requestId the CDN's request ID, or null if no answer came
     * @param cause the failure underneath, or null
     */
    public record Answer(
            String message,
            @Nullable String errorCode,
            @Nullable String requestId,
            @Nullable Throwable cause) {

        /**
         * Creates an answer without a failure underneath.
         *
         * @param errorCode the CDN's code
         * @param message the CDN's text
         * @param requestId the CDN's request ID
         * @return the answer
         */
        public static Answer of(String errorCode, String message, String requestId) {
            return new Answer(message, errorCode, requestId, null);
        }

        /** Returns code, text and request ID in one line. */
        @Override
        public String toString() {
            return (errorCode == null ? "" : errorCode + ": ")
                    + message
                    + (requestId == null ? "" : " (request ID " + requestId + ")");
        }
    }
}

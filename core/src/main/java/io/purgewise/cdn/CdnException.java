package io.purgewise.cdn;

import io.purgewise.PurgewiseException;
import java.util.Objects;
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
        super(answer + "; " + advice, answer.cause());
        this.errorCode = answer.errorCode();
        this.requestId = answer.requestId();
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
     * Finds the exception for a refused or unanswered submission, by CloudFront's codes.
     *
     * @param status the HTTP status, or 0 if no answer came
     * @param answer what the CDN said
     * @param callerReference the reference that the batch was submitted with
     * @return the exception to throw
     */
    public static CdnException ofSubmission(int status, Answer answer, CallerReference callerReference) {
        String code = Objects.requireNonNullElse(answer.errorCode(), "");
        if (code.equals("InvalidationBatchAlreadyExists")
                || (code.equals("InvalidArgument") && answer.message().contains("caller reference"))) {
            return new CallerReferenceUsedException(answer, callerReference);
        }
        boolean unanswered = status == 0 || status >= 500 || status == 408;
        return unanswered ? new UnknownOutcomeException(answer, callerReference) : ofQuestion(status, answer);
    }

    /**
     * Finds the exception for a refused or unanswered question, by CloudFront's codes.
     *
     * @param status the HTTP status, or 0 if no answer came
     * @param answer what the CDN said
     * @return the exception to throw
     */
    public static CdnException ofQuestion(int status, Answer answer) {
        return switch (Objects.requireNonNullElse(answer.errorCode(), "")) {
            case "TooManyInvalidationsInProgress" -> new TooManyInvalidationsException(answer);
            case "Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded" ->
                new ThrottledException(answer);
            case "InvalidArgument" -> new InvalidBatchException(answer);
            case "BatchTooLarge" -> new BatchTooLargeException(answer);
            case "NoSuchDistribution" -> new NoSuchDistributionException(answer);
            case "NoSuchInvalidation" -> new NoSuchInvalidationException(answer);
            default -> ofStatus(status, answer);
        };
    }

    private static CdnException ofStatus(int status, Answer answer) {
        if (status == 401 || status == 403) {
            return new AccessDeniedException(answer);
        }
        if (status == 429) {
            return new ThrottledException(answer);
        }
        boolean unanswered = status == 0 || status >= 500 || status == 408;
        return unanswered ? new UnavailableException(answer) : new RefusedException(answer);
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

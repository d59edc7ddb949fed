package io.purgewise.cdn;

import io.purgewise.PurgewiseException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reports that the CDN refused a call or could not be reached; {@link #reason} says which, and whether repeating helps.
 */
public final class CdnException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /** Says why a call failed, as far as a caller would act on it. */
    public enum Reason {
        /**
         * No answer came to a submission, or a server error: the batch may or may not have been accepted. Submitting it again
         * with the same reference is safe, and the submitter does so.
         */
        OUTCOME_UNKNOWN(
                true, "submit the same batch with the same reference again, or list the invalidations to find it"),
        /**
         * The distribution knows the caller reference already, perhaps from an earlier attempt at the same batch.
         *
         * <p>CloudFront documents {@code InvalidationBatchAlreadyExists} for a reference with other paths; users saw {@code
         * InvalidArgument} with "a caller reference that was used for a previous invalidation batch" for the same paths too
         * (aws/aws-cdk#3878). The submitter reads back which of the two it is.
         */
        REFERENCE_USED(
                false,
                "list the invalidations to see whether this batch is the one that was accepted under the reference"),
        /** CloudFront's {@code InvalidArgument}: a path of the batch is invalid; it does not say which, and took none. */
        INVALID(false, "submit the paths apart to find the bad one"),
        /** CloudFront's {@code BatchTooLarge}: more items than it takes in one call; it took none. */
        TOO_LARGE(false, "split the batch, or lower itemsPerBatch in the quotas"),
        /** CloudFront's {@code TooManyInvalidationsInProgress}: no quota is left beside what is in progress. */
        BUSY(true, "submit the batch again when earlier invalidations have completed"),
        /** CloudFront's {@code Throttling}: too many calls or items a second; it took none. */
        THROTTLED(true, "submit the batch again later, and less often"),
        /** No answer, or a server error, where nothing can have been accepted. */
        UNAVAILABLE(true, "try again later"),
        /** The distribution reads no cache tags, so that a {@code #tag} would be billed and clear nothing; it was not sent. */
        TAGS_NOT_READ(
                false,
                "plan again, which takes paths; or set a CacheTagConfig on the distribution (CloudFront Developer Guide,"
                        + " \"Invalidating content by cache tags\")"),
        /** The account's budget has not as many paths left this month; nothing was sent. */
        BUDGET(true, "raise the budget, or wait for the next month (UTC)"),
        /** The waiting thread was told to stop; submitting the same batch again is safe. */
        INTERRUPTED(true, "submit the batch again"),
        /**
         * CloudFront's {@code AccessDenied}, {@code InvalidClientTokenId}, {@code ExpiredToken} and their like: the caller may
         * not do this, or has no valid credentials.
         */
        DENIED(
                false,
                "grant cloudfront:CreateInvalidation, GetInvalidation, ListInvalidations and GetDistributionConfig on the"
                        + " distribution, and check the credentials"),
        /** CloudFront's {@code NoSuchDistribution}. */
        NO_SUCH_DISTRIBUTION(false, "check the distribution ID, and the account of the credentials"),
        /** CloudFront's {@code NoSuchInvalidation}. */
        NO_SUCH_INVALIDATION(false, "check the invalidation ID and its distribution"),
        /** Another refusal; nothing was accepted. */
        OTHER(false, "see the code and the text");

        private final boolean repeatable;
        private final String advice;

        Reason(boolean repeatable, String advice) {
            this.repeatable = repeatable;
            this.advice = advice;
        }

        /**
         * Tells whether the same call can succeed later without a change of rights, settings or content.
         *
         * @return whether repeating helps
         */
        public boolean repeatable() {
            return repeatable;
        }
    }

    /** Why it failed. */
    private final Reason reason;

    /** The CDN's code, or null if no answer came. */
    private final @Nullable String errorCode;

    /** The CDN's request ID, or null if no answer came. */
    private final @Nullable String requestId;

    private CdnException(Reason reason, String message, Answer answer) {
        super(message, answer.cause());
        this.reason = reason;
        this.errorCode = answer.errorCode();
        this.requestId = answer.requestId();
    }

    /**
     * Creates an exception from the CDN's answer.
     *
     * @param reason why the call failed
     * @param answer what the CDN said, or what went wrong on the way
     * @return the exception, whose message ends with what to do next
     */
    public static CdnException of(Reason reason, Answer answer) {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(answer, "answer");
        return new CdnException(reason, answer + "; " + reason.advice, answer);
    }

    /** Says what a failure, or a wait that ended without one, means for a batch. */
    static CdnException of(Reason reason, String message, @Nullable CdnException cause) {
        return cause == null
                ? of(reason, new Answer(message, null, null, null))
                : new CdnException(
                        reason,
                        message + ": " + cause.getMessage(),
                        new Answer(message, cause.errorCode, cause.requestId, cause));
    }

    /**
     * Finds the exception for a submission that was refused, or that may have been accepted without an answer, by
     * CloudFront's codes. Where nothing can have been sent, as with a refused connection, take {@link #ofQuestion}.
     *
     * @param status the HTTP status, or 0 if no answer came
     * @param answer what the CDN said
     * @param reference the reference that the batch was submitted with, for the message
     * @return the exception to throw
     */
    public static CdnException ofSubmission(int status, Answer answer, CallerReference reference) {
        Objects.requireNonNull(answer, "answer");
        Objects.requireNonNull(reference, "reference");
        String code = Objects.requireNonNullElse(answer.errorCode(), "");
        boolean used = code.equals("InvalidationBatchAlreadyExists")
                || (code.equals("InvalidArgument") && answer.message().contains("caller reference"));
        if (!used && !isUnanswered(status)) {
            return ofQuestion(status, answer);
        }
        Reason reason = used ? Reason.REFERENCE_USED : Reason.OUTCOME_UNKNOWN;
        return new CdnException(reason, answer + "; caller reference " + reference + ": " + reason.advice, answer);
    }

    /**
     * Finds the exception for a refused or unanswered question, by CloudFront's codes.
     *
     * @param status the HTTP status, or 0 if no answer came
     * @param answer what the CDN said
     * @return the exception to throw
     */
    public static CdnException ofQuestion(int status, Answer answer) {
        Objects.requireNonNull(answer, "answer");
        return of(reasonOf(status, Objects.requireNonNullElse(answer.errorCode(), "")), answer);
    }

    private static Reason reasonOf(int status, String code) {
        return switch (code) {
            case "TooManyInvalidationsInProgress" -> Reason.BUSY;
            case "Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded" ->
                Reason.THROTTLED;
            case "InvalidArgument" -> Reason.INVALID;
            case "BatchTooLarge" -> Reason.TOO_LARGE;
            case "NoSuchDistribution" -> Reason.NO_SUCH_DISTRIBUTION;
            case "NoSuchInvalidation" -> Reason.NO_SUCH_INVALIDATION;
            default -> reasonOf(status);
        };
    }

    private static Reason reasonOf(int status) {
        if (status == 401 || status == 403) {
            return Reason.DENIED;
        }
        if (status == 429) {
            return Reason.THROTTLED;
        }
        return isUnanswered(status) ? Reason.UNAVAILABLE : Reason.OTHER;
    }

    private static boolean isUnanswered(int status) {
        return status == 0 || status >= 500 || status == 408;
    }

    /**
     * Returns why the call failed.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
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
     * Holds what a CDN said when it did not do what was asked.
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
        /** Refuses null. */
        public Answer {
            Objects.requireNonNull(message, "message");
        }

        /**
         * Creates an answer without a failure underneath.
         *
         * @param errorCode the CDN's code
         * @param message the CDN's text
         * @param requestId the CDN's request ID
         * @return the answer
         */
        public static Answer of(String errorCode, String message, String requestId) {
            Objects.requireNonNull(errorCode, "errorCode");
            Objects.requireNonNull(message, "message");
            Objects.requireNonNull(requestId, "requestId");
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

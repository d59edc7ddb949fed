package io.purgewise.aws;

import io.purgewise.cache.CacheAccessException;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what the SDK throws about tables and buckets into what the ports promise, and says what to do about it. */
final class CacheErrors {

    private static final Set<String> THROTTLES = Set.of(
            "ProvisionedThroughputExceededException",
            "ProvisionedThroughputExceeded",
            "RequestLimitExceeded",
            "ThrottlingException",
            "ThrottlingError",
            "Throttling",
            "SlowDown",
            "TransactionConflict",
            "TransactionConflictException",
            "InternalServerError");

    /** What DynamoDB and S3 answer to credentials that are wrong or outlived. */
    private static final Set<String> CREDENTIALS = Set.of(
            "UnrecognizedClientException",
            "ExpiredTokenException",
            "InvalidSignatureException",
            "IncompleteSignatureException",
            "MissingAuthenticationTokenException",
            "ExpiredToken",
            "InvalidToken",
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "TokenRefreshRequired");

    private CacheErrors() {}

    /** Makes a call that touches a table or bucket. */
    static <T> T calling(String what, String resource, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw failure(what, resource, e);
        }
    }

    static CacheAccessException failure(String what, String resource, SdkException e) {
        return new CacheAccessException(
                what + " " + resource + " failed: " + text(e) + "; " + advice(e), resource, requestId(e), e);
    }

    /** Describes a failure with AWS's code and request ID. */
    static String text(SdkException e) {
        if (e instanceof AwsServiceException service && service.awsErrorDetails() != null) {
            return code(e) + ", "
                    + Excerpt.of(String.valueOf(service.awsErrorDetails().errorMessage())) + " (request ID "
                    + requestId(e) + ")";
        }
        return Excerpt.ofMessage(e, "there was no answer");
    }

    /** Tells whether the same call may succeed a moment later. */
    static boolean passing(SdkException e) {
        if (e instanceof AwsServiceException service) {
            return service.statusCode() >= 500 || service.isThrottlingException() || throttle(code(e));
        }
        return e.retryable();
    }

    static boolean throttle(String code) {
        return THROTTLES.contains(code);
    }

    static String code(SdkException e) {
        String code = e instanceof AwsServiceException service && service.awsErrorDetails() != null
                ? service.awsErrorDetails().errorCode()
                : null;
        return code == null ? e.getClass().getSimpleName() : code;
    }

    private static String advice(SdkException e) {
        String code = code(e);
        if (code.contains("ResourceNotFound") || code.contains("NoSuchBucket")) {
            return "check its name, region and account";
        }
        if (code.contains("AccessDenied") || code.contains("Forbidden")) {
            return "allow the action in the caller's IAM policy";
        }
        if (CREDENTIALS.contains(code)) {
            return "AWS does not know the credentials, or they are no longer valid: renew them";
        }
        if (code.contains("Validation")) {
            return "check that it has OpenNext's keys: tag and path, and the index revalidate on path and revalidatedAt";
        }
        if (passing(e)) {
            return "try again later";
        }
        return e instanceof AwsServiceException
                ? "see AWS's message"
                : "nothing was sent; check the credentials, the region, the endpoint and the network";
    }

    static @Nullable String requestId(SdkException e) {
        return e instanceof AwsServiceException service ? service.requestId() : null;
    }
}

package io.purgewise.aws;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.CdnException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what the SDK throws into what the port promises, with AWS's code and request ID. */
final class CloudFrontErrors {

    private CloudFrontErrors() {}

    static <T> T submitting(CallerReference reference, Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            // Whatever else the SDK throws, such as for an answer that nobody can read, comes after the request.
            throw isCredentials(e) || isUnsent(e)
                    ? asking(e)
                    : CdnException.ofSubmission(status(e), answer(e), reference);
        }
    }

    static <T> T asking(Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            throw asking(e);
        }
    }

    private static CdnException asking(RuntimeException e) {
        return isCredentials(e)
                ? CdnException.of(CdnException.Reason.DENIED, answer(e))
                : CdnException.ofQuestion(status(e), answer(e));
    }

    /** The SDK has no class of its own for missing credentials; without them nothing is sent. */
    private static boolean isCredentials(RuntimeException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return e instanceof SdkClientException && message.contains("unable to load credentials");
    }

    /**
     * Tells whether surely nothing was sent: no connection came about, in none of the SDK's attempts. Of the earlier ones the SDK
     * keeps the messages alone, as suppressed exceptions; they must be about the same failure.
     */
    private static boolean isUnsent(RuntimeException e) {
        Throwable unconnected = unconnected(e);
        if (unconnected == null) {
            return false;
        }
        String message = String.valueOf(unconnected.getMessage());
        for (Throwable earlier : e.getSuppressed()) {
            if (!String.valueOf(earlier.getMessage()).contains(message)) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Throwable unconnected(Throwable e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            // Apache's HTTP clients have a class of their own for a connection that does not come about in time.
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException
                    || cause.getClass().getSimpleName().equals("ConnectTimeoutException")) {
                return cause;
            }
        }
        return null;
    }

    private static int status(RuntimeException e) {
        return e instanceof AwsServiceException service ? service.statusCode() : 0;
    }

    private static CdnException.Answer answer(RuntimeException e) {
        String code = null;
        String requestId = null;
        String message = e instanceof SdkException ? String.valueOf(e.getMessage()) : String.valueOf(e);
        if (e instanceof AwsServiceException service) {
            requestId = service.requestId();
            if (service.awsErrorDetails() != null) {
                code = service.awsErrorDetails().errorCode();
                message = text(service.awsErrorDetails().errorMessage(), message);
            }
        }
        return new CdnException.Answer(message, code, requestId, e);
    }

    private static String text(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }
}

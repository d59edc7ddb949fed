package io.purgewise.aws;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.CdnException;
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
        } catch (SdkException e) {
            if (isCredentials(e)) {
                throw CdnException.of(CdnException.Reason.DENIED, answer(e));
            }
            throw CdnException.ofSubmission(status(e), answer(e), reference);
        }
    }

    static <T> T asking(Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            if (isCredentials(e)) {
                throw CdnException.of(CdnException.Reason.DENIED, answer(e));
            }
            throw CdnException.ofQuestion(status(e), answer(e));
        }
    }

    /** The SDK has no class of its own for missing credentials; without them nothing is sent. */
    private static boolean isCredentials(SdkException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return e instanceof SdkClientException && message.contains("unable to load credentials");
    }

    private static int status(SdkException e) {
        return e instanceof AwsServiceException service ? service.statusCode() : 0;
    }

    private static CdnException.Answer answer(SdkException e) {
        String code = null;
        String requestId = null;
        String message = String.valueOf(e.getMessage());
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

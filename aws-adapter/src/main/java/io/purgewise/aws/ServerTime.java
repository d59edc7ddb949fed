package io.purgewise.aws;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Reads a service's clock from the header {@code Date} that every answer bears, in whole seconds (RFC 9110, 6.6.1). */
final class ServerTime {

    private static final String DATE = "Date";

    private ServerTime() {}

    /** Makes a call and answers when the service answered it; a refusal tells the time as well as anything. */
    static Optional<Instant> asking(String what, String resource, Supplier<? extends SdkResponse> call) {
        try {
            return of(call.get().sdkHttpResponse());
        } catch (AwsServiceException refused) {
            return refused.awsErrorDetails() == null
                    ? Optional.empty()
                    : of(refused.awsErrorDetails().sdkHttpResponse());
        } catch (SdkException e) {
            throw CacheErrors.failure(what, resource, e);
        }
    }

    private static Optional<Instant> of(@Nullable SdkHttpResponse response) {
        return Optional.ofNullable(response)
                .flatMap(answer -> answer.firstMatchingHeader(DATE))
                .flatMap(ServerTime::parse);
    }

    private static Optional<Instant> parse(String date) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}

package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.S3Exception;

class CacheErrorsTest {

    /** Of outlived credentials people were told to change a policy. */
    @ParameterizedTest
    @CsvSource({
        "ExpiredToken, renew them",
        "UnrecognizedClientException, renew them",
        "AccessDenied, allow the action in the caller's IAM policy",
        "NoSuchBucket, 'check its name, region and account'",
        "SlowDown, try again later"
    })
    void aFailureSaysWhatToDoAndCarriesAwsRequestId(String code, String advice) {
        S3Exception failure = (S3Exception) S3Exception.builder()
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage("in AWS's words")
                        .build())
                .requestId("R1")
                .statusCode(400)
                .build();

        assertThat(CacheErrors.failure("reading", "bucket site", failure))
                .hasMessageStartingWith("reading bucket site failed: " + code + ", in AWS's words (request ID R1); ")
                .hasMessageEndingWith(advice);
    }
}

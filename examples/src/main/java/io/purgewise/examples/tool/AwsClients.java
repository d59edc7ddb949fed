package io.purgewise.examples.tool;

import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Connects with AWS, or with the emulators that the environment names. */
record AwsClients(SdkHttpClient http, DynamoDbClient dynamo, S3Client s3, CloudFrontClient cloudFront)
        implements AutoCloseable {

    static AwsClients connect() {
        SdkHttpClient http = UrlConnectionHttpClient.create();
        return new AwsClients(
                http,
                DynamoDbClient.builder().httpClient(http).build(),
                // Emulators are reached by IP address or localhost, where a bucket cannot be part of the host name.
                S3Client.builder()
                        .httpClient(http)
                        .forcePathStyle(System.getenv("AWS_ENDPOINT_URL_S3") != null
                                || System.getenv("AWS_ENDPOINT_URL") != null)
                        // With Expect: 100-continue the JDK's client now and then fails to send a body.
                        .serviceConfiguration(service -> service.expectContinueEnabled(false))
                        .build(),
                CloudFrontClient.builder()
                        .httpClient(http)
                        .region(Region.US_EAST_1)
                        .build());
    }

    @Override
    public void close() {
        cloudFront.close();
        s3.close();
        dynamo.close();
        http.close();
    }
}

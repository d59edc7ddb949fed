package io.purgewise.examples.tool;

import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Connects with AWS, or with the emulators that the environment names. */
record AwsClients(SdkHttpClient http, DynamoDbClient dynamo, S3Client s3, CloudFrontClient cloudFront)
        implements AutoCloseable {

    /** Connects as the environment says; finds out first whether it says where and as whom. */
    static AwsClients connect() {
        Region region = region();
        checkCredentials();
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
                        .region(cloudFrontRegion(region))
                        .build());
    }

    private static Region region() {
        try {
            return DefaultAwsRegionProviderChain.builder().build().getRegion();
        } catch (SdkClientException none) {
            throw new SettingException("no AWS region is set: set AWS_REGION, or region in the profile of AWS_PROFILE");
        }
    }

    private static void checkCredentials() {
        try (DefaultCredentialsProvider provider =
                DefaultCredentialsProvider.builder().build()) {
            provider.resolveCredentials();
        } catch (SdkClientException none) {
            throw new SettingException("no AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
                    + "AWS_SECRET_ACCESS_KEY, or run where a role is given");
        }
    }

    /** CloudFront is one service a partition, with an endpoint in one region: Ningxia in China, Virginia elsewhere. */
    static Region cloudFrontRegion(Region region) {
        return region.metadata() != null && region.metadata().partition().id().equals("aws-cn")
                ? Region.CN_NORTHWEST_1
                : Region.US_EAST_1;
    }

    @Override
    public void close() {
        cloudFront.close();
        s3.close();
        dynamo.close();
        http.close();
    }
}

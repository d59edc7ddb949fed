package io.purgewise.aws;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Holds the clients of a site.
 *
 * @param made whether they were made here, and are closed here
 */
record SiteClients(DynamoDbClient dynamo, S3Client s3, CloudFrontClient cloudFront, boolean made)
        implements AutoCloseable {

    /** Takes what the caller gives, and makes the rest. This class is not thread-safe. */
    static final class Given {

        private @Nullable SiteClients clients;
        private SiteEnvironment environment = new SiteEnvironment(Map.of());

        void clients(DynamoDbClient dynamo, S3Client s3, CloudFrontClient cloudFront) {
            clients = new SiteClients(dynamo, s3, cloudFront, false);
        }

        void environment(SiteEnvironment environment) {
            this.environment = environment;
        }

        SiteClients connect() {
            return clients == null ? made(environment) : clients;
        }
    }

    private static SiteClients made(SiteEnvironment environment) {
        Region region = region();
        return new SiteClients(
                DynamoDbClient.builder().region(region).build(),
                S3Client.builder()
                        .region(environment.bucketRegion().map(Region::of).orElse(region))
                        .forcePathStyle(environment.namesAnS3Endpoint())
                        // With Expect: 100-continue the JDK's client now and then fails to send a body.
                        .serviceConfiguration(service -> service.expectContinueEnabled(false))
                        .build(),
                CloudFrontClient.builder().region(cloudFrontRegion(region)).build(),
                true);
    }

    private static Region region() {
        try {
            return DefaultAwsRegionProviderChain.builder().build().getRegion();
        } catch (SdkClientException e) {
            throw new IllegalArgumentException(
                    "no AWS region is set: set AWS_REGION, or region in the profile of AWS_PROFILE", e);
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
        if (made) {
            cloudFront.close();
            s3.close();
            dynamo.close();
        }
    }
}

package io.purgewise.examples;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Loads the sample build into emulators, as a deploy would. */
public final class SampleTables {

    /** The table that is made. */
    public static final String TABLE = LocalTagTable.NAME;

    /** The bucket that is made. */
    public static final String BUCKET = "sample-site";

    private SampleTables() {}

    /** Loads rows and objects. */
    public static void load(URI dynamoEndpoint, URI s3Endpoint) {
        SampleBuild build = SampleBuild.read();
        StaticCredentialsProvider credentials =
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
        try (DynamoDbClient dynamo = DynamoDbClient.builder()
                        .endpointOverride(dynamoEndpoint)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(credentials)
                        .httpClient(UrlConnectionHttpClient.create())
                        .build();
                S3Client s3 = S3Client.builder()
                        .endpointOverride(s3Endpoint)
                        .region(Region.US_EAST_1)
                        .forcePathStyle(true)
                        // With Expect: 100-continue the JDK's client now and then fails to send a body.
                        .serviceConfiguration(service -> service.expectContinueEnabled(false))
                        .credentialsProvider(credentials)
                        .httpClient(UrlConnectionHttpClient.create())
                        .build()) {
            LocalTagTable.create(dynamo, build.rows());
            s3.createBucket(bucket -> bucket.bucket(BUCKET));
            build.objects()
                    .forEach((key, body) ->
                            s3.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromString(body)));
        }
    }
}

package io.purgewise.examples.tool;

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import io.purgewise.cdn.DistributionId;
import io.purgewise.examples.tool.ToolProcess.Run;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.HttpFakeCloudFront;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.TransientApiMetadata;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;

/** Runs DynamoDB Local, an S3 emulator and the fake CloudFront on loopback, for tools that find AWS by the environment. */
final class Emulators implements AutoCloseable {

    final FakeCloudFront account = FakeCloudFront.builder(InstantSource.system())
            .anyDistribution()
            .distribution(DistributionId.of("E1PAGETAGS"), "x-page-tags")
            .delays(Duration.ofMillis(100), Duration.ofMillis(300))
            .build();
    private final HttpFakeCloudFront cloudFront = HttpFakeCloudFront.start(account);
    private final DynamoDBProxyServer dynamo;
    private final URI dynamoEndpoint;
    private final BlobStoreContext blobs;
    private final S3Proxy s3;
    private final ToolWorkers tools;

    Emulators() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        dynamo = ServerRunner.createServerFromCommandLineArgs(
                new String[] {"-inMemory", "-sharedDb", "-disableTelemetry", "-port", Integer.toString(port)});
        dynamo.start();
        dynamoEndpoint = URI.create("http://127.0.0.1:" + port);
        blobs = ContextBuilder.newBuilder(new TransientApiMetadata())
                .credentials("any", "any")
                .overrides(new Properties())
                .build(BlobStoreContext.class);
        s3 = S3Proxy.builder()
                .blobStore(blobs.getBlobStore())
                .endpoint(URI.create("http://127.0.0.1:0"))
                .build();
        s3.start();
        tools = new ToolWorkers(environment());
    }

    /** Runs the tool on the emulators. */
    Run tool(List<String> args) throws IOException {
        return tools.run(args);
    }

    /** The standard variables by which every AWS SDK finds the emulators. */
    Map<String, String> environment() {
        return Map.of(
                "AWS_REGION",
                "eu-west-1",
                "AWS_ACCESS_KEY_ID",
                "local",
                "AWS_SECRET_ACCESS_KEY",
                "local",
                "AWS_ENDPOINT_URL_DYNAMODB",
                dynamoEndpoint.toString(),
                "AWS_ENDPOINT_URL_S3",
                "http://127.0.0.1:" + s3.getPort(),
                "AWS_ENDPOINT_URL_CLOUDFRONT",
                cloudFront.endpoint().toString());
    }

    URI dynamoEndpoint() {
        return dynamoEndpoint;
    }

    /** Writes a row as OpenNext registers a tag of an entry. */
    void row(String table, String tag, String path) {
        try (DynamoDbClient client = dynamoClient()) {
            client.putItem(put -> put.tableName(table)
                    .item(Map.of(
                            "tag", AttributeValue.fromS(tag),
                            "path", AttributeValue.fromS(path),
                            "revalidatedAt", AttributeValue.fromN("1"))));
        }
    }

    /** Tells whether a row says that a tag was revalidated. */
    boolean isMarked(String table, String tag, String path) {
        try (DynamoDbClient client = dynamoClient()) {
            AttributeValue date = client.getItem(get -> get.tableName(table)
                            .key(Map.of("tag", AttributeValue.fromS(tag), "path", AttributeValue.fromS(path))))
                    .item()
                    .get("revalidatedAt");
            return date != null && Long.parseLong(date.n()) > 1;
        }
    }

    private DynamoDbClient dynamoClient() {
        return DynamoDbClient.builder()
                .endpointOverride(dynamoEndpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    void put(String bucket, String key, String text) {
        try (S3Client client = s3Client()) {
            client.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromString(text));
        }
    }

    void delete(String bucket, String key) {
        try (S3Client client = s3Client()) {
            client.deleteObject(delete -> delete.bucket(bucket).key(key));
        }
    }

    private S3Client s3Client() {
        return S3Client.builder()
                .endpointOverride(s3Endpoint())
                .region(Region.EU_WEST_1)
                .forcePathStyle(true)
                // With Expect: 100-continue the JDK's client now and then fails to send a body.
                .serviceConfiguration(service -> service.expectContinueEnabled(false))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    URI s3Endpoint() {
        return URI.create("http://127.0.0.1:" + s3.getPort());
    }

    @Override
    public void close() {
        tools.close();
        try {
            s3.stop();
            dynamo.stop();
        } catch (Exception e) {
            throw new IllegalStateException("an emulator did not stop", e);
        }
        blobs.close();
        cloudFront.close();
    }
}

package io.purgewise.aws;

import java.net.URI;
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
import software.amazon.awssdk.services.s3.S3Client;

/** Runs an S3 emulator on loopback with one bucket. */
final class LocalBucket implements AutoCloseable {

    static final String BUCKET = "cache-bucket";

    private final BlobStoreContext store;
    private final S3Proxy proxy;
    private final S3Client client;

    LocalBucket() {
        try {
            // The names of all stores that jclouds knows would be looked up otherwise, and most are left out here.
            store = ContextBuilder.newBuilder(new TransientApiMetadata())
                    .credentials("any", "any")
                    .overrides(new Properties())
                    .build(BlobStoreContext.class);
            proxy = S3Proxy.builder()
                    .blobStore(store.getBlobStore())
                    .endpoint(URI.create("http://127.0.0.1:0"))
                    .build();
            proxy.start();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 emulator did not start", e);
        }
        client = S3Client.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                // With Expect: 100-continue the JDK's client now and then fails to send a body.
                .serviceConfiguration(service -> service.expectContinueEnabled(false))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
        client.createBucket(bucket -> bucket.bucket(BUCKET));
    }

    S3Client client() {
        return client;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + proxy.getPort());
    }

    void put(String key, String text) {
        client.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromString(text));
    }

    /** Deletes every object, so that one bucket serves all tests of a class: starting the emulator takes its time. */
    void empty() {
        client.listObjectsV2Paginator(list -> list.bucket(BUCKET)).contents().stream()
                .toList()
                .forEach(object ->
                        client.deleteObject(delete -> delete.bucket(BUCKET).key(object.key())));
    }

    @Override
    public void close() {
        client.close();
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 emulator did not stop", e);
        }
        store.close();
    }
}

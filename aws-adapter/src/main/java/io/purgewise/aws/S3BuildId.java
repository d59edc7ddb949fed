package io.purgewise.aws;

import io.purgewise.cache.CacheAccessException;
import io.purgewise.cache.UnknownBuildException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Reads the build ID that every deploy puts next to the site's assets: the object {@code _assets[/basePath]/BUILD_ID}
 * (OpenNext {@code createStaticAssets}).
 *
 * <p>Give it to {@link io.purgewise.cache.DeployedBuilds}. The client is the caller's and is not closed. This class is
 * immutable and thread-safe.
 */
public final class S3BuildId implements Supplier<String> {

    private static final String FOLDER = "_assets";

    private final S3Client client;
    private final String bucket;
    private final String key;

    private S3BuildId(S3Client client, String bucket, String key) {
        this.client = client;
        this.bucket = bucket;
        this.key = key;
    }

    /**
     * Creates the source.
     *
     * @param client the caller's client; it stays open
     * @param bucket the bucket with the site's assets
     * @param basePath the site's base path, empty or starting with a slash
     * @return the source
     */
    public static S3BuildId of(S3Client client, String bucket, String basePath) {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(bucket, "bucket");
        Objects.requireNonNull(basePath, "basePath");
        return new S3BuildId(client, bucket, FOLDER + basePath + "/BUILD_ID");
    }

    /**
     * Reads the object.
     *
     * @return the build ID as it stands there
     * @throws CacheAccessException if the object cannot be read
     * @throws UnknownBuildException if there is none
     */
    @Override
    public String get() {
        try {
            return client.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asString(StandardCharsets.UTF_8);
        } catch (NoSuchKeyException e) {
            throw new UnknownBuildException(
                    "", "bucket " + bucket + " has no object " + key + "; give the build ID, or check the base path");
        } catch (SdkException e) {
            throw CacheErrors.failure("reading " + key + " in bucket", bucket, e);
        }
    }
}

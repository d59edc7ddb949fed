package io.purgewise.aws;

import io.purgewise.cache.BuildIds;
import io.purgewise.cache.CacheAccessException;
import io.purgewise.cache.ObjectKeys;
import io.purgewise.cache.UnknownBuildException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Reads the build ID that every deploy puts next to the site's assets: the object {@code _assets[/basePath]/BUILD_ID}
 * (OpenNext {@code createStaticAssets}).
 *
 * <p>Give it to {@link BuildIds#following}. The client is the caller's and is not closed. This class is
 * immutable and thread-safe.
 */
public final class S3BuildId implements Supplier<String> {

    private static final String FOLDER = "_assets";

    private final S3Client client;
    private final String bucket;
    private final String key;
    private final @Nullable ObjectKeys caches;

    private S3BuildId(S3Client client, String bucket, String key, @Nullable ObjectKeys caches) {
        this.client = client;
        this.bucket = bucket;
        this.key = key;
        this.caches = caches;
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
        return new S3BuildId(client, bucket, FOLDER + basePath + "/BUILD_ID", null);
    }

    /**
     * Looks into the caches where the object hides the deployment ID ({@link BuildIds#HIDDEN}): it is then the name of
     * the build that was deployed last, by the dates of the objects in its folder.
     *
     * @param prefix what {@code CACHE_BUCKET_KEY_PREFIX} says, {@code _cache} with SST and the CDK reference; in the same
     *     bucket
     * @return a source of cache build IDs
     * @throws IllegalArgumentException if {@code prefix} starts or ends with a slash
     */
    public S3BuildId lookingInto(String prefix) {
        return new S3BuildId(client, bucket, key, new ObjectKeys(prefix));
    }

    /**
     * Reads the object.
     *
     * @return the build ID as it stands there
     * @throws CacheAccessException if the object cannot be read
     * @throws UnknownBuildException if there is none, or it hides a deployment ID that the caches do not show clearly
     */
    @Override
    public String get() {
        String found = read();
        return caches != null && found.strip().equals(BuildIds.HIDDEN) ? deployedLast(caches) : found;
    }

    private String deployedLast(ObjectKeys keys) {
        List<OldBuilds.Leftover> builds = new ArrayList<>(BuildFolder.sureOnes(client, bucket, keys));
        builds.sort(Comparator.comparing(OldBuilds.Leftover::deployedAt).reversed());
        boolean clear = builds.size() == 1
                || (builds.size() > 1
                        && builds.get(1).deployedAt().isBefore(builds.get(0).deployedAt()));
        if (!clear) {
            throw new UnknownBuildException(
                    BuildIds.HIDDEN,
                    "it hides the deployment ID, and the caches below \"" + keys.root() + "\" do not show it clearly: "
                            + (builds.isEmpty()
                                    ? "no build is stored there"
                                    : "which is the newest of "
                                            + builds.stream()
                                                    .map(OldBuilds.Leftover::build)
                                                    .limit(5)
                                                    .toList())
                            + "; give the deployment ID as cache build ID");
        }
        return builds.get(0).build().value();
    }

    private String read() {
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

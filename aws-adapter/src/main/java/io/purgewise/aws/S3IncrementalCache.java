package io.purgewise.aws;

import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.ListedEntry;
import io.purgewise.cache.ObjectKeys;
import io.purgewise.site.BuildId;
import io.purgewise.site.Router;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Reads and deletes OpenNext's stored pages in S3 (OpenNext 2.3.0 and newer; the object of a page is
 * {@code <prefix>/<build>/<key>.cache}, that of a fetch {@code <prefix>/__fetch/<build>/<hash>}).
 *
 * <p>Needed actions: {@code s3:GetObject} and {@code s3:ListBucket}, and {@code s3:DeleteObject} to delete. The client is the
 * caller's and is not closed. This class is immutable and thread-safe.
 */
public final class S3IncrementalCache implements IncrementalCache {

    private static final int MAX_SLICE = 1000;

    private final S3Client client;
    private final String bucket;
    private final ObjectKeys keys;
    private final int sliceSize;

    private S3IncrementalCache(S3Client client, String bucket, ObjectKeys keys, int sliceSize) {
        this.client = client;
        this.bucket = bucket;
        this.keys = keys;
        this.sliceSize = sliceSize;
    }

    /**
     * Creates the cache in a bucket.
     *
     * @param client the caller's client; it stays open
     * @param bucket the bucket's name, what {@code CACHE_BUCKET_NAME} says
     * @param prefix what {@code CACHE_BUCKET_KEY_PREFIX} says, {@code _cache} with SST and the CDK reference
     * @return the cache
     * @throws IllegalArgumentException if {@code prefix} starts or ends with a slash
     */
    public static S3IncrementalCache of(S3Client client, String bucket, String prefix) {
        return new S3IncrementalCache(client, bucket, new ObjectKeys(prefix), MAX_SLICE);
    }

    /**
     * Changes how many entries a slice of a listing has at most.
     *
     * @param sliceSize 1 to 1,000; default 1,000
     * @return this cache with other slices
     * @throws IllegalArgumentException if {@code sliceSize} is out of range
     */
    public S3IncrementalCache withSlicesOf(int sliceSize) {
        if (sliceSize < 1 || sliceSize > MAX_SLICE) {
            throw new IllegalArgumentException("slice size must be 1 to " + MAX_SLICE + ", but was " + sliceSize);
        }
        return new S3IncrementalCache(client, bucket, keys, sliceSize);
    }

    @Override
    public Optional<CacheEntry> read(BuildId build, CacheKey key) {
        String name = keys.page(build, key);
        try {
            ResponseBytes<GetObjectResponse> object =
                    client.getObjectAsBytes(get -> get.bucket(bucket).key(name));
            GetObjectResponse head = object.response();
            return Optional.of(
                    EntryReader.read(name, key, object.asByteArrayUnsafe(), head.lastModified(), head.eTag()));
        } catch (NoSuchKeyException missing) {
            return Optional.empty();
        } catch (SdkException e) {
            throw CacheErrors.failure("reading " + name + " in bucket", bucket, e);
        }
    }

    @Override
    public List<CacheKey> find(BuildId build, String pathname) {
        List<CacheKey> candidates = new ArrayList<>();
        candidates.add(CacheKey.plain(pathname));
        String scopes = keys.pages(build) + "route-cache/";
        for (Router router : Router.values()) {
            for (String route : folders(scopes + router + "/")) {
                candidates.add(new CacheKey(
                        route.substring(keys.pages(build).length()) + "$" + CacheKey.normalizePagePath(pathname)));
            }
        }
        return candidates.stream().filter(key -> exists(keys.page(build, key))).toList();
    }

    /** Lists the folders right below one: a site has one for each route, however many pages it has. */
    private List<String> folders(String folder) {
        return CacheErrors.calling(
                "listing " + folder + " in bucket",
                bucket,
                () -> client
                        .listObjectsV2Paginator(
                                list -> list.bucket(bucket).prefix(folder).delimiter("/"))
                        .commonPrefixes()
                        .stream()
                        .map(common -> common.prefix())
                        .toList());
    }

    private boolean exists(String name) {
        try {
            client.headObject(head -> head.bucket(bucket).key(name));
            return true;
        } catch (NoSuchKeyException missing) {
            return false;
        } catch (SdkException e) {
            throw CacheErrors.failure("looking for " + name + " in bucket", bucket, e);
        }
    }

    @Override
    public boolean holds(BuildId build) {
        return isNotEmpty(keys.pages(build)) || isNotEmpty(keys.fetches(build));
    }

    private boolean isNotEmpty(String folder) {
        return !CacheErrors.calling(
                        "listing " + folder + " in bucket",
                        bucket,
                        () -> client.listObjectsV2(
                                list -> list.bucket(bucket).prefix(folder).maxKeys(1)))
                .contents()
                .isEmpty();
    }

    @Override
    public Slice list(BuildId build, @Nullable String after) {
        boolean inFetches = after != null && after.startsWith(keys.fetches(build));
        String folder = inFetches ? keys.fetches(build) : keys.pages(build);
        ListObjectsV2Request request = ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(folder)
                .startAfter(after)
                .maxKeys(sliceSize)
                .build();
        ListObjectsV2Response response =
                CacheErrors.calling("listing " + folder + " in bucket", bucket, () -> client.listObjectsV2(request));
        List<ListedEntry> entries = new ArrayList<>();
        for (S3Object object : response.contents()) {
            entries.add(new ListedEntry(
                    keys.parse(build, object.key()),
                    object.key(),
                    object.lastModified(),
                    object.eTag(),
                    object.size()));
        }
        if (Boolean.TRUE.equals(response.isTruncated()) && !entries.isEmpty()) {
            return new Slice(entries, entries.get(entries.size() - 1).name());
        }
        return new Slice(entries, inFetches ? null : keys.fetches(build));
    }

    /**
     * Reads the time from the header {@code Date} of S3's answer to HeadBucket, whatever that answer is.
     *
     * @return the time; empty if the answer has no such header
     * @throws io.purgewise.cache.CacheAccessException if there is no answer
     */
    @Override
    public Optional<Instant> time() {
        return ServerTime.asking(
                "asking for the time of bucket", bucket, () -> client.headBucket(head -> head.bucket(bucket)));
    }

    @Override
    public void delete(BuildId build, CacheKey key) {
        String name = keys.page(build, key);
        CacheErrors.calling(
                "deleting " + name + " in bucket",
                bucket,
                () -> client.deleteObject(delete -> delete.bucket(bucket).key(name)));
    }
}

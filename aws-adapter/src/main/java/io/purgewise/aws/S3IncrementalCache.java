package io.purgewise.aws;

import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CorruptEntryException;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.ObjectKeys;
import io.purgewise.site.BuildId;
import io.purgewise.site.Router;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
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
    private final Fanout calls;

    private S3IncrementalCache(S3Client client, String bucket, ObjectKeys keys, int sliceSize, Fanout calls) {
        this.client = client;
        this.bucket = bucket;
        this.keys = keys;
        this.sliceSize = sliceSize;
        this.calls = calls;
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
        return new S3IncrementalCache(
                Objects.requireNonNull(client, "client"),
                Objects.requireNonNull(bucket, "bucket"),
                new ObjectKeys(Objects.requireNonNull(prefix, "prefix")),
                MAX_SLICE,
                Fanout.NONE);
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
        return new S3IncrementalCache(client, bucket, keys, sliceSize, calls);
    }

    /**
     * Makes many calls at a time where many entries are read or looked for.
     *
     * @param executor the caller's executor, virtual threads fit; it stays open. Default: the calling thread, one call after
     *     the other
     * @param maxCalls how many calls are under way at the most, at least 1; the SDK's HTTP client needs as many connections
     * @return this cache with calls at a time
     * @throws IllegalArgumentException if {@code maxCalls} is less than 1
     */
    public S3IncrementalCache withCallsOn(Executor executor, int maxCalls) {
        Fanout many = new Fanout(Objects.requireNonNull(executor, "executor"), maxCalls);
        return new S3IncrementalCache(client, bucket, keys, sliceSize, many);
    }

    @Override
    public Optional<CacheEntry> read(BuildId build, CacheKey key) {
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(key, "key");
        String name = keys.page(build, key);
        try {
            ResponseBytes<GetObjectResponse> object =
                    client.getObjectAsBytes(get -> get.bucket(bucket).key(name));
            GetObjectResponse head = object.response();
            return Optional.of(EntryReader.read(
                    name,
                    key,
                    object.asByteArrayUnsafe(),
                    told(head.lastModified(), "Last-Modified"),
                    told(head.eTag(), "ETag")));
        } catch (NoSuchKeyException missing) {
            return Optional.empty();
        } catch (SdkException e) {
            throw CacheErrors.failure("reading " + name + " in bucket", bucket, e);
        }
    }

    @Override
    public Entries readAll(BuildId build, Collection<CacheKey> wanted) {
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(wanted, "keys");
        Map<CacheKey, CacheEntry> found = new LinkedHashMap<>();
        Queue<CorruptEntryException> corrupt = new ConcurrentLinkedQueue<>();
        calls.each(wanted, key -> {
                    try {
                        return read(build, key);
                    } catch (CorruptEntryException odd) {
                        corrupt.add(odd);
                        return Optional.<CacheEntry>empty();
                    }
                })
                .forEach((key, read) -> read.ifPresent(entry -> found.put(key, entry)));
        return new Entries(found, List.copyOf(corrupt));
    }

    /**
     * Finds the keys of a page with one listing for each router, which shows its routes, and one HeadObject for each route: S3
     * has no other way to a route-scoped key, since its name begins with a hash of the route.
     */
    @Override
    public List<CacheKey> find(BuildId build, String pathname) {
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(pathname, "pathname");
        String normal = CacheKey.normalizePagePath(pathname);
        String scopes = keys.pages(build) + "route-cache/";
        List<CacheKey> candidates = new ArrayList<>();
        candidates.add(CacheKey.plain(pathname));
        calls.each(List.of(Router.values()), router -> folders(scopes + router + "/"))
                .values()
                .forEach(routes -> routes.forEach(route -> candidates.add(
                        new CacheKey(route.substring(keys.pages(build).length()) + "$" + normal))));
        Map<CacheKey, Boolean> exist = calls.each(candidates, key -> exists(keys.page(build, key)));
        return candidates.stream().filter(exist::get).toList();
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
        Objects.requireNonNull(build, "build");
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
        Objects.requireNonNull(build, "build");
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
        List<ListedEntry> entries = CacheErrors.calling(
                "listing " + folder + " in bucket",
                bucket,
                () -> response.contents().stream()
                        .map(object -> listed(build, object))
                        .toList());
        if (Boolean.TRUE.equals(response.isTruncated()) && !entries.isEmpty()) {
            return new Slice(entries, entries.get(entries.size() - 1).name());
        }
        return new Slice(entries, inFetches ? null : keys.fetches(build));
    }

    private ListedEntry listed(BuildId build, S3Object object) {
        return new ListedEntry(
                keys.parse(build, object.key()),
                object.key(),
                told(object.lastModified(), "LastModified"),
                told(object.eTag(), "ETag"),
                object.size());
    }

    /** S3 always says both; an emulator or a store that only resembles it may not. */
    private static <T> T told(@Nullable T value, String what) {
        if (value == null) {
            throw SdkClientException.create("the store does not say an object's " + what + ", as S3 does");
        }
        return value;
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
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(key, "key");
        String name = keys.page(build, key);
        CacheErrors.calling(
                "deleting " + name + " in bucket",
                bucket,
                () -> client.deleteObject(delete -> delete.bucket(bucket).key(name)));
    }
}

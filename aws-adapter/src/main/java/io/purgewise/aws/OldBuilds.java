package io.purgewise.aws;

import io.purgewise.cache.ObjectKeys;
import io.purgewise.site.BuildId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.paginators.ListObjectsV2Iterable;

/**
 * Finds and deletes what builds of the past left behind: OpenNext never deletes a build's objects and rows.
 *
 * <p>First {@link #survey} says what stands there; only then, and only builds that the survey lists and the caller names, are
 * deleted. Needed actions: {@code s3:ListBucket}, {@code dynamodb:Scan}, and to delete {@code s3:DeleteObject} and
 * {@code dynamodb:DeleteItem}. Clients are the caller's and are not closed. This class is immutable and thread-safe.
 */
public final class OldBuilds {

    /** The key of a page keeps its leading slash behind the build; that of a fetch is its hash. */
    private static final Pattern METADATA_KEY = Pattern.compile("/.*|[0-9a-f]{64}", Pattern.DOTALL);

    private final S3Client s3;
    private final String bucket;
    private final ObjectKeys keys;
    private final DynamoDbClient dynamo;
    private final String table;
    private final LongConsumer progress;

    private OldBuilds(
            S3Client s3, String bucket, ObjectKeys keys, DynamoDbClient dynamo, String table, LongConsumer progress) {
        this.s3 = s3;
        this.bucket = bucket;
        this.keys = keys;
        this.dynamo = dynamo;
        this.table = table;
        this.progress = progress;
    }

    /**
     * Is what one build left in the caches.
     *
     * @param build the cache build ID
     * @param deployedAt when its first object was written: its deploy
     * @param objects how many objects it has
     * @param bytes their size
     */
    public record Leftover(BuildId build, Instant deployedAt, long objects, long bytes) {}

    /**
     * Says what was deleted of a build.
     *
     * @param build the cache build ID
     * @param objects how many objects were deleted
     * @param rows how many rows were deleted
     * @param failures the keys that could not be deleted, each with AWS's reason; collecting again tries them again
     */
    public record Collected(BuildId build, long objects, long rows, List<String> failures) {

        /**
         * Creates a report from its parts.
         *
         * @param build the cache build ID
         * @param objects how many objects were deleted
         * @param rows how many rows were deleted
         * @param failures what could not be deleted
         */
        public Collected {
            failures = List.copyOf(failures);
        }
    }

    /**
     * Creates a collector.
     *
     * @param s3 the caller's client; it stays open
     * @param bucket the bucket of stored pages
     * @param prefix what {@code CACHE_BUCKET_KEY_PREFIX} says
     * @param dynamo the caller's client; it stays open
     * @param table the tag table
     * @return the collector
     * @throws IllegalArgumentException if {@code prefix} is empty: whatever else is in the bucket would look like a build
     */
    public static OldBuilds of(S3Client s3, String bucket, String prefix, DynamoDbClient dynamo, String table) {
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException("old builds are collected below a prefix only, such as _cache");
        }
        return new OldBuilds(s3, bucket, new ObjectKeys(prefix), dynamo, table, done -> {});
    }

    /**
     * Lets somebody watch long work.
     *
     * @param progress is told, for each folder or build anew, how many objects or rows were listed or deleted so far
     * @return this collector, telling
     */
    public OldBuilds telling(LongConsumer progress) {
        return new OldBuilds(s3, bucket, keys, dynamo, table, progress);
    }

    /**
     * Lists every build that has objects, newest deploy first. Reads the names of all objects.
     *
     * @return the builds
     * @throws io.purgewise.cache.CacheAccessException if the bucket cannot be listed
     */
    public List<Leftover> survey() {
        Set<String> names = new HashSet<>();
        for (String folder : List.of(keys.root(), keys.root() + "__fetch/")) {
            CacheErrors.calling(
                            "listing " + folder + " in bucket",
                            bucket,
                            () -> s3
                                    .listObjectsV2Paginator(list ->
                                            list.bucket(bucket).prefix(folder).delimiter("/"))
                                    .commonPrefixes()
                                    .stream()
                                    .map(common -> common.prefix()
                                            .substring(
                                                    folder.length(),
                                                    common.prefix().length() - 1))
                                    .toList())
                    .forEach(names::add);
        }
        names.remove("__fetch");
        List<Leftover> builds = new ArrayList<>();
        for (String name : names) {
            Leftover found = leftover(BuildId.of(name));
            if (found.objects() > 0) {
                builds.add(found);
            }
        }
        builds.sort(Comparator.comparing(Leftover::deployedAt).reversed());
        return List.copyOf(builds);
    }

    /**
     * Chooses the builds that may go: all of a survey but the newest few and those that are live.
     *
     * @param survey what {@link #survey} answered
     * @param keep how many of the newest builds to keep; at least 1
     * @param live builds to keep however old, such as those of {@link io.purgewise.cache.LiveBuilds#all}; not empty, since
     *     no survey can tell which build is live
     * @return the builds to delete, newest first: the answer of a dry run
     * @throws IllegalArgumentException if {@code keep} is less than 1 or {@code live} is empty
     */
    public static List<BuildId> garbage(List<Leftover> survey, int keep, Collection<BuildId> live) {
        if (keep < 1 || live.isEmpty()) {
            throw new IllegalArgumentException(
                    "keep at least 1 build and name the live ones, but keep was " + keep + " and live " + live);
        }
        return survey.stream()
                .skip(keep)
                .map(Leftover::build)
                .filter(build -> !live.contains(build))
                .toList();
    }

    /**
     * Deletes the objects of a build, then its rows. Can be repeated after a failure.
     *
     * @param build the cache build ID, one that {@link #garbage} answered
     * @return what was deleted
     * @throws io.purgewise.cache.CacheAccessException if a cache cannot be reached; what was deleted stays deleted
     */
    public Collected collect(BuildId build) {
        List<String> failures = new ArrayList<>();
        long[] objects = new long[1];
        for (String folder : List.of(keys.pages(build), keys.fetches(build))) {
            CacheErrors.calling("deleting " + folder + " from bucket", bucket, () -> {
                // A page of a listing holds as many keys as a DeleteObjects call takes, 1,000.
                for (ListObjectsV2Response page : pages(folder)) {
                    List<ObjectIdentifier> batch = page.contents().stream()
                            .map(object ->
                                    ObjectIdentifier.builder().key(object.key()).build())
                            .toList();
                    if (!batch.isEmpty()) {
                        DeleteObjectsResponse response = s3.deleteObjects(delete -> delete.bucket(bucket)
                                .delete(Delete.builder()
                                        .objects(batch)
                                        .quiet(true)
                                        .build()));
                        response.errors().forEach(error -> failures.add(error.key() + ": " + error.code()));
                        objects[0] += batch.size() - response.errors().size();
                        progress.accept(objects[0]);
                    }
                }
                return folder;
            });
        }
        return new Collected(build, objects[0], collectRows(build), failures);
    }

    private Leftover leftover(BuildId build) {
        long[] sums = new long[2];
        Instant[] first = {Instant.MAX};
        for (String folder : List.of(keys.pages(build), keys.fetches(build))) {
            CacheErrors.calling("listing " + folder + " in bucket", bucket, () -> {
                for (S3Object object : pages(folder).contents()) {
                    sums[0]++;
                    sums[1] += object.size();
                    first[0] = object.lastModified().isBefore(first[0]) ? object.lastModified() : first[0];
                    progress.accept(sums[0]);
                }
                return folder;
            });
        }
        return new Leftover(build, first[0], sums[0], sums[1]);
    }

    private ListObjectsV2Iterable pages(String folder) {
        return s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(folder));
    }

    private long collectRows(BuildId build) {
        ScanRequest scan = ScanRequest.builder()
                .tableName(table)
                .consistentRead(true)
                .projectionExpression("#tag, #path")
                .filterExpression("begins_with(#tag, :rows) OR begins_with(#tag, :metadata)")
                .expressionAttributeNames(Map.of("#tag", TagItems.TAG, "#path", TagItems.PATH))
                .expressionAttributeValues(Map.of(
                        ":rows", AttributeValue.fromS(build + "/"),
                        ":metadata", AttributeValue.fromS("__meta_" + build + "_")))
                .build();
        return CacheErrors.calling("deleting rows from table", table, () -> {
            long rows = 0;
            for (Map<String, AttributeValue> key : dynamo.scanPaginator(scan).items()) {
                if (!ownedBy(
                        build,
                        key.getOrDefault(TagItems.TAG, AttributeValue.fromS("")).s())) {
                    continue;
                }
                dynamo.deleteItem(delete -> delete.tableName(table).key(key));
                progress.accept(++rows);
            }
            return rows;
        });
    }

    /** Tells the metadata of build {@code B} from that of a build {@code B_2}, which starts the same. */
    private static boolean ownedBy(BuildId build, String tag) {
        String metadata = "__meta_" + build + "_";
        return !tag.startsWith(metadata)
                || METADATA_KEY.matcher(tag.substring(metadata.length())).matches();
    }
}

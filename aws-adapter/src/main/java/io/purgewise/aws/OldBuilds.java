package io.purgewise.aws;

import io.purgewise.cache.ObjectKeys;
import io.purgewise.site.BuildId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
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
 * <p>First {@link #survey} says what stands there. Only folders that are surely builds of this site are ever deleted; whatever
 * may be something else, such as the folder of another site whose prefix lies below this one's, is reported as
 * {@link Doubtful} and left. Needed actions: {@code s3:ListBucket}, {@code dynamodb:Scan}, and to delete
 * {@code s3:DeleteObject} and {@code dynamodb:DeleteItem}. Clients are the caller's and are not closed. This class is
 * immutable and thread-safe.
 */
public final class OldBuilds {

    private final S3Client s3;
    private final String bucket;
    private final ObjectKeys keys;
    private final BuildRows rows;
    private final LongConsumer progress;

    private OldBuilds(S3Client s3, String bucket, ObjectKeys keys, BuildRows rows, LongConsumer progress) {
        this.s3 = s3;
        this.bucket = bucket;
        this.keys = keys;
        this.rows = rows;
        this.progress = progress;
    }

    /**
     * Says what one build left in the caches.
     *
     * @param build the cache build ID
     * @param deployedAt when its first object was written: its deploy
     * @param objects how many objects it has
     * @param bytes their size
     */
    public record Leftover(BuildId build, Instant deployedAt, long objects, long bytes) {

        public Leftover {
            Objects.requireNonNull(build, "build");
            Objects.requireNonNull(deployedAt, "deployedAt");
        }
    }

    /**
     * Names a folder below the prefix that may be no build of this site, and is therefore never deleted.
     *
     * @param folder its name, right below the prefix
     * @param why what speaks against it
     * @param objects how many objects it has
     * @param bytes their size
     */
    public record Doubtful(String folder, String why, long objects, long bytes) {

        public Doubtful {
            Objects.requireNonNull(folder, "folder");
            Objects.requireNonNull(why, "why");
        }
    }

    /**
     * Says what stands below the prefix.
     *
     * @param builds what is surely a build of this site, newest deploy first
     * @param doubtful what may be something else
     */
    public record Survey(List<Leftover> builds, List<Doubtful> doubtful) {

        public Survey {
            Objects.requireNonNull(builds, "builds");
            Objects.requireNonNull(doubtful, "doubtful");
            builds = List.copyOf(builds);
            doubtful = List.copyOf(doubtful);
        }

        /**
         * Chooses the builds that may go: all but the newest few and those that are live.
         *
         * @param keep how many of the newest builds to keep; at least 1
         * @param live builds to keep however old, such as those of {@link io.purgewise.cache.BuildIds.Live#all}; not empty,
         *     since no survey can tell which build is live
         * @return the builds to delete, newest first: the answer of a dry run
         * @throws IllegalArgumentException if {@code keep} is less than 1, {@code live} is empty, or a live build is not
         *     stored: then its name or the prefix is mistaken, and the build that is live would be taken for garbage
         */
        public List<BuildId> garbage(int keep, Collection<BuildId> live) {
            Objects.requireNonNull(live, "live");
            if (keep < 1 || live.isEmpty()) {
                throw new IllegalArgumentException(
                        "keep at least 1 build and name the live ones, but keep was " + keep + " and live " + live);
            }
            List<BuildId> stored = builds.stream().map(Leftover::build).toList();
            for (BuildId build : live) {
                if (!stored.contains(build)) {
                    throw new IllegalArgumentException("live build " + build + " is not stored below the prefix; "
                            + (stored.isEmpty() ? "no build is" : "stored are " + Excerpt.of(stored.toString())));
                }
            }
            return stored.stream()
                    .skip(keep)
                    .filter(build -> !live.contains(build))
                    .toList();
        }
    }

    /**
     * Says what was deleted of a build.
     *
     * @param build the cache build ID
     * @param objects how many objects were deleted
     * @param rows how many rows were deleted
     * @param failures the keys that could not be deleted, each with AWS's reason; collecting again tries them again
     */
    public record Collected(BuildId build, long objects, long rows, List<String> failures) {

        public Collected {
            Objects.requireNonNull(build, "build");
            Objects.requireNonNull(failures, "failures");
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
        Objects.requireNonNull(s3, "s3");
        Objects.requireNonNull(bucket, "bucket");
        Objects.requireNonNull(prefix, "prefix");
        Objects.requireNonNull(dynamo, "dynamo");
        Objects.requireNonNull(table, "table");
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException("old builds are collected below a prefix only, such as _cache");
        }
        return new OldBuilds(s3, bucket, new ObjectKeys(prefix), new BuildRows(dynamo, table), done -> {});
    }

    /**
     * Lets somebody watch long work.
     *
     * @param progress is told, for each folder or build anew, how many objects or rows were listed or deleted so far
     * @return this collector, telling
     */
    public OldBuilds telling(LongConsumer progress) {
        Objects.requireNonNull(progress, "progress");
        return new OldBuilds(s3, bucket, keys, rows, progress);
    }

    /**
     * Lists every folder of the prefix that has objects. Reads the names of all objects and the keys of all rows.
     *
     * @return the builds, and what may be none
     * @throws io.purgewise.cache.CacheAccessException if the bucket cannot be listed or the table cannot be read
     */
    public Survey survey() {
        Set<String> names = new TreeSet<>();
        for (String folder : List.of(keys.root(), keys.root() + "__fetch/")) {
            names.addAll(folders(folder));
        }
        names.remove("__fetch");
        Set<String> withRows = rows.builds();
        List<Leftover> builds = new ArrayList<>();
        List<Doubtful> doubtful = new ArrayList<>();
        for (String name : names) {
            BuildFolder folder = look(name);
            folder.doubt(withRows::contains)
                    .ifPresentOrElse(why -> doubtful.add(folder.doubtful(why)), () -> builds.add(folder.leftover()));
        }
        builds.sort(Comparator.comparing(Leftover::deployedAt).reversed());
        return new Survey(builds, doubtful);
    }

    /**
     * Deletes the rows of a build, then its objects. Can be repeated after a failure.
     *
     * @param build the cache build ID, one that {@link Survey#garbage} answered
     * @return what was deleted
     * @throws IllegalArgumentException if the folder is not, or no longer, surely a build of this site; nothing was deleted
     * @throws io.purgewise.cache.CacheAccessException if a cache cannot be reached; what was deleted stays deleted
     */
    public Collected collect(BuildId build) {
        Objects.requireNonNull(build, "build");
        // Looked at once more: the survey may be old, and not all callers have one.
        Optional<String> doubt = look(build.value()).doubt(name -> rows.builds().contains(name));
        if (doubt.isPresent()) {
            throw new IllegalArgumentException(
                    "folder " + keys.pages(build) + " may be no build and is not deleted: " + doubt.get());
        }
        long deletedRows = rows.delete(build, progress);
        List<String> failures = new ArrayList<>();
        long[] objects = new long[1];
        for (String each : List.of(keys.pages(build), keys.fetches(build))) {
            CacheErrors.calling("deleting " + each + " from bucket", bucket, () -> {
                // A page of a listing holds as many keys as a DeleteObjects call takes, 1,000.
                for (ListObjectsV2Response page : pages(each)) {
                    objects[0] += delete(page.contents(), failures);
                    progress.accept(objects[0]);
                }
                return each;
            });
        }
        return new Collected(build, objects[0], deletedRows, failures);
    }

    private long delete(List<S3Object> contents, List<String> failures) {
        if (contents.isEmpty()) {
            return 0;
        }
        List<ObjectIdentifier> batch = contents.stream()
                .map(object -> ObjectIdentifier.builder().key(object.key()).build())
                .toList();
        DeleteObjectsResponse response = s3.deleteObjects(delete -> delete.bucket(bucket)
                .delete(Delete.builder().objects(batch).quiet(true).build()));
        response.errors().forEach(error -> failures.add(error.key() + ": " + error.code()));
        return (long) batch.size() - response.errors().size();
    }

    private List<String> folders(String folder) {
        return CacheErrors.calling(
                "listing " + folder + " in bucket",
                bucket,
                () -> s3
                        .listObjectsV2Paginator(
                                list -> list.bucket(bucket).prefix(folder).delimiter("/"))
                        .commonPrefixes()
                        .stream()
                        .map(common -> common.prefix()
                                .substring(folder.length(), common.prefix().length() - 1))
                        .toList());
    }

    private BuildFolder look(String name) {
        BuildFolder found = new BuildFolder(keys, name);
        long[] listed = new long[1];
        for (String folder : List.of(keys.root() + name + "/", keys.root() + "__fetch/" + name + "/")) {
            CacheErrors.calling("listing " + folder + " in bucket", bucket, () -> {
                for (S3Object object : pages(folder).contents()) {
                    found.add(object);
                    progress.accept(++listed[0]);
                }
                return folder;
            });
        }
        return found;
    }

    private ListObjectsV2Iterable pages(String folder) {
        return s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(folder));
    }
}

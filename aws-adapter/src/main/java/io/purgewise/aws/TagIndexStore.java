package io.purgewise.aws;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.TagIndex;
import io.purgewise.site.BuildId;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Keeps a {@link TagIndex} between processes, in a local file or in S3, so that no page is read twice while its ETag stands.
 *
 * <p>Whoever saves last wins, which does no harm: what one index lacks is
 * read once more. The client of a bucket is the caller's and is not closed; it needs {@code s3:GetObject} and
 * {@code s3:PutObject} on the key, and {@code s3:ListBucket} on the bucket so that S3 tells a missing object from a forbidden
 * one. This class is immutable and thread-safe.
 */
public final class TagIndexStore {

    /** A step lists up to 1,000 entries; so much work is lost at the most when a process dies. */
    private static final int STEPS_A_SAVE = 5;

    private final IndexPlace place;

    private TagIndexStore(IndexPlace place) {
        this.place = place;
    }

    /**
     * Keeps the index in a file, which is replaced as a whole.
     *
     * @param file the file; its folder must exist
     * @return the store
     */
    public static TagIndexStore inFile(Path file) {
        Objects.requireNonNull(file, "file");
        return new TagIndexStore(new IndexPlace.OfFile(file));
    }

    /**
     * Keeps the index in an object.
     *
     * @param client the caller's client; it stays open
     * @param bucket a bucket, that of the pages or another
     * @param key the object's key, outside OpenNext's prefixes: one below {@code _cache} would be taken for a build
     * @return the store
     */
    public static TagIndexStore inBucket(S3Client client, String bucket, String key) {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(bucket, "bucket");
        Objects.requireNonNull(key, "key");
        return new TagIndexStore(new IndexPlace.OfObject(client, bucket, key));
    }

    /**
     * Reads what is kept for a build.
     *
     * @param build the cache build ID
     * @return the index, not {@link TagIndex#complete} before it is refreshed; empty if none is kept, or that of another build
     * @throws IndexFileException if what stands there is damaged, no index, or unpacks to far more than an index does (more
     *     than 32 MB and 40 times its size); delete it and build the index again
     * @throws io.purgewise.cache.CacheAccessException if the bucket cannot be read
     */
    public Optional<TagIndex> load(BuildId build) {
        Objects.requireNonNull(build, "build");
        return place.read().flatMap(bytes -> TagIndexFormat.decode(place.toString(), bytes, build));
    }

    /**
     * Keeps an index, in place of the one that stands there.
     *
     * @param index the index; need not be complete
     * @throws IndexFileException if the file cannot be written
     * @throws io.purgewise.cache.CacheAccessException if the bucket cannot be written
     */
    public void save(TagIndex index) {
        Objects.requireNonNull(index, "index");
        place.write(TagIndexFormat.encode(index));
    }

    /**
     * Brings the kept index of a build up to date, or builds it: lists the build and reads the pages that are new or whose
     * ETag has changed. What was read is saved on the way, so that a process that dies is taken up by the next.
     *
     * @param cache where the build is stored
     * @param build the cache build ID
     * @param progress is told of each step
     * @return the complete index
     * @throws IndexFileException if the kept index is damaged; delete it and build the index again
     * @throws io.purgewise.cache.CacheAccessException if the build cannot be read; what was saved stays
     */
    public TagIndex refresh(IncrementalCache cache, BuildId build, Consumer<? super TagIndex.Step> progress) {
        Objects.requireNonNull(cache, "cache");
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(progress, "progress");
        TagIndex index = load(build).orElseGet(() -> TagIndex.empty(build));
        Map<CacheKey, TagIndex.State> saved = index.state();
        for (int steps = 1; !index.complete(); steps++) {
            TagIndex.Step step = index.step(cache);
            index = step.index();
            progress.accept(step);
            // An index that is as it was needs no writing, nor the permission to write.
            if ((index.complete() || steps % STEPS_A_SAVE == 0)
                    && !index.state().equals(saved)) {
                save(index);
                saved = index.state();
            }
        }
        return index;
    }
}

package io.purgewise.aws;

import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.TableKey;
import io.purgewise.site.BuildId;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Deletes the stored entry of a page where that does no lasting harm, so that the next visitor waits for a new one.
 *
 * <p>Revalidating does not need this; it is for entries that are broken. Clients are the caller's and are not closed. This
 * class is immutable and thread-safe.
 */
public final class EntryPurge {

    private final IncrementalCache cache;
    private final Predicate<CacheKey> renderable;
    private final @Nullable DynamoDbClient client;
    private final @Nullable String table;

    private EntryPurge(
            IncrementalCache cache,
            Predicate<CacheKey> renderable,
            @Nullable DynamoDbClient client,
            @Nullable String table) {
        this.cache = cache;
        this.renderable = renderable;
        this.client = client;
        this.table = table;
    }

    /**
     * Creates a purge.
     *
     * @param cache where pages are stored
     * @param renderable tells which pages the site can render on demand, such as {@link OpenNextBuild#renderable}
     * @return the purge
     */
    public static EntryPurge of(IncrementalCache cache, Predicate<CacheKey> renderable) {
        Objects.requireNonNull(cache, "cache");
        Objects.requireNonNull(renderable, "renderable");
        return new EntryPurge(cache, renderable, null, null);
    }

    /**
     * Also tells the servers of a site with the override {@code multi-tier-ddb-s3} (OpenNext 3.4.0 and newer), which would
     * go on serving the entry from their memory: a row with {@code deleted} set, written after the object is gone.
     *
     * @param client the caller's client; it stays open
     * @param table the tag table
     * @return this purge for such a site
     */
    public EntryPurge multiTier(DynamoDbClient client, String table) {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(table, "table");
        return new EntryPurge(cache, renderable, client, table);
    }

    /**
     * Deletes a page's entry.
     *
     * @param build the cache build ID
     * @param key the page's cache key
     * @throws PurgeRefusedException if the page could not be rendered again, or is the shell of a route
     * @throws io.purgewise.cache.CacheAccessException if a cache cannot be reached; the purge can be repeated
     */
    public void purge(BuildId build, CacheKey key) {
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(key, "key");
        if (!renderable.test(key)) {
            throw new PurgeRefusedException(key, "the site cannot render it on demand, or that is not known");
        }
        Optional<CacheEntry> entry;
        try {
            entry = cache.read(build, key);
        } catch (io.purgewise.cache.CorruptEntryException broken) {
            // What is broken is what a purge is for.
            entry = Optional.empty();
        }
        if (entry.isPresent() && entry.get().fallback()) {
            throw new PurgeRefusedException(key, "it is the shell that a route serves its pages from");
        }
        cache.delete(build, key);
        DynamoDbClient metadata = client;
        String name = table;
        if (metadata != null && name != null) {
            AttributeValue row = AttributeValue.fromS(TableKey.ofMetadata(build, key));
            CacheErrors.calling(
                    "marking " + key + " as deleted in table",
                    name,
                    () -> metadata.putItem(put -> put.tableName(name)
                            .item(Map.of(
                                    TagItems.TAG, row, TagItems.PATH, row, "deleted", AttributeValue.fromBool(true)))));
        }
    }
}

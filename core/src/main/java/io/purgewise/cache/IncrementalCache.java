package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.BuildId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads OpenNext's stored pages and fetches, and deletes them. Implementations are thread-safe. */
public interface IncrementalCache {

    /**
     * Reads what is known of a page's entry; its text is not kept.
     *
     * @param build the cache build ID
     * @param key the page's cache key
     * @return the entry; empty if there is none
     * @throws CacheAccessException if the store cannot be read
     * @throws CorruptEntryException if OpenNext could not have written the object
     */
    Optional<CacheEntry> read(BuildId build, CacheKey key);

    /**
     * Reads many entries, as {@link #read} does each; by default one after the other.
     *
     * @param build the cache build ID
     * @param keys the cache keys
     * @return the entries, and the objects that OpenNext could not have written
     * @throws CacheAccessException if the store cannot be read
     */
    default Entries readAll(BuildId build, Collection<CacheKey> keys) {
        requireNonNull(build, "build");
        requireNonNull(keys, "keys");
        Map<CacheKey, CacheEntry> found = new LinkedHashMap<>();
        List<CorruptEntryException> corrupt = new ArrayList<>();
        for (CacheKey key : new LinkedHashSet<>(keys)) {
            try {
                read(build, key).ifPresent(entry -> found.put(key, entry));
            } catch (CorruptEntryException odd) {
                corrupt.add(odd);
            }
        }
        return new Entries(found, corrupt);
    }

    /**
     * Finds the keys under which a page is stored, in either form and for every router.
     *
     * @param build the cache build ID
     * @param pathname the page's path in cache-key form, with its locale if the site has locales
     * @return the keys, none if the page is not stored
     * @throws CacheAccessException if the store cannot be read
     * @throws IllegalArgumentException if {@code pathname} holds an empty or a dot segment
     */
    List<CacheKey> find(BuildId build, String pathname);

    /**
     * Tells whether anything of a build is stored, be it pages or fetches: a build of which nothing is stored is the wrong
     * one, or one that was collected.
     *
     * @param build the cache build ID
     * @return whether a listing shows an entry
     * @throws CacheAccessException if the store cannot be read
     */
    default boolean holds(BuildId build) {
        requireNonNull(build, "build");
        String after = null;
        do {
            Slice slice = list(build, after);
            if (!slice.entries().isEmpty()) {
                return true;
            }
            after = slice.next();
        } while (after != null);
        return false;
    }

    /**
     * Lists a build's entries, pages first and then fetches, one slice at a time; a listing may be taken up again after a
     * crash, by any process.
     *
     * @param build the cache build ID
     * @param after where the last slice ended, null to start
     * @return the next slice, maybe an empty one; entries that are written or deleted meanwhile may or may not be in it
     * @throws CacheAccessException if the store cannot be read
     */
    Slice list(BuildId build, @Nullable String after);

    /**
     * Deletes a page's entry, so that the next visitor waits for a new one. A missing entry is no error.
     *
     * <p>Deleting is not needed to revalidate, and fatal for pages that cannot be rendered on demand (an optional rendered
     * list, {@code dynamicParams = false} or {@code fallback: false}), which then answer 404 or 500 for good.
     *
     * @param build the cache build ID
     * @param key the page's cache key
     * @throws CacheAccessException if the store cannot be changed
     */
    void delete(BuildId build, CacheKey key);

    /**
     * Tells the time by the clock that dates entries. Servers compare marks with those dates, so a mark that is dated by a
     * slower clock misses the entries that were stored just before it.
     *
     * @return the store's time in whole seconds, rounded down; empty if the store does not tell, which is the default
     * @throws CacheAccessException if the store cannot be reached
     */
    default Optional<Instant> time() {
        return Optional.empty();
    }

    /**
     * Holds what many reads have found.
     *
     * @param found the entries, by their keys; a missing one has none
     * @param corrupt the objects that OpenNext could not have written
     */
    record Entries(Map<CacheKey, CacheEntry> found, List<CorruptEntryException> corrupt) {

        public Entries {
            requireNonNull(found, "found");
            requireNonNull(corrupt, "corrupt");
            found = Map.copyOf(found);
            corrupt = List.copyOf(corrupt);
        }
    }

    /**
     * Holds a part of a listing.
     *
     * @param entries the entries found, in the order of their names
     * @param next what to pass on for the next slice; null if this was the last
     */
    record Slice(List<ListedEntry> entries, @Nullable String next) {

        public Slice {
            requireNonNull(entries, "entries");
            entries = List.copyOf(entries);
        }
    }

    /**
     * Describes one entry as a listing shows it.
     *
     * @param entry what it stands for
     * @param name its full name in the store
     * @param lastModified when it was last written, in whole seconds on S3
     * @param eTag changes whenever its content does
     * @param size in bytes
     */
    record ListedEntry(StoredEntry entry, String name, Instant lastModified, String eTag, long size) {

        public ListedEntry {
            requireNonNull(entry, "entry");
            requireNonNull(name, "name");
            requireNonNull(lastModified, "lastModified");
            requireNonNull(eTag, "eTag");
        }
    }
}

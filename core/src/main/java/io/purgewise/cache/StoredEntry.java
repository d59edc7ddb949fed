package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.BuildId;
import java.util.Collection;

/** Says what a table row or an S3 object of OpenNext's caches stands for. */
public sealed interface StoredEntry {

    /**
     * Stands for a page or route handler.
     *
     * @param key its cache key
     */
    record PageEntry(CacheKey key) implements StoredEntry {
        public PageEntry {
            requireNonNull(key, "key");
        }
    }

    /**
     * Stands for the stored answer of a {@code fetch} or {@code unstable_cache}; it has no URL.
     *
     * @param hash 64 lower-case hexadecimal digits
     */
    record FetchEntry(String hash) implements StoredEntry {
        public FetchEntry {
            requireNonNull(hash, "hash");
        }
    }

    /**
     * Stands for the stored answer of a function or component with {@code 'use cache'} (OpenNext 3.6.0 and newer, which calls it
     * composable); it has no URL.
     *
     * @param key the function's ID, its arguments and the build, as Next.js writes them down
     */
    record UseCacheEntry(String key) implements StoredEntry {
        public UseCacheEntry {
            requireNonNull(key, "key");
        }
    }

    /**
     * Stands for a page that nobody can ask for: the shell that Next.js keeps for all pages of a route, such as
     * {@code /photos/[id]}, or a page of its own such as {@code /_not-found}. It is marked like a page and has no URL.
     *
     * @param key its cache key
     */
    record ShellEntry(CacheKey key) implements StoredEntry {
        public ShellEntry {
            requireNonNull(key, "key");
        }
    }

    /**
     * Stands for anything else: a row of another build, of next mode or of the multi-tier cache, or nothing of OpenNext's.
     *
     * @param name the name as it was found
     */
    record OtherEntry(String name) implements StoredEntry {
        public OtherEntry {
            requireNonNull(name, "name");
        }
    }

    /**
     * Parses the attribute {@code path} of a table row.
     *
     * @param build the cache build ID
     * @param path the attribute's value
     * @return what the row stands for
     */
    static StoredEntry ofTablePath(BuildId build, String path) {
        requireNonNull(build, "build");
        requireNonNull(path, "path");
        String name = TableKey.nameIn(build, path).orElse("_tag/");
        if (name.startsWith("_tag/")) {
            return new OtherEntry(path);
        }
        if (CacheKey.FETCH_HASH.matcher(name).matches()) {
            return new FetchEntry(name);
        }
        return UseCacheKey.matches(name) ? new UseCacheEntry(name) : CacheKey.entry(name, path);
    }

    /**
     * Tells what is stored under a page's key.
     *
     * @param key the key
     * @return a page, or a shell if the key alone shows that nobody can ask for the page
     */
    static StoredEntry of(CacheKey key) {
        requireNonNull(key, "key");
        return CacheKey.entry(key.value(), key.value());
    }

    /**
     * Tells what is stored under a page's key together with some tags. A tag of a route tells the shell of that route from a
     * page that has the route's pattern as its path.
     *
     * @param key the key
     * @param tags the tags of the entry, as stored
     * @return a page, or a shell if key or tags show that nobody can ask for the page
     */
    static StoredEntry of(CacheKey key, Collection<String> tags) {
        requireNonNull(tags, "tags");
        StoredEntry entry = of(key);
        return entry instanceof PageEntry && Shells.byTags(key, tags) ? new ShellEntry(key) : entry;
    }

    /** Tells whether pages are rendered from the entry, so that it has to be marked before them. */
    default boolean isData() {
        return this instanceof FetchEntry || this instanceof UseCacheEntry;
    }
}

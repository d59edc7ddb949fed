package io.purgewise.cache;

import io.purgewise.site.BuildId;

/** Says what a table row or an S3 object of OpenNext's caches stands for. */
public sealed interface StoredEntry {

    /**
     * Is a page or route handler.
     *
     * @param key its cache key
     */
    record PageEntry(CacheKey key) implements StoredEntry {}

    /**
     * Is the stored answer of a {@code fetch} or {@code unstable_cache}; it has no URL.
     *
     * @param hash 64 lower-case hexadecimal digits
     */
    record FetchEntry(String hash) implements StoredEntry {}

    /**
     * Is anything else: a {@code 'use cache'} entry, a row of another build, of next mode or of the multi-tier cache, or
     * nothing of OpenNext's.
     *
     * @param name the name as it was found
     */
    record OtherEntry(String name) implements StoredEntry {}

    /**
     * Parses the attribute {@code path} of a table row.
     *
     * @param build the cache build ID
     * @param path the attribute's value
     * @return what the row stands for
     */
    static StoredEntry ofTablePath(BuildId build, String path) {
        String prefix = build + "/";
        if (!path.startsWith(prefix) || path.startsWith(prefix + "_tag/")) {
            return new OtherEntry(path);
        }
        String name = path.substring(prefix.length());
        if (CacheKey.FETCH_HASH.matcher(name).matches()) {
            return new FetchEntry(name);
        }
        // The key of a 'use cache' entry is the JSON text of the build ID, the function's ID and its arguments.
        return name.startsWith("[\"" + build + "\"") ? new OtherEntry(path) : CacheKey.entry(name, path);
    }
}

package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.internal.Quoted;
import io.purgewise.site.BuildId;

/**
 * Builds and parses the keys of OpenNext's S3 objects (OpenNext 2.3.0 and newer).
 *
 * @param prefix what {@code CACHE_BUCKET_KEY_PREFIX} says, {@code _cache} with SST and the CDK reference; may be empty; no
 *     slash at either end
 */
public record ObjectKeys(String prefix) {

    private static final String PAGE_EXTENSION = ".cache";
    private static final String USE_CACHE_EXTENSION = ".composable";
    private static final String FETCH_FOLDER = "__fetch";

    /**
     * Creates the keys below a prefix.
     *
     * @throws IllegalArgumentException if {@code prefix} starts or ends with a slash, or is not in normal form
     */
    public ObjectKeys {
        requireNonNull(prefix, "prefix");
        boolean slash = prefix.startsWith("/") || prefix.endsWith("/");
        if (slash || (!prefix.isEmpty() && !PosixPath.normalize(prefix).equals(prefix))) {
            throw new IllegalArgumentException(
                    "cache prefix must be empty or look like _cache or a/b, but was " + Quoted.of(prefix));
        }
    }

    /**
     * Returns the object that holds a page.
     *
     * @param build the cache build ID
     * @param key the page's cache key
     * @return the S3 key, such as {@code _cache/B/products/1.cache}
     */
    public String page(BuildId build, CacheKey key) {
        requireNonNull(build, "build");
        requireNonNull(key, "key");
        return pages(build) + key + PAGE_EXTENSION;
    }

    /**
     * Returns the object that holds a fetch.
     *
     * @param build the cache build ID
     * @param hash the fetch's hash
     * @return the S3 key, such as {@code _cache/__fetch/B/<hash>}
     */
    public String fetch(BuildId build, String hash) {
        requireNonNull(build, "build");
        requireNonNull(hash, "hash");
        return fetches(build) + hash;
    }

    /**
     * Returns the folder of a build's pages.
     *
     * @param build the cache build ID
     * @return the common start of their S3 keys, with a slash at the end
     */
    public String pages(BuildId build) {
        requireNonNull(build, "build");
        return root() + build + "/";
    }

    /**
     * Returns the folder of a build's fetches.
     *
     * @param build the cache build ID
     * @return the common start of their S3 keys, with a slash at the end
     */
    public String fetches(BuildId build) {
        requireNonNull(build, "build");
        return root() + FETCH_FOLDER + "/" + build + "/";
    }

    /** {@return the common start of all S3 keys: empty, or with a slash at the end} */
    public String root() {
        return prefix.isEmpty() ? "" : prefix + "/";
    }

    /**
     * Parses an S3 key.
     *
     * @param build the cache build ID
     * @param objectKey the S3 key
     * @return what the object stands for
     */
    public StoredEntry parse(BuildId build, String objectKey) {
        requireNonNull(build, "build");
        requireNonNull(objectKey, "objectKey");
        if (objectKey.startsWith(fetches(build))) {
            String hash = objectKey.substring(fetches(build).length());
            return CacheKey.FETCH_HASH.matcher(hash).matches()
                    ? new StoredEntry.FetchEntry(hash)
                    : new StoredEntry.OtherEntry(objectKey);
        }
        if (!objectKey.startsWith(pages(build))) {
            return new StoredEntry.OtherEntry(objectKey);
        }
        String name = objectKey.substring(pages(build).length());
        if (name.endsWith(USE_CACHE_EXTENSION)) {
            return new StoredEntry.UseCacheEntry(withoutEnd(name, USE_CACHE_EXTENSION));
        }
        return name.endsWith(PAGE_EXTENSION)
                ? CacheKey.entry(withoutEnd(name, PAGE_EXTENSION), objectKey)
                : new StoredEntry.OtherEntry(objectKey);
    }

    private static String withoutEnd(String name, String extension) {
        return name.substring(0, name.length() - extension.length());
    }
}

package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.internal.Quoted;
import io.purgewise.site.BuildId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Builds the keys of OpenNext's tag table.
 *
 * <p>OpenNext joins the build ID and a name with Node.js's {@code path.posix.join}, which collapses slashes and resolves dot
 * segments; the same is done here, so that keys are equal byte for byte. A name that climbs out of its build ({@code ../x})
 * is rejected: OpenNext would write it into another build's rows.
 */
public final class TableKey {

    /** DynamoDB's limit for a partition key, in UTF-8 bytes. */
    private static final int MAX_TAG_BYTES = 2048;

    /** DynamoDB's limit for a sort key, in UTF-8 bytes. */
    private static final int MAX_PATH_BYTES = 1024;

    private static final String NEXT_MODE_INFIX = "_tag";

    private TableKey() {}

    /**
     * Joins a name to its build.
     *
     * @param build the cache build ID
     * @param name a tag or a cache key; a leading slash makes no difference
     * @return the joined key, such as {@code B/products/1}; the bare build ID for an empty name
     * @throws IllegalArgumentException if the name leaves its build
     */
    public static String of(BuildId build, String name) {
        requireNonNull(build, "build");
        requireNonNull(name, "name");
        return within(build.value(), build, name);
    }

    /**
     * Builds the value of the attribute {@code tag} in original mode.
     *
     * @param build the cache build ID
     * @param tag the stored tag
     * @return the key
     * @throws IllegalArgumentException if the tag leaves its build or the key is over 2,048 bytes
     */
    public static String ofTag(BuildId build, String tag) {
        requireNonNull(build, "build");
        requireNonNull(tag, "tag");
        return limited(of(build, tag), "tag", MAX_TAG_BYTES);
    }

    /**
     * Builds the value of the attribute {@code path} in original mode.
     *
     * @param build the cache build ID
     * @param entry a page's cache key or the hash of a fetch
     * @return the key
     * @throws IllegalArgumentException if the entry leaves its build or the key is over 1,024 bytes
     */
    public static String ofPath(BuildId build, String entry) {
        requireNonNull(build, "build");
        requireNonNull(entry, "entry");
        return limited(of(build, entry), "path", MAX_PATH_BYTES);
    }

    /**
     * Builds the value of both attributes in next mode.
     *
     * @param build the cache build ID
     * @param tag the stored tag
     * @return the key, such as {@code B/_tag/products}
     * @throws IllegalArgumentException if the tag leaves the build's tags or the key is over 1,024 bytes
     */
    public static String ofNextModeTag(BuildId build, String tag) {
        requireNonNull(build, "build");
        requireNonNull(tag, "tag");
        return limited(within(build + "/" + NEXT_MODE_INFIX, build, tag), "path", MAX_PATH_BYTES);
    }

    /**
     * Builds both attributes of the row that the override {@code multi-tier-ddb-s3} keeps for a page (OpenNext 3.4.0 and
     * newer): no join there, the key keeps its leading slash.
     *
     * @param build the cache build ID
     * @param key the page's cache key
     * @return the key, such as {@code __meta_B_/products/1}
     */
    public static String ofMetadata(BuildId build, CacheKey key) {
        requireNonNull(build, "build");
        requireNonNull(key, "key");
        return limited("__meta_" + build + "_/" + key, "path", MAX_PATH_BYTES);
    }

    /**
     * Returns what a key names within a build: the opposite of {@link #of}.
     *
     * @param build the cache build ID
     * @param key the attribute {@code tag} or {@code path} of a row
     * @return the tag, the cache key or the hash as it is joined to the build; empty if the key is another build's
     */
    public static Optional<String> nameIn(BuildId build, String key) {
        requireNonNull(key, "key");
        String prefix = requireNonNull(build, "build") + "/";
        return key.startsWith(prefix) ? Optional.of(key.substring(prefix.length())) : Optional.empty();
    }

    private static String within(String prefix, BuildId build, String name) {
        String joined = PosixPath.join(prefix, name);
        if (!joined.equals(prefix) && !joined.startsWith(prefix + "/")) {
            throw new IllegalArgumentException(
                    Quoted.of(name) + " leaves build " + build + ": OpenNext would store it as " + Quoted.of(joined));
        }
        return joined;
    }

    private static String limited(String key, String attribute, int maxBytes) {
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > maxBytes) {
            throw new IllegalArgumentException("DynamoDB takes at most " + maxBytes + " bytes for the key " + attribute
                    + ", but it has " + bytes + ": " + Quoted.of(key));
        }
        return key;
    }
}

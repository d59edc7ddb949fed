package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.BuildId;

/** Names the two ways in which OpenNext uses its tag table; marks in the wrong one have no effect. */
public enum TagCacheMode {
    /**
     * Keeps a row for each tag of each entry: the overrides {@code dynamodb} (the default) and {@code dynamodb-lite}. The
     * table is an index from tags to entries, as far as rows were ever written.
     */
    ORIGINAL,
    /** Keeps one row for each revalidated tag: the override {@code dynamodb-nextMode}, OpenNext 3.5.0 and newer. */
    NEXT_MODE;

    /**
     * Returns the table key of a tag in this mode.
     *
     * @param build the cache build ID
     * @param tag the stored tag
     * @return the value of the attribute {@code tag}, and in next mode of {@code path} too
     * @throws IllegalArgumentException if the tag would leave its build or is too long for the table
     */
    public String tagKey(BuildId build, String tag) {
        requireNonNull(build, "build");
        requireNonNull(tag, "tag");
        return this == ORIGINAL ? TableKey.ofTag(build, tag) : TableKey.ofNextModeTag(build, tag);
    }
}

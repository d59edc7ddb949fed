package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.BuildId;

/**
 * Names the ways in which OpenNext uses its tag table, by what {@code open-next.config.ts} says under {@code
 * override.tagCache}. A mark that is written for the wrong mode has no effect, or another one than was asked for.
 */
public enum TagCacheMode {
    /**
     * Keeps a row for each tag of each entry: {@code dynamodb}, the default. The table is an index from tags to entries, as
     * far as rows were ever written.
     */
    ORIGINAL,
    /**
     * Keeps the rows of {@link #ORIGINAL} and reads them otherwise: {@code dynamodb-lite}, OpenNext 3.0.3 and newer; the only
     * one that serves stale entries (3.10.0 and newer).
     */
    LITE,
    /** Keeps one row for each revalidated tag: {@code dynamodb-nextMode}, OpenNext 3.5.0 and newer. */
    NEXT_MODE;

    /**
     * {@return whether the table keeps a row for each tag of each entry, and so knows which entries carry a tag as far
     * as rows were ever written}
     */
    public boolean listsEntries() {
        return this != NEXT_MODE;
    }

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
        return listsEntries() ? TableKey.ofTag(build, tag) : TableKey.ofNextModeTag(build, tag);
    }
}

package io.purgewise.cache;

/**
 * Names OpenNext's implementations of a tag cache on AWS, as {@code open-next.config.ts} does under
 * {@code override.tagCache}. They judge the same row differently, see {@link TagRow}.
 */
public enum TagReader {
    /** {@code dynamodb}, the default. */
    DYNAMODB(TagCacheMode.ORIGINAL),
    /** {@code dynamodb-lite}, OpenNext 3.0.3 and newer; the only one that serves stale entries (3.10.0 and newer). */
    DYNAMODB_LITE(TagCacheMode.ORIGINAL),
    /** {@code dynamodb-nextMode}, OpenNext 3.5.0 and newer. */
    DYNAMODB_NEXT_MODE(TagCacheMode.NEXT_MODE);

    private final TagCacheMode mode;

    TagReader(TagCacheMode mode) {
        this.mode = mode;
    }

    /**
     * Tells how the reader uses the table.
     *
     * @return the mode
     */
    public TagCacheMode mode() {
        return mode;
    }
}

package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds one row of OpenNext's tag table: a link between a tag and an entry, with the last mark put on it.
 *
 * <p>How readers judge an entry that is older than its row (OpenNext 2.2.0 to 4.1.12, run): a row of {@link #expire} is
 * expired for every reader; a row of {@link #staleWhileRevalidate} is served once more by {@code dynamodb-lite} 3.10.0 and
 * newer with Next.js 16, has <em>no effect at all</em> there with older Next.js, and is expired everywhere else.
 *
 * @param tag the partition key, with its build
 * @param path the sort key, with its build
 * @param revalidatedAt when the tag was last marked, in milliseconds; 1 ms after the epoch on rows that a build or a first
 *     write registered
 * @param stale from when the entry is stale, or null; OpenNext 3.10.0 and newer
 * @param expire from when the entry must not be served, or null; OpenNext 3.10.0 and newer
 */
public record TagRow(
        String tag,
        String path,
        Instant revalidatedAt,
        @Nullable Instant stale,
        @Nullable Instant expire) {

    /** What a build, and a server on first write, put into {@code revalidatedAt} (OpenNext 3.1.1 and newer). */
    public static final Instant REGISTERED = Instant.ofEpochMilli(1);

    /**
     * Names a row: its partition key and its sort key, each with its build.
     *
     * @param tag the attribute {@code tag}, see {@link TagCacheMode#tagKey}
     * @param path the attribute {@code path}, see {@link TableKey#ofPath}
     */
    public record Key(String tag, String path) implements Comparable<Key> {

        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::tag).thenComparing(Key::path);

        /**
         * Creates a key from its parts.
         *
         * @throws IllegalArgumentException if one of them is empty
         */
        public Key {
            requireNonNull(tag, "tag");
            requireNonNull(path, "path");
            if (tag.isEmpty() || path.isEmpty()) {
                throw new IllegalArgumentException(
                        "a row needs both keys, but tag was \"" + tag + "\" and path \"" + path + "\"");
            }
        }

        /** Orders keys by tag, then by path, both in code-unit order. */
        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, requireNonNull(other, "other"));
        }
    }

    /**
     * Creates a row; times are cut to milliseconds.
     *
     * @throws IllegalArgumentException if a key is empty
     */
    public TagRow {
        new Key(tag, path);
        requireNonNull(revalidatedAt, "revalidatedAt");
        revalidatedAt = revalidatedAt.truncatedTo(ChronoUnit.MILLIS);
        stale = stale == null ? null : stale.truncatedTo(ChronoUnit.MILLIS);
        expire = expire == null ? null : expire.truncatedTo(ChronoUnit.MILLIS);
    }

    /** {@return the two keys that name the row in the table} */
    public Key key() {
        return new Key(tag, path);
    }

    /**
     * Creates the row that makes every version of OpenNext treat the entry as missing from now on.
     *
     * @param tag the partition key
     * @param path the sort key
     * @param now the time of the mark
     * @return the row, as {@code revalidatePath} and {@code updateTag} write it
     */
    public static TagRow expire(String tag, String path, Instant now) {
        requireNonNull(now, "now");
        return new TagRow(tag, path, now, null, now);
    }

    /**
     * Creates the row that lets an entry be served while it is rendered anew.
     *
     * @param tag the partition key
     * @param path the sort key
     * @param now the time of the mark
     * @param window how long it may be served; {@code revalidateTag(tag, "max")} means 365 days
     * @return the row
     * @throws IllegalArgumentException if {@code window} is not positive
     */
    public static TagRow staleWhileRevalidate(String tag, String path, Instant now, Duration window) {
        requireNonNull(now, "now");
        requireNonNull(window, "window");
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("window must be positive, but was " + window);
        }
        return new TagRow(tag, path, now, now, now.plus(window));
    }

    /**
     * Creates the row that links a tag to an entry and marks nothing.
     *
     * @param tag the partition key
     * @param path the sort key
     * @return the row, as OpenNext's build writes it
     */
    public static TagRow registered(String tag, String path) {
        return new TagRow(tag, path, REGISTERED, null, null);
    }

    /** {@return whether the row expires later than it was marked, so that old entries may be served for a while} */
    public boolean servesStale() {
        return expire != null && expire.isAfter(revalidatedAt);
    }

    /**
     * Combines this mark with the one that already stands, so that no order of writers loses a mark.
     *
     * <p>The later mark wins; but an expiry stays in force below a later stale-while-revalidate, whose row then carries the
     * time of that expiry in {@code expire}: both readers of original mode treat entries older than it as missing, and newer
     * ones as stale. OpenNext itself overwrites the expiry in that case.
     *
     * @param standing the row in the table, with the same keys
     * @return the row that has to stand afterwards; empty if {@code standing} says it all already
     * @throws IllegalArgumentException if the keys differ
     */
    public Optional<TagRow> over(TagRow standing) {
        requireNonNull(standing, "standing");
        if (!key().equals(standing.key())) {
            throw new IllegalArgumentException("rows of different keys: " + this + " and " + standing);
        }
        boolean standingWins = revalidatedAt.isBefore(standing.revalidatedAt)
                || (revalidatedAt.equals(standing.revalidatedAt) && servesStale());
        TagRow later = standingWins ? standing : this;
        TagRow earlier = standingWins ? this : standing;
        TagRow result = later.keeping(earlier.expiredAt(later.revalidatedAt));
        return result.equals(standing) ? Optional.empty() : Optional.of(result);
    }

    /** Returns the time before which entries must not be served at all, as it stands at a given time. */
    private Instant expiredAt(Instant time) {
        if (expire == null) {
            return revalidatedAt;
        }
        return expire.isAfter(time) ? REGISTERED : expire;
    }

    /** Puts an earlier expiry back in force if this mark alone would let older entries be served. */
    private TagRow keeping(Instant expiry) {
        if (expire == null || expire.equals(revalidatedAt) || !expiry.isAfter(REGISTERED)) {
            return this;
        }
        boolean hidden = servesStale() || expire.isBefore(expiry);
        return hidden ? new TagRow(tag, path, revalidatedAt, stale, expiry) : this;
    }
}

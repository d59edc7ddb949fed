package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.NextVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what a mark means and how far the mark of a page reaches. Instances are immutable and thread-safe.
 *
 * @param staleWindow how long marked entries may be served while they are rendered anew; null to expire them at once
 * @param reach how far the mark of a page reaches
 * @param notes what the policy does otherwise than asked; goes into each {@link Marking}
 */
public record MarkPolicy(@Nullable Duration staleWindow, Reach reach, List<String> notes) {

    /** Expires entries at once and reaches as far as OpenNext: what {@code revalidatePath} and {@code updateTag} do. */
    public static final MarkPolicy EXPIRE = new MarkPolicy(null, Reach.LIKE_OPENNEXT, List.of());

    /**
     * Names how far the mark of a page reaches beyond the page's own rows.
     *
     * <p>A page that is rendered anew takes its data from the stored fetches, so these have to be marked with it, or the new
     * page holds the old data. Which fetches a page used is stored nowhere; what is stored is that both carry the same tags.
     * In next mode the page's own tag reaches its fetches, and nothing else is marked with either choice.
     */
    public enum Reach {
        /**
         * Marks every row of every tag that the page carries, as OpenNext 3.0.8 and newer does: its data, and every other
         * page that shares a tag with it. Marking {@code /products/7} expires all pages tagged {@code products}.
         */
        LIKE_OPENNEXT,
        /**
         * Marks the rows of stored data (fetches and {@code 'use cache'} entries) under every tag that the page carries, and
         * leaves other pages alone: they keep their HTML until they are marked themselves. Their own next rendering asks for
         * the shared data anew.
         */
        OWN_DATA
    }

    /** Says what to do where a site does not serve stale entries. */
    public enum Otherwise {
        /** Throw {@link StaleNotServedException}. */
        REFUSE,
        /** Expire entries at once and say so in {@link Marking#notes}. */
        EXPIRE
    }

    /**
     * Creates a policy from its parts.
     *
     * @param staleWindow how long marked entries may be served, or null
     * @param reach how far the mark of a page reaches
     * @param notes what the policy does otherwise than asked
     * @throws IllegalArgumentException if {@code staleWindow} is not positive
     */
    public MarkPolicy {
        requireNonNull(reach, "reach");
        requireNonNull(notes, "notes");
        if (staleWindow != null && (staleWindow.isNegative() || staleWindow.isZero())) {
            throw new IllegalArgumentException("window must be positive, but was " + staleWindow);
        }
        notes = List.copyOf(notes);
    }

    /**
     * Creates a policy that serves old entries while they are rendered anew, where the site can do so.
     *
     * <p>Only {@code dynamodb-lite} with Next.js 16 does. The other readers expire such entries at once, and
     * {@code dynamodb-lite} with older Next.js ignores the mark until its window has passed, so it is never written there.
     *
     * @param window how long; 365 days is {@code revalidateTag(tag, "max")}
     * @param version the site's version of Next.js
     * @param reader the site's tag cache, of OpenNext 3.10.0 or newer
     * @param otherwise what to do where the site does not serve stale entries
     * @return the policy
     * @throws StaleNotServedException if the site does not and {@code otherwise} refuses
     * @throws IllegalArgumentException if {@code window} is not positive
     */
    public static MarkPolicy staleWhileRevalidate(
            Duration window, NextVersion version, TagReader reader, Otherwise otherwise) {
        requireNonNull(window, "window");
        requireNonNull(version, "version");
        requireNonNull(reader, "reader");
        requireNonNull(otherwise, "otherwise");
        MarkPolicy stale = new MarkPolicy(window, Reach.LIKE_OPENNEXT, List.of());
        String obstacle;
        if (!version.supports(NextVersion.Feature.STALE_WHILE_REVALIDATE)) {
            obstacle = "Next.js " + version + " is older than " + NextVersion.Feature.STALE_WHILE_REVALIDATE.since();
        } else if (reader != TagReader.DYNAMODB_LITE) {
            obstacle = "the tag cache " + reader + " expires entries at once whatever the row says";
        } else {
            return stale;
        }
        if (otherwise == Otherwise.REFUSE) {
            throw new StaleNotServedException(obstacle);
        }
        return new MarkPolicy(
                null, Reach.LIKE_OPENNEXT, List.of("expired at once instead of served stale, since " + obstacle));
    }

    /**
     * Changes how far the mark of a page reaches.
     *
     * @param reach how far
     * @return this policy with another reach
     */
    public MarkPolicy reaching(Reach reach) {
        requireNonNull(reach, "reach");
        return new MarkPolicy(staleWindow, reach, notes);
    }

    TagRow row(TagRow.Key key, Instant now) {
        return staleWindow == null
                ? TagRow.expire(key.tag(), key.path(), now)
                : TagRow.staleWhileRevalidate(key.tag(), key.path(), now, staleWindow);
    }
}

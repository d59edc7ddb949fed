package io.purgewise.cache;

import io.purgewise.site.NextVersion;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what a mark means and how far the mark of a page reaches.
 *
 * @param staleWindow how long marked entries may be served while they are rendered anew; null to expire them at once
 * @param reach how far the mark of a page reaches
 */
public record MarkPolicy(@Nullable Duration staleWindow, Reach reach) {

    /** Expires entries at once and reaches as far as OpenNext: what {@code revalidatePath} and {@code updateTag} do. */
    public static final MarkPolicy EXPIRE = new MarkPolicy(null, Reach.LIKE_OPENNEXT);

    /**
     * Names how far the mark of a page reaches beyond the page's own rows.
     *
     * <p>A page that is rendered anew takes its data from the stored fetches, so these have to be marked with it, or the new
     * page holds the old data. Which fetches a page used is stored nowhere; what is stored is that both carry the same tags.
     */
    public enum Reach {
        /**
         * Marks every row of every tag that the page carries, as OpenNext 3.0.8 and newer does: its data, and every other
         * page that shares a tag with it. Marking {@code /products/7} expires all pages tagged {@code products}.
         */
        LIKE_OPENNEXT,
        /**
         * Marks the rows of stored fetches under every tag that the page carries, and leaves other pages alone: they keep
         * their HTML until they are marked themselves. Their own next rendering fetches the shared data anew.
         */
        OWN_DATA
    }

    /**
     * Creates a policy that serves old entries while they are rendered anew.
     *
     * <p>Only the override {@code dynamodb-lite} of OpenNext 3.10.0 and newer with Next.js 16 does so. Other readers expire
     * the entry at once, and {@code dynamodb-lite} with older Next.js ignores the mark, which is why a version is asked for.
     *
     * @param window how long; 365 days is {@code revalidateTag(tag, "max")}
     * @param version the site's version of Next.js
     * @return the policy
     * @throws io.purgewise.site.UnsupportedNextVersionException if the version is older than 16
     * @throws IllegalArgumentException if {@code window} is not positive
     */
    public static MarkPolicy staleWhileRevalidate(Duration window, NextVersion version) {
        version.require(NextVersion.Feature.STALE_WHILE_REVALIDATE);
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("window must be positive, but was " + window);
        }
        return new MarkPolicy(window, Reach.LIKE_OPENNEXT);
    }

    /**
     * Changes how far the mark of a page reaches.
     *
     * @param reach how far
     * @return this policy with another reach
     */
    public MarkPolicy reaching(Reach reach) {
        return new MarkPolicy(staleWindow, reach);
    }

    TagRow row(String tag, String path, Instant now) {
        return staleWindow == null
                ? TagRow.expire(tag, path, now)
                : TagRow.staleWhileRevalidate(tag, path, now, staleWindow);
    }
}

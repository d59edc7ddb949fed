package io.purgewise.revalidate;

import static java.util.Objects.requireNonNull;

import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses what a mark means and how far the mark of a page reaches. Instances are immutable and thread-safe. */
public final class MarkPolicy {

    /** Expires entries at once and reaches as far as OpenNext: what {@code revalidatePath} and {@code updateTag} do. */
    public static final MarkPolicy EXPIRE = new MarkPolicy(null, false, Reach.LIKE_OPENNEXT, List.of());

    private final @Nullable Duration staleWindow;
    private final boolean mayExpire;
    private final Reach reach;
    private final List<String> notes;

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

    private MarkPolicy(@Nullable Duration staleWindow, boolean mayExpire, Reach reach, List<String> notes) {
        this.staleWindow = staleWindow;
        this.mayExpire = mayExpire;
        this.reach = reach;
        this.notes = notes;
    }

    /**
     * Creates a policy that serves old entries while they are rendered anew.
     *
     * <p>Only {@link TagCacheMode#LITE} with Next.js 16 and OpenNext 3.10.0 or newer does so. The other tag caches expire
     * such entries at once, and {@code dynamodb-lite} with older Next.js ignores the mark until its window has passed. So a
     * {@link Revalidator} of any other site refuses this policy, unless it {@linkplain #orExpire may expire} entries instead.
     *
     * @param window how long; 365 days is {@code revalidateTag(tag, "max")}
     * @return the policy
     * @throws IllegalArgumentException if {@code window} is not positive
     */
    public static MarkPolicy staleWhileRevalidate(Duration window) {
        requireNonNull(window, "window");
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("window must be positive, but was " + window);
        }
        return new MarkPolicy(window, false, Reach.LIKE_OPENNEXT, List.of());
    }

    /**
     * {@return this policy, which expires entries at once where a site cannot serve them stale; each receipt then says
     * so in a note}
     */
    public MarkPolicy orExpire() {
        return new MarkPolicy(staleWindow, true, reach, notes);
    }

    /**
     * Changes how far the mark of a page reaches.
     *
     * @param reach how far; default {@link Reach#LIKE_OPENNEXT}
     * @return this policy with another reach
     */
    public MarkPolicy reaching(Reach reach) {
        return new MarkPolicy(staleWindow, mayExpire, requireNonNull(reach, "reach"), notes);
    }

    /**
     * Turns this policy into what a site can do.
     *
     * @throws IllegalArgumentException if the site cannot serve stale entries and they may not expire instead
     */
    MarkPolicy on(Site site, TagCacheMode mode) {
        String obstacle = staleWindow == null ? null : obstacle(site, mode);
        if (obstacle == null) {
            return this;
        }
        if (!mayExpire) {
            throw new IllegalArgumentException("entries cannot be served stale: " + obstacle
                    + "; expire them instead (MarkPolicy.orExpire), or use dynamodb-lite with Next.js 16");
        }
        return new MarkPolicy(null, true, reach, List.of("expired at once instead of served stale, since " + obstacle));
    }

    private static @Nullable String obstacle(Site site, TagCacheMode mode) {
        NextVersion version = site.nextVersion().orElse(null);
        if (version == null) {
            return "the site does not say its version of Next.js (Site.Builder.nextVersion)";
        }
        if (!version.supports(NextVersion.Feature.STALE_WHILE_REVALIDATE)) {
            return "Next.js " + version + " is older than " + NextVersion.Feature.STALE_WHILE_REVALIDATE.since();
        }
        return mode == TagCacheMode.LITE
                ? null
                : "the tag cache of mode " + mode + " expires entries at once whatever the row says";
    }

    Reach reach() {
        return reach;
    }

    /** Lists what the policy does otherwise than asked; mostly empty. */
    List<String> notes() {
        return notes;
    }

    TagRow row(TagRow.Key key, Instant now) {
        return staleWindow == null
                ? TagRow.expire(key.tag(), key.path(), now)
                : TagRow.staleWhileRevalidate(key.tag(), key.path(), now, staleWindow);
    }

    /** Returns what a mark means and how far it reaches. */
    @Override
    public String toString() {
        return (staleWindow == null ? "expire" : "serve stale for " + staleWindow + (mayExpire ? " or expire" : ""))
                + ", reaching " + reach;
    }
}

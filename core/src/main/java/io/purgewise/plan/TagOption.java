package io.purgewise.plan;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.CdnTag;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.util.Set;

/**
 * Offers the planner a cache tag that clears some of the patterns for the price of one path.
 *
 * <p>Only for a distribution whose {@code CacheTagConfig} is on and whose objects were cached with the tag. Values are immutable
 * and thread-safe.
 *
 * @param tag the tag
 * @param clears the required patterns that the tag clears whole; patterns that the plan does not need are ignored
 * @param unnameable the URLs among what is required that the tag clears and that no path can name
 * @param collateral the weight of pages that the tag clears although nobody asked for them; not negative. It is added to that of
 *     the other items: a page that two of them clear counts twice
 */
public record TagOption(CdnTag tag, Set<UrlPattern> clears, Set<UnnameableUrl> unnameable, long collateral) {

    /** The most collateral that the planner can add up. */
    public static final long MOST_COLLATERAL = InvalidationPlanner.SUMS;

    /**
     * Creates an option with its own copies of the sets.
     *
     * @throws IllegalArgumentException if {@code collateral} is negative or more than 2^59
     */
    public TagOption {
        requireNonNull(tag, "tag");
        clears = Set.copyOf(requireNonNull(clears, "clears"));
        unnameable = Set.copyOf(requireNonNull(unnameable, "unnameable"));
        if (collateral < 0 || collateral > MOST_COLLATERAL) {
            throw new IllegalArgumentException(
                    "collateral of tag " + tag.spelling() + " must be 0 to 2^59, but was " + collateral);
        }
    }

    /**
     * Creates an option of a tag that clears nothing but patterns that are asked for.
     *
     * @param tag the tag
     * @param clears the required patterns that the tag clears whole
     * @return the option
     */
    public static TagOption of(CdnTag tag, Set<UrlPattern> clears) {
        return new TagOption(tag, clears, Set.of(), 0);
    }
}

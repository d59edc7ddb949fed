package io.purgewise.plan;

import io.purgewise.site.CdnTag;
import io.purgewise.site.UrlPattern;
import java.util.Set;

/**
 * Offers the planner a cache tag that clears some of the patterns for the price of one path.
 *
 * <p>Only for a distribution whose {@code CacheTagConfig} is on and whose objects were cached with the tag. What the tag
 * clears beyond the patterns is the caller's to know: the planner counts no collateral for it. Values are immutable and
 * thread-safe.
 *
 * @param tag the tag
 * @param clears the required patterns that the tag clears whole; patterns that the plan does not need are ignored
 */
public record TagOption(CdnTag tag, Set<UrlPattern> clears) {

    /**
     * Creates an option with its own copy of the patterns.
     *
     * @param tag the tag
     * @param clears the required patterns that the tag clears whole
     */
    public TagOption {
        clears = Set.copyOf(clears);
    }
}

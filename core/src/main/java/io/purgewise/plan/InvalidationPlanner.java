package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.util.Collection;
import java.util.List;

/**
 * Finds the cheapest set of invalidation items that clears what must be cleared.
 *
 * <p>Planners are immutable, thread-safe and cheap to make; each call is a pure function of its arguments and starts no
 * thread.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class InvalidationPlanner {

    private final PlanPolicy policy;

    private InvalidationPlanner(PlanPolicy policy) {
        this.policy = policy;
    }

    /**
     * Creates a planner.
     *
     * @param policy what its plans may do and should save
     * @return the planner
     */
    public static InvalidationPlanner of(PlanPolicy policy) {
        return new InvalidationPlanner(policy);
    }

    /**
     * Returns the policy of this planner.
     *
     * @return the policy
     */
    public PlanPolicy policy() {
        return policy;
    }

    /**
     * Plans the invalidation of some patterns.
     *
     * @param patterns what must be cleared, in any order, repeats allowed; empty gives the empty plan
     * @param known the URLs that the site is known to have, or {@link UrlIndex#unknown()}
     * @return the cheapest plan, or the limit that leaves none
     * @throws IllegalArgumentException if prices and weights are so large that their sums exceed 64 bits, or the patterns have
     *     2 GB together
     */
    public PlanAnswer plan(Collection<UrlPattern> patterns, UrlIndex known) {
        return plan(patterns, known, List.of());
    }

    /**
     * Plans the invalidation of some patterns where cache tags may be used as well.
     *
     * @param patterns what must be cleared, in any order, repeats allowed; empty gives the empty plan
     * @param known the URLs that the site is known to have, or {@link UrlIndex#unknown()}
     * @param tags tags that clear some of the patterns, each for the price of one path
     * @return the cheapest plan, or the limit that leaves none
     * @throws IllegalArgumentException if prices and weights are so large that their sums exceed 64 bits, or the patterns have
     *     2 GB together
     */
    public PlanAnswer plan(Collection<UrlPattern> patterns, UrlIndex known, Collection<TagOption> tags) {
        throw new UnsupportedOperationException("the search is not written yet");
    }

    /**
     * Lists the trade between items and collateral for some patterns, for a picture.
     *
     * @param patterns what must be cleared, in any order, repeats allowed
     * @param known the URLs that the site is known to have, or {@link UrlIndex#unknown()}
     * @return costs by rising number of items and falling collateral, within the policy's limits: none can have less of one
     *     without more of the other; all of them for up to 2,000 patterns, beyond that those on the convex hull
     * @throws IllegalArgumentException as {@link #plan(Collection, UrlIndex)} does
     */
    public List<Cost> alternatives(Collection<UrlPattern> patterns, UrlIndex known) {
        throw new UnsupportedOperationException("the search is not written yet");
    }
}

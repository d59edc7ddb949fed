package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cheapest set of invalidation items that clears what must be cleared.
 *
 * <p>A plan is the least in objective ({@link PriceList#objective}), then collateral, then items, then wildcards, then in the
 * code-unit order of its list of items. Of the wildcards that clear the same patterns only the longest that the policy allows is
 * considered, even where a shorter one would clear no more known URL: nobody knows all URLs of a site.
 *
 * <p>Planners are immutable, thread-safe and cheap to make; each call is a pure function of its arguments and starts no
 * thread.
 */
public final class InvalidationPlanner {

    /** The largest sum of prices or weights; a few of them together stay below 2^63. */
    private static final long SUMS = 1L << 59;

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
     * @throws IllegalArgumentException if prices and weights are so large that their sums exceed 2^59, or the patterns have
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
     * @param tags tags that clear some of the patterns, each for the price of one path; all sets of up to nine are tried (fewer
     *     for more than 32,768 patterns), of more tags the plan is found step by step and says its {@link InvalidationPlan#gap()}
     * @return the cheapest plan, or the limit that leaves none
     * @throws IllegalArgumentException if prices and weights are so large that their sums exceed 2^59, or the patterns have
     *     2 GB together
     */
    public PlanAnswer plan(Collection<UrlPattern> patterns, UrlIndex known, Collection<TagOption> tags) {
        Problem problem = problem(patterns, known);
        InvalidationPlan plan = solve(problem, tags);
        return plan != null ? new PlanAnswer.Planned(plan) : infeasible(problem, tags);
    }

    /**
     * Lists the trade between items and collateral for some patterns, for a picture.
     *
     * @param patterns what must be cleared, in any order, repeats allowed
     * @param known the URLs that the site is known to have, or {@link UrlIndex#unknown()}
     * @return costs by rising number of items and falling collateral, within the policy's limits: none can have less of one
     *     without more of the other; all such costs as long as that takes a few seconds, as it does for hundreds of patterns,
     *     otherwise those on the convex hull, which some price of a page makes the cheapest
     * @throws IllegalArgumentException as {@link #plan(Collection, UrlIndex)} does
     */
    public List<Cost> alternatives(Collection<UrlPattern> patterns, UrlIndex known) {
        return Frontier.of(problem(patterns, known)).stream()
                .map(totals -> cost(totals))
                .toList();
    }

    Problem problem(Collection<UrlPattern> required, UrlIndex known) {
        SortedPatterns patterns = SortedPatterns.of(required);
        long most = mostCollateral(patterns.size(), known);
        requireInRange(patterns.size(), most);
        PatternTrie trie = PatternTrie.of(patterns, new WildcardRules(policy, known.isUnknown()));
        TrieWeights.fill(trie, known, policy);
        return Problem.of(trie, policy, most);
    }

    private long mostCollateral(int patterns, UrlIndex known) {
        if (!known.isUnknown()) {
            return known.weight();
        }
        long siblings = policy.siblings().orElse(0);
        if (siblings > SUMS / Math.max(1, patterns)) {
            throw new IllegalArgumentException(
                    "assumed siblings of " + siblings + " for " + patterns + " patterns exceed 2^59 together");
        }
        return siblings * patterns;
    }

    /** Checks all sums that the search can meet before it starts: then it needs no checks of its own. */
    private void requireInRange(int patterns, long most) {
        PriceList prices = policy.prices();
        if (most > SUMS
                || prices.pathPrice() > SUMS / Math.max(1, patterns)
                || prices.refillPrice() > SUMS / Math.max(1, most)) {
            throw new IllegalArgumentException("the price of " + patterns + " items at " + prices.pathPrice()
                    + " micro-dollars and of collateral up to " + most + " at " + prices.refillPrice()
                    + " micro-dollars must be at most 2^59 micro-dollars each");
        }
    }

    private @Nullable InvalidationPlan solve(Problem problem, Collection<TagOption> tags) {
        if (tags.isEmpty()) {
            Found found = PlanSearch.solve(problem);
            return found == null
                    ? null
                    : plan(problem, found.choice(), found.choice().totals(), found.gap(), List.of());
        }
        TagSearch.Tagged tagged = TagSearch.solve(problem, tags);
        return tagged == null
                ? null
                : plan(
                        problem,
                        tagged.rest().choice(),
                        tagged.totals(),
                        tagged.rest().gap(),
                        tagged.tags());
    }

    /**
     * Finds the limit that binds. Without the limit on wildcards there is always a plan, each pattern as its own item; without the
     * limit on collateral there may be one.
     */
    private PlanAnswer infeasible(Problem problem, Collection<TagOption> tags) {
        InvalidationPlan moreWildcards =
                solve(problem.withMaxWildcards(problem.trie().leaves()), tags);
        if (moreWildcards == null) {
            throw new IllegalStateException(
                    "every pattern as its own item must be a plan without a limit on wildcards");
        }
        InvalidationPlan moreCollateral = problem.maxCollateral() < problem.most()
                ? solve(problem.withMaxCollateral(PlanPolicy.NO_LIMIT), tags)
                : null;
        return moreCollateral != null && moreCollateral.cost().compareTo(moreWildcards.cost()) < 0
                ? new PlanAnswer.Infeasible(Limit.MAX_COLLATERAL, moreCollateral)
                : new PlanAnswer.Infeasible(Limit.MAX_WILDCARDS, moreWildcards);
    }

    private InvalidationPlan plan(Problem problem, Choice choice, Totals totals, long gap, List<TagOption> tags) {
        List<UrlPattern> patterns = ItemList.listOf(problem.trie().patterns().patterns());
        return new InvalidationPlan(
                policy.prices(), cost(totals), gap, patterns, ItemList.of(problem.trie(), choice.units(), tags));
    }

    private Cost cost(Totals totals) {
        return Cost.of(policy.prices(), totals.collateral(), totals.items(), totals.wildcards());
    }
}

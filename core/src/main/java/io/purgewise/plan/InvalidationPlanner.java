package io.purgewise.plan;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
    static final long SUMS = 1L << 59;

    private static final Comparator<UnnameableUrl> WIDEST_FIRST =
            Comparator.comparing(UnnameableUrl::url).thenComparing(UnnameableUrl::prefix, Comparator.reverseOrder());

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
        return new InvalidationPlanner(requireNonNull(policy, "policy"));
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
     * @return the cheapest plan; where a limit leaves none, the cheapest without it, which says so
     * @throws IllegalArgumentException if prices and weights are so large that their sums exceed 2^59, or the patterns have
     *     2 GB together
     */
    public InvalidationPlan plan(Collection<UrlPattern> patterns, UrlIndex known) {
        return plan(patterns, List.of(), known, List.of());
    }

    /**
     * Plans the invalidation of some patterns and of URLs that no path can name, where cache tags may be used as well.
     *
     * <p>An unnameable URL is cleared by a tag, or by a wildcard that stops before what cannot be named, and counts what that
     * clears besides as collateral. The policy decides: such a wildcard must keep clear of protected prefixes, end where the
     * granularity says, be inside {@code wildcardsInside}, and leave the plan within {@code maxWildcards} and
     * {@code maxCollateral} (of an unknown site nobody can count collateral, so there it is only allowed without that limit). If
     * there is a tag and no such wildcard, the tag is taken; of several, the one with the least collateral. If the limits do not
     * reach for all, those that clear least besides come first. What is left is in {@link InvalidationPlan#unclearable()}.
     *
     * @param patterns what must be cleared, in any order, repeats allowed
     * @param unnameable what must be cleared as far as the policy allows, in any order, repeats allowed
     * @param known the URLs that the site is known to have, or {@link UrlIndex#unknown()}
     * @param tags tags that clear some of the patterns, each for the price of one path, with collateral of their own; the best set is
     *     found by branch and bound, which stops after some seconds and then says the {@link InvalidationPlan#gap()}
     * @return the cheapest plan; where a limit leaves none, the cheapest without it, which says so
     * @throws IllegalArgumentException if prices and weights are so large that their sums exceed 2^59, or the patterns have
     *     2 GB together
     */
    public InvalidationPlan plan(
            Collection<UrlPattern> patterns,
            Collection<UnnameableUrl> unnameable,
            UrlIndex known,
            Collection<TagOption> tags) {
        requireNonNull(patterns, "patterns");
        requireNonNull(unnameable, "unnameable");
        requireNonNull(known, "known");
        requireNonNull(tags, "tags");
        requireInRange(patterns.size() + tags.size(), collateral(tags));
        Set<UnnameableUrl> wanted = new TreeSet<>(unnameable);
        List<StandIn> standIns = standIns(wanted, known);
        Set<UnnameableUrl> byTagOnly = clearedByTags(wanted, tags);
        standIns.forEach(standIn -> byTagOnly.remove(standIn.url()));
        Instance instance = instance(patterns, known, standIns);
        TagSearch.Tagged found = TagSearch.solve(instance, tags, byTagOnly);
        if (found == null && !standIns.isEmpty()) {
            // The limits do not reach for all: what a tag can clear needs no wildcard, of the rest as many as go.
            byTagOnly.addAll(clearedByTags(wanted, tags));
            standIns.removeIf(standIn -> byTagOnly.contains(standIn.url()));
            int fit = 0;
            for (int beyond = standIns.size() + 1; beyond > fit; ) {
                int some = (fit + beyond) >>> 1;
                Instance fewer = instance(patterns, known, standIns.subList(0, some));
                TagSearch.Tagged fewerFound = TagSearch.solve(fewer, tags, byTagOnly);
                if (fewerFound != null || some == 0) {
                    instance = fewer;
                    found = fewerFound;
                    fit = some + 1;
                } else {
                    beyond = some;
                }
            }
        }
        return found != null
                ? plan(instance, found, wanted, null)
                : planWithoutLimit(instance, tags, byTagOnly, wanted);
    }

    /** Returns the wildcards that the policy allows in place of unnameable URLs, those that clear least besides first. */
    private List<StandIn> standIns(Set<UnnameableUrl> unnameable, UrlIndex known) {
        WildcardRules rules = new WildcardRules(policy, known.isUnknown());
        List<StandIn> standIns = new ArrayList<>();
        UnnameableUrl last = null;
        for (UnnameableUrl url : unnameable.stream().sorted(WIDEST_FIRST).toList()) {
            boolean contained = last != null && last.prefix() && url.url().startsWith(last.url());
            last = contained ? last : url;
            UrlPattern pattern = contained ? null : rules.standIn(url);
            if (pattern != null) {
                long weight = url.prefix()
                        ? known.weightUnder(url.url())
                        : known.weightOf(url.url()).orElse(0);
                standIns.add(new StandIn(pattern, url, weight));
            }
        }
        standIns.sort(Comparator.<StandIn>comparingLong(
                        standIn -> known.weightUnder(standIn.pattern().path()) - standIn.weight())
                .thenComparing(Comparator.naturalOrder()));
        return standIns;
    }

    private static Set<UnnameableUrl> clearedByTags(Set<UnnameableUrl> wanted, Collection<TagOption> tags) {
        Set<UnnameableUrl> cleared = new TreeSet<>();
        tags.forEach(tag -> cleared.addAll(tag.unnameable()));
        cleared.retainAll(wanted);
        return cleared;
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
        requireNonNull(patterns, "patterns");
        requireNonNull(known, "known");
        return Frontier.of(instance(patterns, known, List.of())).stream()
                .map(totals -> cost(totals))
                .toList();
    }

    Instance instance(Collection<UrlPattern> required, UrlIndex known, Collection<StandIn> standIns) {
        SortedPatterns patterns = SortedPatterns.of(required).plus(standIns);
        long most = mostCollateral(patterns.size(), known);
        requireInRange(patterns.size(), most);
        PatternTrie trie = PatternTrie.of(patterns, new WildcardRules(policy, known.isUnknown()));
        TrieWeights.fill(trie, known, policy);
        return Instance.of(trie, policy, most);
    }

    private long mostCollateral(int patterns, UrlIndex known) {
        if (!known.isUnknown()) {
            return known.weight();
        }
        long siblings = policy.assumedSiblings().orElse(0);
        if (siblings > SUMS / Math.max(1, patterns)) {
            throw new IllegalArgumentException(
                    "assumed siblings of " + siblings + " for " + patterns + " patterns exceed 2^59 together");
        }
        return siblings * patterns;
    }

    private static long collateral(Collection<TagOption> tags) {
        long sum = 0;
        for (TagOption tag : tags) {
            sum = Math.min(SUMS + 1, sum + tag.collateral());
        }
        return sum;
    }

    /** Checks all sums that the search can meet before it starts: then it needs no checks of its own. */
    private void requireInRange(int patterns, long most) {
        PriceList prices = policy.prices();
        if (policy.waitPrice() > SUMS / Math.max(1, policy.quotaTable().waitMillis(patterns, patterns))) {
            throw new IllegalArgumentException("waiting for " + patterns + " items at " + policy.waitPrice()
                    + " micro-dollars a millisecond must be at most 2^59 micro-dollars");
        }
        if (most > SUMS
                || prices.pathPrice() > SUMS / Math.max(1, patterns)
                || prices.refillPrice() > SUMS / Math.max(1, most)) {
            throw new IllegalArgumentException("the price of " + patterns + " items at " + prices.pathPrice()
                    + " micro-dollars and of collateral up to " + most + " at " + prices.refillPrice()
                    + " micro-dollars must be at most 2^59 micro-dollars each");
        }
    }

    /** Finds the best plan without the limit whose absence costs least. */
    private InvalidationPlan planWithoutLimit(
            Instance instance, Collection<TagOption> tags, Set<UnnameableUrl> byTagOnly, Set<UnnameableUrl> wanted) {
        Map<InvalidationPlan.Limit, Instance.Limits> without = new EnumMap<>(InvalidationPlan.Limit.class);
        Instance.Limits limits = instance.limits();
        without.put(InvalidationPlan.Limit.MAX_WILDCARDS, limits.withoutWildcards());
        without.put(InvalidationPlan.Limit.MAX_COLLATERAL, limits.withoutCollateral());
        without.put(InvalidationPlan.Limit.MAX_TIME, limits.withoutTime());
        InvalidationPlan best = null;
        for (Map.Entry<InvalidationPlan.Limit, Instance.Limits> one : without.entrySet()) {
            TagSearch.Tagged found = one.getValue().equals(limits)
                    ? null
                    : TagSearch.solve(instance.within(one.getValue()), tags, byTagOnly);
            if (found != null && (best == null || cost(found.totals()).compareTo(best.cost()) < 0)) {
                best = plan(instance, found, wanted, one.getKey());
            }
        }
        if (best != null) {
            return best;
        }
        // Two limits leave none, each for itself. Without both there is always a plan, each pattern as its own item.
        Instance unlimited = instance.within(limits.withoutWildcards().withoutTime());
        TagSearch.Tagged found =
                requireNonNull(TagSearch.solve(unlimited, tags, byTagOnly), "every pattern as its own item");
        return plan(instance, found, wanted, InvalidationPlan.Limit.MAX_WILDCARDS);
    }

    private InvalidationPlan plan(
            Instance instance,
            TagSearch.Tagged found,
            Set<UnnameableUrl> wanted,
            InvalidationPlan.@Nullable Limit exceeds) {
        ItemList items = ItemList.of(instance.trie(), found.rest().choice().units(), found.tags());
        List<UnnameableUrl> unclearable =
                wanted.stream().filter(url -> !items.clears(url)).toList();
        return new InvalidationPlan(policy, cost(found.totals()), found.rest().gap(), items, unclearable, exceeds);
    }

    private Cost cost(Totals totals) {
        return Cost.of(policy, totals.collateral(), totals.items(), totals.wildcards());
    }
}

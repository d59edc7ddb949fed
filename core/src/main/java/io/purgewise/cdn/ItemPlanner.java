package io.purgewise.cdn;

import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Turns what must be cleared into invalidation items; the seam between the planner's room and this one.
 *
 * <p>A planner must clear every pattern and every tag; the drainer checks it. It may be called from any thread.
 */
@FunctionalInterface
public interface ItemPlanner {

    /**
     * Plans items.
     *
     * @param patterns the patterns that must be cleared; may be empty if there are tags
     * @param tags the cache tags that must be cleared
     * @param widening how far the plan may clear more than was asked; never {@link Escalation#EVERYTHING}, which needs no plan
     * @return items that clear everything asked
     */
    List<InvalidationItem> plan(Set<UrlPattern> patterns, Set<CdnTag> tags, Escalation widening);

    /**
     * Weighs what items clear although nobody asked for it, for the events of a drain.
     *
     * @param patterns the patterns that must be cleared
     * @param items what will be sent
     * @return the weight of known URLs that a wildcard or URL among the items clears and no pattern matches, each counted
     *     once; 0 for a planner that knows no URLs, as this default does. Cache tags are not weighed
     */
    default long collateral(Set<UrlPattern> patterns, List<InvalidationItem> items) {
        return 0;
    }

    /**
     * Returns a planner that asks for each pattern as it is, less what a wildcard among them clears anyway. With
     * {@link Escalation#FEWEST_ITEMS} it takes one wildcard at the longest common prefix of all patterns.
     *
     * @return the planner
     */
    static ItemPlanner verbatim() {
        return (patterns, tags, widening) -> {
            List<InvalidationItem> items = new ArrayList<>(tags);
            if (widening != Escalation.NONE && patterns.size() > 1) {
                items.add(UrlPattern.prefix(PatternCover.commonPrefix(patterns)));
                return items;
            }
            PatternCover cover =
                    PatternCover.of(patterns.stream().filter(UrlPattern::prefix).toList());
            for (UrlPattern pattern : new TreeSet<>(patterns)) {
                if (!cover.coversBeyondItself(pattern)) {
                    items.add(pattern);
                }
            }
            return items;
        };
    }

    /**
     * Returns a planner that takes the cheapest items of the planner's room. With {@link Escalation#FEWEST_ITEMS} collateral
     * counts nothing; for an unknown site it then takes what {@link #verbatim()} does.
     *
     * <p>The policy's limit on wildcards is the limit of one plan: since batches go out in waves that fit the quotas,
     * {@code withMaxWildcards(Integer.MAX_VALUE)} is often right. Where a limit leaves no plan, the cheapest plan without that
     * limit is taken, since a change must be cleared.
     *
     * @param policy what the plans may do and should save
     * @param known gives the URLs that the site is known to have; asked for each plan, so it may change
     * @return the planner
     */
    static ItemPlanner cheapest(PlanPolicy policy, Supplier<UrlIndex> known) {
        return new PlannedItems(policy, known);
    }
}

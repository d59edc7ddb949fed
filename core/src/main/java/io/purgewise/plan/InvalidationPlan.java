package io.purgewise.plan;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lists the items that clear what must be cleared, with their cost and the reason for each.
 *
 * <p>Plans are computed before anything is sent. Instances are immutable and thread-safe.
 */
public final class InvalidationPlan {

    private final PlanPolicy policy;
    private final Cost cost;
    private final long gap;
    private final ItemList items;
    private final List<UnnameableUrl> unclearable;
    private final @Nullable Limit exceeds;

    InvalidationPlan(
            PlanPolicy policy,
            Cost cost,
            long gap,
            ItemList items,
            List<UnnameableUrl> unclearable,
            @Nullable Limit exceeds) {
        this.policy = policy;
        this.cost = cost;
        this.gap = gap;
        this.items = items;
        this.unclearable = unclearable;
        this.exceeds = exceeds;
    }

    /**
     * Returns the limit that this plan does not keep, because no plan keeps it.
     *
     * @return nothing for a plan within all limits of the policy. Otherwise the plan is the cheapest one without that limit: it
     *     clears all patterns, and must be sent in parts where the limit is the CDN's. Where more than one limit leaves no plan,
     *     the one whose absence costs least
     */
    public Optional<Limit> exceeds() {
        return Optional.ofNullable(exceeds);
    }

    /**
     * Returns what was asked for and stays uncleared: URLs that CloudFront cannot name, where the policy allows no wildcard that
     * clears them and no tag does.
     *
     * @return sorted; empty where all is cleared
     */
    public List<UnnameableUrl> unclearable() {
        return unclearable;
    }

    /**
     * Returns the items in code-unit order of their spelling, each once.
     *
     * @return an immutable list with random access; its elements are made when they are asked for, so that a plan of a million
     *     items stays small
     */
    public List<InvalidationItem> items() {
        return items;
    }

    /**
     * Returns what the plan costs.
     *
     * @return the cost
     */
    public Cost cost() {
        return cost;
    }

    /**
     * Returns the proven bound on how far this plan's objective is from the cheapest one.
     *
     * @return micro-dollars; 0 when the plan is proven to be the cheapest. It always is where neither the free tier's end nor the
     *     limit on collateral falls inside the trade-off, and up to 2,000 patterns as long as {@link PlanPolicy#searchMemory()}
     *     lasts; with many tags as far as the search for them came to its end
     */
    public long gap() {
        return gap;
    }

    /**
     * Returns the patterns that the plan clears.
     *
     * @return sorted, each once, without those that a required prefix contains
     */
    public List<UrlPattern> patterns() {
        return items.required();
    }

    /**
     * Tells whether an item of this plan that names paths clears a URL. Tag items are not asked: which URLs carry a tag only
     * the CDN knows.
     *
     * @param url a URL in CloudFront's spelling
     * @return whether an exact item equals it or a wildcard starts it
     */
    public boolean clears(String url) {
        return items.clears(requireNonNull(url, "url"));
    }

    /**
     * Explains each item: what it clears, what it costs, and what its patterns would have cost one by one.
     *
     * @return the explanation; made anew by each call, its size follows the number of patterns
     */
    public PlanExplanation explain() {
        PriceList prices = policy.prices();
        List<PlanExplanation.Entry> entries = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            List<UrlPattern> clears = items.clears(i);
            long collateral = items.collateral(i);
            entries.add(new PlanExplanation.Entry(
                    items.get(i),
                    clears,
                    collateral,
                    prices.pathPrice() + prices.refillPrice() * collateral,
                    prices.pathPrice() * clears.size()));
        }
        List<UrlPattern> patterns = patterns();
        int prefixes = (int) patterns.stream().filter(UrlPattern::prefix).count();
        return new PlanExplanation(cost, gap, entries, Cost.of(policy, 0, patterns.size(), prefixes));
    }

    /** Returns the cost and what the plan does not keep or clear, not the items. */
    @Override
    public String toString() {
        return "InvalidationPlan[cost=" + cost + ", gap=" + gap + (exceeds == null ? "" : ", exceeds=" + exceeds)
                + (unclearable.isEmpty() ? "" : ", unclearable=" + unclearable.size()) + "]";
    }

    /** Names a limit of a {@link PlanPolicy} that can leave no plan. */
    public enum Limit {
        /** Stands for {@link PlanPolicy#maxWildcards()}: the patterns demand more wildcards than it allows. */
        MAX_WILDCARDS("maxWildcards"),
        /** Stands for {@link PlanPolicy#maxCollateral()}: so few wildcards would clear too much. */
        MAX_COLLATERAL("maxCollateral"),
        /** Stands for {@link PlanPolicy#maxTime()}: the quotas let so many items or wildcards through too late. */
        MAX_TIME("maxTime");

        private final String spelling;

        Limit(String spelling) {
            this.spelling = spelling;
        }

        /** Returns the name of the policy's field, such as {@code maxWildcards}. */
        @Override
        public String toString() {
            return spelling;
        }
    }
}

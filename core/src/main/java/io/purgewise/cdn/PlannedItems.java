package io.purgewise.cdn;

import io.purgewise.plan.InvalidationPlanner;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Asks the planner's room for the cheapest items, and for the fewest when the outbox must be smaller. Thread-safe. */
final class PlannedItems implements ItemPlanner {

    private final InvalidationPlanner planner;
    private final InvalidationPlanner fewest;
    private final Supplier<UrlIndex> known;

    PlannedItems(PlanPolicy policy, Supplier<UrlIndex> known) {
        this.planner = InvalidationPlanner.of(policy);
        this.fewest = InvalidationPlanner.of(policy.toBuilder()
                .prices(policy.prices().withRefillPrice(0))
                .maxCollateral(PlanPolicy.NO_LIMIT)
                .build());
        this.known = known;
    }

    @Override
    public List<InvalidationItem> plan(Set<UrlPattern> patterns, Set<CdnTag> tags, Escalation widening) {
        UrlIndex index = known.get();
        if (widening != Escalation.NONE && index.isUnknown()) {
            // Of an unknown site the planner takes no wildcard that nobody asked for, whatever it would save.
            return ItemPlanner.verbatim().plan(patterns, tags, widening);
        }
        List<InvalidationItem> items = new ArrayList<>(tags);
        // A limit that leaves no plan must not leave a change uncleared: then the cheapest plan without that limit will
        // do.
        items.addAll((widening == Escalation.NONE ? planner : fewest)
                .plan(patterns, index)
                .items());
        return items;
    }

    @Override
    public long collateral(Set<UrlPattern> patterns, List<InvalidationItem> items) {
        return Collateral.of(known.get(), patterns, items);
    }
}

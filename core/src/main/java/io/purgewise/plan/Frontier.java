package io.purgewise.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the trade between items, collateral and waiting: all that is not dominated, or the corners of the convex hull of items and
 * collateral.
 */
final class Frontier {

    private static final int MOST_CORNERS = 200;
    private static final long SUMS = 1L << 60;

    private static final Comparator<Totals> BY_ITEMS = Comparator.comparingInt(Totals::items)
            .thenComparingLong(Totals::collateral)
            .thenComparingInt(Totals::wildcards);

    private final Instance instance;
    private final List<Totals> found = new ArrayList<>();

    private Frontier(Instance instance) {
        this.instance = instance;
    }

    static List<Totals> of(Instance instance) {
        if (instance.trie().leaves() == 0) {
            return List.of(new Totals(0, 0, 0));
        }
        List<Totals> all = ParetoSearch.frontier(instance);
        if (all == null) {
            Frontier frontier = new Frontier(instance);
            frontier.corners();
            all = frontier.found;
        }
        return undominated(instance, all);
    }

    /** Keeps what no other one equals or beats in items, collateral and waiting. */
    private static List<Totals> undominated(Instance instance, List<Totals> all) {
        List<Totals> kept = new ArrayList<>();
        TreeMap<Long, Long> leastCollateral = new TreeMap<>(); // by waiting, of what is kept: falling
        for (Totals totals : all.stream().sorted(BY_ITEMS).toList()) {
            long wait = instance.waitCost(totals.items(), totals.wildcards());
            Map.Entry<Long, Long> sooner = leastCollateral.floorEntry(wait);
            if (sooner == null || totals.collateral() < sooner.getValue()) {
                leastCollateral.tailMap(wait, true).values().removeIf(more -> more >= totals.collateral());
                leastCollateral.put(wait, totals.collateral());
                kept.add(totals);
            }
        }
        return kept;
    }

    /** Finds corners between the two ends: for the slope between two known ones, the best plan is on the line or below it. */
    private void corners() {
        Totals fewest =
                solve(Math.min(instance.most() + 1, SUMS / instance.trie().leaves()), 1);
        Totals purest = solve(0, 1);
        if (fewest == null || purest == null) {
            return;
        }
        List<Totals[]> open = new ArrayList<>();
        open.add(new Totals[] {fewest, purest});
        for (int i = 0; i < open.size() && found.size() < MOST_CORNERS; i++) {
            Totals low = open.get(i)[0];
            Totals high = open.get(i)[1];
            long itemPrice = low.collateral() - high.collateral();
            long collateralPrice = (long) high.items() - low.items();
            if (itemPrice <= 0
                    || collateralPrice <= 0
                    || itemPrice > SUMS / instance.trie().leaves()
                    || collateralPrice > SUMS / Math.max(1, instance.most())) {
                continue; // nothing between them, or weights so large that the sums would overflow
            }
            Totals corner = solve(itemPrice, collateralPrice);
            if (corner != null && value(corner, itemPrice, collateralPrice) < value(low, itemPrice, collateralPrice)) {
                open.add(new Totals[] {low, corner});
                open.add(new Totals[] {corner, high});
            }
        }
    }

    private static long value(Totals totals, long itemPrice, long collateralPrice) {
        return itemPrice * totals.items() + collateralPrice * totals.collateral();
    }

    private @Nullable Totals solve(long itemPrice, long collateralPrice) {
        Choice choice = WildcardLimitedSearch.solve(
                instance.trie(),
                new WildcardLimitedSearch.Prices(itemPrice, collateralPrice, 0),
                instance.maxWildcards(),
                wildcards -> 0);
        if (choice == null) {
            return null;
        }
        if (instance.allows(choice.totals())) {
            found.add(choice.totals());
        }
        return choice.totals();
    }
}

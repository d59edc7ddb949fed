package io.purgewise.plan;

import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.util.List;
import java.util.Objects;

/**
 * Explains a plan item by item, as values and as a text that a person can read.
 *
 * <p>Values are immutable and thread-safe.
 *
 * @param cost what the plan costs
 * @param gap micro-dollars by which the plan's objective may exceed the cheapest possible one; 0 when it is the cheapest
 * @param entries one for each item, in the plan's order
 * @param asSinglePaths what it would cost to list every pattern as an item of its own
 */
public record PlanExplanation(Cost cost, long gap, List<Entry> entries, Cost asSinglePaths) {

    private static final int SHOWN_PATTERNS = 5;

    /** Creates an explanation with its own copy of the entries. */
    public PlanExplanation {
        Objects.requireNonNull(entries, "entries");
        Objects.requireNonNull(asSinglePaths, "asSinglePaths");
        Objects.requireNonNull(cost, "cost");
        entries = List.copyOf(entries);
    }

    /**
     * Explains one item.
     *
     * @param item the item
     * @param clears the required patterns that it clears, sorted; patterns that a required prefix contains are left out
     * @param collateral weight of known URLs that it clears although no pattern asks for it
     * @param price micro-dollars that it costs beyond the free paths: the path price, plus what its collateral is worth
     * @param priceAsSinglePaths micro-dollars that its patterns would cost as items of their own, beyond the free paths
     */
    public record Entry(
            InvalidationItem item, List<UrlPattern> clears, long collateral, long price, long priceAsSinglePaths) {

        /** Creates an entry from its parts. */
        public Entry {
            Objects.requireNonNull(item, "item");
            clears = List.copyOf(Objects.requireNonNull(clears, "clears"));
        }

        private void describe(StringBuilder out) {
            out.append(item.spelling());
            if (item instanceof UrlPattern && !item.isWildcard()) {
                out.append('\n');
                return;
            }
            out.append("  clears ").append(clears.size()).append(clears.size() == 1 ? " pattern" : " patterns");
            out.append(", collateral ").append(collateral);
            out.append(", ").append(dollars(price));
            out.append(" instead of ").append(dollars(priceAsSinglePaths)).append('\n');
            for (UrlPattern pattern : clears.subList(0, Math.min(SHOWN_PATTERNS, clears.size()))) {
                out.append("    ").append(pattern).append('\n');
            }
            if (clears.size() > SHOWN_PATTERNS) {
                out.append("    and ").append(clears.size() - SHOWN_PATTERNS).append(" more\n");
            }
        }
    }

    private static String dollars(long micros) {
        return "$%d.%06d".formatted(micros / 1_000_000, micros % 1_000_000);
    }

    /** Returns the explanation as text: a line for the whole, then each item with the first few patterns it clears. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        out.append(cost.items()).append(cost.items() == 1 ? " item" : " items");
        out.append(" (").append(cost.wildcards()).append(" wildcards), bill ").append(dollars(cost.money()));
        out.append(", collateral ").append(cost.collateral());
        out.append(", time ").append(cost.time().toMillis() / 1_000).append(" s");
        out.append(", objective ").append(dollars(cost.objective()));
        if (gap > 0) {
            out.append(", at most ").append(dollars(gap)).append(" above the cheapest");
        }
        out.append("; as single paths ").append(asSinglePaths.items()).append(" items, ");
        out.append(dollars(asSinglePaths.money())).append(", time ");
        out.append(asSinglePaths.time().toMillis() / 1_000).append(" s\n");
        entries.forEach(entry -> entry.describe(out.append("  ")));
        return out.toString();
    }
}

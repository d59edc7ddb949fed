package io.purgewise.plan;

import java.util.Comparator;

/**
 * Says what a plan costs, in every coin.
 *
 * <p>The natural order is the planner's preference: objective, collateral, items, wildcards. Values are immutable and
 * thread-safe.
 *
 * @param objective micro-dollars: {@code money} plus the worth of the collateral
 * @param money micro-dollars that CloudFront charges
 * @param collateral weight of known URLs that the plan clears although no pattern asks for it
 * @param items entries of the invalidation, each billed as one path
 * @param wildcards how many of the items are wildcards
 */
public record Cost(long objective, long money, long collateral, int items, int wildcards) implements Comparable<Cost> {

    private static final Comparator<Cost> PREFERENCE = Comparator.comparingLong(Cost::objective)
            .thenComparingLong(Cost::collateral)
            .thenComparingInt(Cost::items)
            .thenComparingInt(Cost::wildcards);

    /**
     * Prices a number of items and their collateral.
     *
     * @param prices the price list
     * @param collateral weight evicted although nobody asked
     * @param items how many items
     * @param wildcards how many of them are wildcards
     * @return the cost
     * @throws ArithmeticException if the sum exceeds 64 bits
     */
    public static Cost of(PriceList prices, long collateral, int items, int wildcards) {
        return new Cost(prices.objective(items, collateral), prices.money(items), collateral, items, wildcards);
    }

    @Override
    public int compareTo(Cost other) {
        return PREFERENCE.compare(this, other);
    }
}

package io.purgewise.plan;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Comparator;

/**
 * Adds up what a plan costs in each of three currencies: dollars, pages to render again, and time until all is cleared.
 *
 * <p>The natural order is the planner's preference: objective, collateral, items, wildcards. Values are immutable and
 * thread-safe.
 *
 * @param objective micro-dollars: {@code money} plus the worth of the collateral and of waiting for quotas
 * @param money micro-dollars that CloudFront charges
 * @param collateral weight of known URLs that the plan clears although no pattern asks for it
 * @param items entries of the invalidation, each billed as one path
 * @param wildcards how many of the items are wildcards
 * @param time how long it takes until all is cleared under {@link PlanPolicy#quotaTable()}
 */
public record Cost(long objective, long money, long collateral, int items, int wildcards, Duration time)
        implements Comparable<Cost> {

    private static final Comparator<Cost> PREFERENCE = Comparator.comparingLong(Cost::objective)
            .thenComparingLong(Cost::collateral)
            .thenComparingInt(Cost::items)
            .thenComparingInt(Cost::wildcards);

    /** Creates a cost from its parts. */
    public Cost {
        requireNonNull(time, "time");
    }

    /**
     * Prices a number of items and their collateral.
     *
     * @param policy the prices and the quotas
     * @param collateral weight evicted although nobody asked
     * @param items how many items
     * @param wildcards how many of them are wildcards
     * @return the cost
     * @throws ArithmeticException if the sum exceeds 64 bits
     */
    public static Cost of(PlanPolicy policy, long collateral, int items, int wildcards) {
        PriceList prices = requireNonNull(policy, "policy").prices();
        QuotaTable quotas = policy.quotaTable();
        long waiting = Math.multiplyExact(policy.waitPrice(), quotas.waitMillis(items, wildcards));
        return new Cost(
                Math.addExact(prices.objective(items, collateral), waiting),
                prices.money(items),
                collateral,
                items,
                wildcards,
                quotas.time(items, wildcards));
    }

    @Override
    public int compareTo(Cost other) {
        requireNonNull(other, "other");
        return PREFERENCE.compare(this, other);
    }
}

package io.purgewise.cdn;

import io.purgewise.plan.PriceList;

/**
 * Bounds the paths that an AWS account submits in a month (UTC), free ones included.
 *
 * <p>With {@link BudgetReaction#WIDEN} at the hard limit each drain still costs one path per distribution; the other reactions
 * keep within the limit, as far as the ledger knows of everything that the account submits. Instances are immutable and
 * thread-safe.
 *
 * @param softPaths from how many paths on {@code atSoft} holds
 * @param hardPaths from how many paths on {@code atHard} holds; not less than {@code softPaths}
 * @param atSoft what to do beyond the soft limit
 * @param atHard what to do beyond the hard limit
 */
public record Budget(long softPaths, long hardPaths, BudgetReaction atSoft, BudgetReaction atHard) {

    /** No limit at all. */
    public static final Budget UNLIMITED =
            new Budget(Long.MAX_VALUE, Long.MAX_VALUE, BudgetReaction.WIDEN, BudgetReaction.WIDEN);

    /**
     * Creates a budget of checked limits.
     *
     * @param softPaths the soft limit
     * @param hardPaths the hard limit
     * @param atSoft what to do beyond the soft limit
     * @param atHard what to do beyond the hard limit
     * @throws IllegalArgumentException if a limit is negative or the hard one less than the soft one
     */
    public Budget {
        if (softPaths < 0 || hardPaths < softPaths) {
            throw new IllegalArgumentException(
                    "a budget needs 0 <= soft <= hard, but had " + softPaths + " and " + hardPaths + " paths");
        }
    }

    /**
     * Returns how many paths a sum of money buys in a month, the free ones included.
     *
     * @param microDollars the sum in millionths of a dollar; not negative
     * @return the paths
     * @throws IllegalArgumentException if the sum is negative
     */
    public static long pathsFor(long microDollars) {
        if (microDollars < 0) {
            throw new IllegalArgumentException("money must not be negative, but was " + microDollars);
        }
        return PriceList.CLOUDFRONT_FREE_PATHS + microDollars / PriceList.CLOUDFRONT_PATH_PRICE;
    }
}

package io.purgewise.cdn;

import io.purgewise.plan.PriceList;
import java.util.Objects;

/**
 * Bounds the paths that an AWS account submits in a month (UTC), free ones included.
 *
 * <p>Beyond the soft limit plans are made as small as the policy allows; beyond the hard limit nothing is sent. Both hold for all
 * clearings that share the ledger, which takes paths from the budget before they are sent. Instances are immutable and
 * thread-safe.
 *
 * @param softPaths from how many paths on plans are widened to have fewer items; not more than {@code hardPaths}, and equal to it
 *     where nothing is to be widened
 * @param hardPaths how many paths are submitted at the most
 * @param beyond what becomes of changes beyond the hard limit
 */
public record Budget(long softPaths, long hardPaths, Reaction beyond) {

    /** Says what becomes of changes when the hard limit is reached. */
    public enum Reaction {
        /** They wait in the outbox for the next month; what fits still goes. */
        DEFER,
        /** New changes are refused, so that the caller knows; those accepted before wait as with {@link #DEFER}. */
        REJECT
    }

    /** No limit at all. */
    public static final Budget UNLIMITED = new Budget(Long.MAX_VALUE, Long.MAX_VALUE, Reaction.DEFER);

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if a limit is negative or the hard one less than the soft one
     */
    public Budget {
        Objects.requireNonNull(beyond, "beyond");
        if (softPaths < 0 || hardPaths < softPaths) {
            throw new IllegalArgumentException(
                    "a budget needs 0 <= soft <= hard, but had " + softPaths + " and " + hardPaths + " paths");
        }
    }

    /**
     * Creates a budget with a hard limit alone.
     *
     * @param hardPaths how many paths are submitted in a month at the most
     * @param beyond what becomes of changes beyond it
     * @return the budget
     * @throws IllegalArgumentException if the limit is negative
     */
    public static Budget of(long hardPaths, Reaction beyond) {
        return new Budget(hardPaths, hardPaths, beyond);
    }

    /**
     * Adds a soft limit, beyond which plans are widened.
     *
     * @param paths from how many paths on; not more than the hard limit
     * @return a budget with both limits
     * @throws IllegalArgumentException if it is negative or more than the hard limit
     */
    public Budget widenedFrom(long paths) {
        return new Budget(paths, hardPaths, beyond);
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

    boolean isUnlimited() {
        return softPaths == Long.MAX_VALUE;
    }

    boolean widens() {
        return softPaths < hardPaths;
    }
}

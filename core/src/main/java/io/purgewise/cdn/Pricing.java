package io.purgewise.cdn;

import io.purgewise.plan.PriceList;
import java.util.Objects;

/**
 * Says what a distribution's paths cost. Values are immutable and thread-safe.
 *
 * <p>A path costs $0.005 after 1,000 a month in an AWS account ("Pay for file invalidation", CloudFront Developer Guide), unless
 * the distribution has a flat-rate plan, whose fixed fee holds invalidations too ("Fast cache invalidations", CloudFront
 * pricing, 2026).
 */
public sealed interface Pricing {

    /**
     * Pays for each path beyond the account's free ones.
     *
     * @param pathPrice micro-dollars for a path
     * @param freePaths how many paths of a month cost nothing, over all distributions of the account that pay as they go; the
     *     clearing's ledger knows how many are left, and without one none is reckoned with
     */
    record PayAsYouGo(long pathPrice, long freePaths) implements Pricing {

        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if one is negative
         */
        public PayAsYouGo {
            if (pathPrice < 0 || freePaths < 0) {
                throw new IllegalArgumentException(
                        "path price and free paths must not be negative, but were " + pathPrice + " and " + freePaths);
            }
        }
    }

    /**
     * Pays a fixed fee: a path costs nothing, and neither the ledger nor a budget of paths has to do with it.
     *
     * @param tier the tier of the plan
     */
    record FlatRate(Tier tier) implements Pricing {

        /** Refuses null. */
        public FlatRate {
            Objects.requireNonNull(tier, "tier");
        }
    }

    /** Names the tiers of CloudFront's flat-rate plans. */
    enum Tier {
        /** No fee; the one tier without invalidation by cache tag. */
        FREE,
        /** $15 a month. */
        PRO,
        /** $200 a month. */
        BUSINESS,
        /** $1,000 a month. */
        PREMIUM
    }

    /**
     * Returns the prices of a distribution without a flat-rate plan.
     *
     * @return $0.005 for each path after 1,000 in a month
     */
    static Pricing payAsYouGo() {
        return new PayAsYouGo(PriceList.CLOUDFRONT_PATH_PRICE, PriceList.CLOUDFRONT_FREE_PATHS);
    }

    /**
     * Returns the prices of a flat-rate plan.
     *
     * @param tier the tier of the plan
     * @return no price for a path
     */
    static Pricing flatRate(Tier tier) {
        return new FlatRate(tier);
    }

    /**
     * Tells whether such a distribution can be cleared by cache tag.
     *
     * @return false for the free tier alone
     */
    default boolean allowsCacheTags() {
        return !(this instanceof FlatRate plan) || plan.tier() != Tier.FREE;
    }
}

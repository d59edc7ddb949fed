package io.purgewise.plan;

/**
 * Says what an invalidation costs, in micro-dollars (millionths of a US dollar).
 *
 * <p>{@code k} items cost {@code pathPrice * max(0, k - freePaths)}; in the plan's objective each unit of collateral weight
 * costs {@code refillPrice} more. Values are immutable and thread-safe.
 *
 * @param pathPrice micro-dollars for one item beyond the free ones; not negative
 * @param freePaths items that still cost nothing, such as what is left of the month's free tier; not negative
 * @param refillPrice micro-dollars that an evicted page of weight 1 is worth; not negative
 */
public record PriceList(long pathPrice, long freePaths, long refillPrice) {

    /** CloudFront's price for one path, in micro-dollars: $0.005 ("Pay for file invalidation", Developer Guide). */
    public static final long CLOUDFRONT_PATH_PRICE = 5_000;

    /** Paths a month that an AWS account has free over all its distributions ("Pay for file invalidation"). */
    public static final long CLOUDFRONT_FREE_PATHS = 1_000;

    /**
     * What it costs to fill the CDN again with one page, in micro-dollars: 110.
     *
     * <p>From the public AWS prices of us-east-1 (2026) and OpenNext's server function with 1,024 MB: 0.3 s of Lambda at
     * $0.0000166667 per GB-second is 5.0, its request 0.2, an S3 GET at $0.0004 per 1,000 is 0.4, two on-demand DynamoDB
     * reads 0.3, and every second page also costs half of an S3 PUT at $0.005 per 1,000, 2.5: together 8.4 for one render.
     * CloudFront has 13 regional edge caches, and each of them asks the origin for itself.
     */
    public static final long PAGE_REFILL_PRICE = 110;

    /**
     * Creates a checked price list.
     *
     * @throws IllegalArgumentException if one of them is negative
     */
    public PriceList {
        requireNotNegative("path price", pathPrice);
        requireNotNegative("free paths", freePaths);
        requireNotNegative("refill price", refillPrice);
    }

    private static void requireNotNegative(String what, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(what + " must not be negative, but was " + value);
        }
    }

    /**
     * Returns CloudFront's prices, with {@link #PAGE_REFILL_PRICE} for an evicted page.
     *
     * @param freePaths what is left of the month's free tier
     * @return the price list
     * @throws IllegalArgumentException if {@code freePaths} is negative
     */
    public static PriceList cloudFront(long freePaths) {
        return new PriceList(CLOUDFRONT_PATH_PRICE, freePaths, PAGE_REFILL_PRICE);
    }

    /**
     * Returns these prices with another free allowance.
     *
     * @param freePaths items that still cost nothing
     * @return a changed copy
     * @throws IllegalArgumentException if {@code freePaths} is negative
     */
    public PriceList withFreePaths(long freePaths) {
        return new PriceList(pathPrice, freePaths, refillPrice);
    }

    /**
     * Returns these prices with another value of an evicted page.
     *
     * @param refillPrice micro-dollars for each unit of collateral weight
     * @return a changed copy
     * @throws IllegalArgumentException if {@code refillPrice} is negative
     */
    public PriceList withRefillPrice(long refillPrice) {
        return new PriceList(pathPrice, freePaths, refillPrice);
    }

    /**
     * Returns what CloudFront charges for a number of items.
     *
     * @param items how many; not negative
     * @return micro-dollars
     * @throws ArithmeticException if the sum exceeds 64 bits
     */
    public long money(long items) {
        return Math.multiplyExact(pathPrice, Math.max(0, items - freePaths));
    }

    /**
     * Returns the objective that a plan minimises: the money plus the worth of what it evicts.
     *
     * @param items how many; not negative
     * @param collateral weight of what is evicted although nobody asked; not negative
     * @return micro-dollars
     * @throws ArithmeticException if the sum exceeds 64 bits
     */
    public long objective(long items, long collateral) {
        return Math.addExact(money(items), Math.multiplyExact(refillPrice, collateral));
    }
}

package io.purgewise.cdn;

import java.time.Duration;

/**
 * Holds what a CDN lets an account submit, as data.
 *
 * <p>Until 2026 AWS limited what is in progress on a distribution; a newer table, which users quote, limits rates over the
 * account. {@link #conservative()} holds under both. Instances are immutable and thread-safe.
 *
 * @param itemsPerBatch the most items of one call; 1 to 3,000
 * @param wildcardsPerBatch the most wildcards of one call; at least 1
 * @param itemsInProgress the most items in progress on a distribution; at least 1
 * @param wildcardsInProgress the most wildcards in progress on a distribution; at least 1
 * @param itemInterval the time that each item takes of the account's rate; zero for no limit
 * @param wildcardInterval the time that each wildcard takes of the account's rate; zero for no limit
 * @param callInterval the time between two calls of the account; zero for no limit
 */
public record CdnQuotas(
        int itemsPerBatch,
        int wildcardsPerBatch,
        int itemsInProgress,
        int wildcardsInProgress,
        Duration itemInterval,
        Duration wildcardInterval,
        Duration callInterval) {

    private static final Duration CALL_INTERVAL = Duration.ofSeconds(2);

    /**
     * Creates quotas from checked numbers.
     *
     * @param itemsPerBatch the most items of one call
     * @param wildcardsPerBatch the most wildcards of one call
     * @param itemsInProgress the most items in progress on a distribution
     * @param wildcardsInProgress the most wildcards in progress on a distribution
     * @param itemInterval the time that each item takes
     * @param wildcardInterval the time that each wildcard takes
     * @param callInterval the time between two calls
     * @throws IllegalArgumentException if a count is less than 1, a batch larger than {@link InvalidationBatch#MAX_ITEMS} or
     *     than what may be in progress, or an interval negative
     */
    public CdnQuotas {
        requirePositive("itemsPerBatch", itemsPerBatch);
        requirePositive("wildcardsPerBatch", wildcardsPerBatch);
        requirePositive("itemsInProgress", itemsInProgress);
        requirePositive("wildcardsInProgress", wildcardsInProgress);
        if (itemsPerBatch > InvalidationBatch.MAX_ITEMS
                || itemsPerBatch > itemsInProgress
                || wildcardsPerBatch > wildcardsInProgress) {
            throw new IllegalArgumentException("a batch of " + itemsPerBatch + " items and " + wildcardsPerBatch
                    + " wildcards does not fit in " + itemsInProgress + " items (at most "
                    + InvalidationBatch.MAX_ITEMS + ") and " + wildcardsInProgress + " wildcards in progress");
        }
        if (itemInterval.isNegative() || wildcardInterval.isNegative() || callInterval.isNegative()) {
            throw new IllegalArgumentException("intervals must not be negative, but were " + itemInterval + ", "
                    + wildcardInterval + " and " + callInterval);
        }
    }

    private static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, but was " + value);
        }
    }

    /**
     * Returns the default, which holds under both of AWS's tables: 150 items with 1 wildcard per call, a call every 2
     * seconds, 3,000 items and 15 wildcards in progress.
     *
     * @return the quotas
     */
    public static CdnQuotas conservative() {
        return new CdnQuotas(150, 1, 3000, 15, perSecond(150), perSecond(1), CALL_INTERVAL);
    }

    /**
     * Returns the table that AWS documented until 2026 ("Concurrent invalidation request maximum", CloudFront Developer
     * Guide): 3,000 items and 15 wildcards in progress, here 1,000 items per call, and a call every 2 seconds
     * (aws/aws-sdk-js#3983).
     *
     * @return the quotas
     */
    public static CdnQuotas inProgressTable() {
        return new CdnQuotas(1000, 15, 3000, 15, Duration.ZERO, Duration.ZERO, CALL_INTERVAL);
    }

    /**
     * Returns the table that users quote since 2026: 150 items and 1 wildcard a second over the account, no limit in
     * progress; a call every 2 seconds.
     *
     * @return the quotas
     */
    public static CdnQuotas rateTable() {
        return new CdnQuotas(150, 1, Integer.MAX_VALUE, Integer.MAX_VALUE, perSecond(150), perSecond(1), CALL_INTERVAL);
    }

    private static Duration perSecond(int count) {
        return Duration.ofSeconds(1).dividedBy(count);
    }

    /** Returns how long after a batch the next one may follow. */
    Duration spacing(InvalidationBatch batch) {
        return max(
                callInterval,
                max(itemInterval.multipliedBy(batch.quantity()), wildcardInterval.multipliedBy(batch.wildcards())));
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}

package io.purgewise.cdn;

import io.purgewise.plan.QuotaTable;
import java.time.Duration;
import java.util.Objects;

/**
 * Holds what a CDN lets an account submit, as data.
 *
 * <p>Until 2026 AWS limited what is in progress on a distribution; a newer table, which users quote, limits rates over the
 * account. {@link #conservative()} holds under both; another table is a changed copy of one of them. The rates are kept by each
 * submitter by itself: two processes of one account that submit at the same moment may be throttled, which costs seconds.
 *
 * <p>Instances are immutable and thread-safe.
 */
public final class CdnQuotas {

    private static final Duration CALL_INTERVAL = Duration.ofSeconds(2);
    private static final Duration EFFECTIVE = Duration.ofSeconds(5);
    private static final Duration COMPLETED = Duration.ofSeconds(25);

    private final int itemsPerBatch;
    private final int wildcardsPerBatch;
    private final int itemsInProgress;
    private final int wildcardsInProgress;
    private final Duration itemInterval;
    private final Duration wildcardInterval;
    private final Duration callInterval;

    private CdnQuotas(Builder builder) {
        this.itemsPerBatch = builder.itemsPerBatch;
        this.wildcardsPerBatch = builder.wildcardsPerBatch;
        this.itemsInProgress = builder.itemsInProgress;
        this.wildcardsInProgress = builder.wildcardsInProgress;
        this.itemInterval = builder.itemInterval;
        this.wildcardInterval = builder.wildcardInterval;
        this.callInterval = builder.callInterval;
    }

    /**
     * Returns the default, which holds under both of AWS's tables: 150 items with 1 wildcard per call, a call every 2
     * seconds, 3,000 items and 15 wildcards in progress.
     *
     * @return the quotas
     */
    public static CdnQuotas conservative() {
        return rateTable().toBuilder()
                .itemsInProgress(3000)
                .wildcardsInProgress(15)
                .build();
    }

    /**
     * Returns the table that AWS documents ("Concurrent invalidation request maximum", CloudFront Developer Guide): 3,000 items
     * and 15 wildcards in progress, here 1,000 items per call, and a call every 2 seconds (aws/aws-sdk-js#3983).
     *
     * @return the quotas
     */
    public static CdnQuotas inProgressTable() {
        return new Builder()
                .itemsPerBatch(1000)
                .wildcardsPerBatch(15)
                .itemsInProgress(3000)
                .wildcardsInProgress(15)
                .callInterval(CALL_INTERVAL)
                .build();
    }

    /**
     * Returns the table that users quote since 2026: 150 items and 1 wildcard a second over the account, no limit in
     * progress; a call every 2 seconds.
     *
     * @return the quotas
     */
    public static CdnQuotas rateTable() {
        return new Builder()
                .itemsPerBatch(150)
                .wildcardsPerBatch(1)
                .itemsPerSecond(150)
                .wildcardsPerSecond(1)
                .callInterval(CALL_INTERVAL)
                .build();
    }

    /**
     * Starts a changed copy.
     *
     * @return a builder that holds what these quotas say
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.itemsPerBatch = itemsPerBatch;
        builder.wildcardsPerBatch = wildcardsPerBatch;
        builder.itemsInProgress = itemsInProgress;
        builder.wildcardsInProgress = wildcardsInProgress;
        builder.itemInterval = itemInterval;
        builder.wildcardInterval = wildcardInterval;
        builder.callInterval = callInterval;
        return builder;
    }

    /**
     * Returns the most items of one call.
     *
     * @return 1 to 3,000
     */
    public int itemsPerBatch() {
        return itemsPerBatch;
    }

    /**
     * Returns the most wildcards of one call.
     *
     * @return at least 1
     */
    public int wildcardsPerBatch() {
        return wildcardsPerBatch;
    }

    /**
     * Returns the most items in progress on a distribution.
     *
     * @return at least 1
     */
    public int itemsInProgress() {
        return itemsInProgress;
    }

    /**
     * Returns the most wildcards in progress on a distribution.
     *
     * @return at least 1
     */
    public int wildcardsInProgress() {
        return wildcardsInProgress;
    }

    /**
     * Says how long plans take under these quotas, so that a planner can weigh it. What is in progress counts as such for 25
     * seconds, and an item works within 5 (both for 95 % of them: AWS What's New, 2026-04-29).
     *
     * @return the table; rounded up to milliseconds
     */
    public QuotaTable quotaTable() {
        QuotaTable.Builder table = QuotaTable.builder(EFFECTIVE)
                .items(itemsPerBatch, itemInterval)
                .items(itemsPerBatch, callInterval.dividedBy(itemsPerBatch))
                .wildcards(wildcardsPerBatch, wildcardInterval)
                .wildcards(wildcardsPerBatch, callInterval.dividedBy(wildcardsPerBatch));
        if (itemsInProgress < Integer.MAX_VALUE) {
            table.items(itemsInProgress, COMPLETED.dividedBy(itemsInProgress));
        }
        if (wildcardsInProgress < Integer.MAX_VALUE) {
            table.wildcards(wildcardsInProgress, COMPLETED.dividedBy(wildcardsInProgress));
        }
        return table.build();
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

    @Override
    public boolean equals(Object other) {
        return other instanceof CdnQuotas that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** Returns all quotas in one line. */
    @Override
    public String toString() {
        return "CdnQuotas[per batch " + itemsPerBatch + " items, " + wildcardsPerBatch + " wildcards; in progress "
                + itemsInProgress + " items, " + wildcardsInProgress + " wildcards; every " + itemInterval
                + " an item, "
                + wildcardInterval + " a wildcard, " + callInterval + " a call]";
    }

    /** Collects quotas; whatever is not set is without a limit. This class is not thread-safe. */
    public static final class Builder {

        private int itemsPerBatch = InvalidationBatch.MAX_ITEMS;
        private int wildcardsPerBatch = InvalidationBatch.MAX_ITEMS;
        private int itemsInProgress = Integer.MAX_VALUE;
        private int wildcardsInProgress = Integer.MAX_VALUE;
        private Duration itemInterval = Duration.ZERO;
        private Duration wildcardInterval = Duration.ZERO;
        private Duration callInterval = Duration.ZERO;

        private Builder() {}

        /**
         * Sets the most items of one call.
         *
         * @param items 1 to 3,000
         * @return this builder
         */
        public Builder itemsPerBatch(int items) {
            this.itemsPerBatch = positive("itemsPerBatch", items);
            return this;
        }

        /**
         * Sets the most wildcards of one call.
         *
         * @param wildcards at least 1
         * @return this builder
         */
        public Builder wildcardsPerBatch(int wildcards) {
            this.wildcardsPerBatch = positive("wildcardsPerBatch", wildcards);
            return this;
        }

        /**
         * Sets the most items in progress on a distribution.
         *
         * @param items at least 1
         * @return this builder
         */
        public Builder itemsInProgress(int items) {
            this.itemsInProgress = positive("itemsInProgress", items);
            return this;
        }

        /**
         * Sets the most wildcards in progress on a distribution.
         *
         * @param wildcards at least 1
         * @return this builder
         */
        public Builder wildcardsInProgress(int wildcards) {
            this.wildcardsInProgress = positive("wildcardsInProgress", wildcards);
            return this;
        }

        /**
         * Sets the account's rate of items.
         *
         * @param items at least 1 a second
         * @return this builder
         */
        public Builder itemsPerSecond(int items) {
            this.itemInterval = Duration.ofSeconds(1).dividedBy(positive("itemsPerSecond", items));
            return this;
        }

        /**
         * Sets the account's rate of wildcards.
         *
         * @param wildcards at least 1 a second
         * @return this builder
         */
        public Builder wildcardsPerSecond(int wildcards) {
            this.wildcardInterval = Duration.ofSeconds(1).dividedBy(positive("wildcardsPerSecond", wildcards));
            return this;
        }

        /**
         * Sets the time between two calls of the account.
         *
         * @param interval zero for no limit, not negative
         * @return this builder
         */
        public Builder callInterval(Duration interval) {
            if (Objects.requireNonNull(interval, "interval").isNegative()) {
                throw new IllegalArgumentException("callInterval must not be negative, but was " + interval);
            }
            this.callInterval = interval;
            return this;
        }

        private static int positive(String what, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(what + " must be at least 1, but was " + value);
            }
            return value;
        }

        /**
         * Builds the quotas.
         *
         * @return the quotas
         * @throws IllegalArgumentException if a batch may have more than {@link InvalidationBatch#MAX_ITEMS} items, or more
         *     than may be in progress
         */
        public CdnQuotas build() {
            if (itemsPerBatch > InvalidationBatch.MAX_ITEMS
                    || itemsPerBatch > itemsInProgress
                    || wildcardsPerBatch > wildcardsInProgress) {
                throw new IllegalArgumentException("a batch of " + itemsPerBatch + " items and " + wildcardsPerBatch
                        + " wildcards does not fit in " + itemsInProgress + " items (at most "
                        + InvalidationBatch.MAX_ITEMS + ") and " + wildcardsInProgress + " wildcards in progress");
            }
            return new CdnQuotas(this);
        }
    }
}

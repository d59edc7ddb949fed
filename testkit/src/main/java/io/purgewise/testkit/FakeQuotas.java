package io.purgewise.testkit;

import java.time.Duration;
import java.util.Objects;

/**
 * Holds the quotas that {@link FakeCloudFront} enforces.
 *
 * <p>Until 2026 AWS limited what is in progress; the newer table, as users quote it, limits rates. Which error code AWS uses
 * for the rates, and how large its bursts are, is not documented: the fake answers {@code Throttling} and allows the bursts
 * given here.
 *
 * @param pathsInProgress the most paths, wildcards and tags in progress per distribution
 * @param wildcardsInProgress the most wildcards in progress per distribution
 * @param itemsPerBatch the most items of one call, beyond which it answers {@code BatchTooLarge}
 * @param items the rate of items over the account
 * @param wildcards the rate of wildcards over the account
 * @param calls the rate of CreateInvalidation calls over the account
 */
public record FakeQuotas(
        int pathsInProgress, int wildcardsInProgress, int itemsPerBatch, Rate items, Rate wildcards, Rate calls) {

    private static final Rate CALLS = new Rate(6, Duration.ofSeconds(2));

    /**
     * Creates quotas from checked numbers.
     *
     * @param pathsInProgress the most paths in progress per distribution
     * @param wildcardsInProgress the most wildcards in progress per distribution
     * @param itemsPerBatch the most items of one call
     * @param items the rate of items
     * @param wildcards the rate of wildcards
     * @param calls the rate of calls
     * @throws IllegalArgumentException if a number is less than 1
     */
    public FakeQuotas {
        Objects.requireNonNull(calls, "calls");
        Objects.requireNonNull(wildcards, "wildcards");
        Objects.requireNonNull(items, "items");
        if (pathsInProgress < 1 || wildcardsInProgress < 1 || itemsPerBatch < 1) {
            throw new IllegalArgumentException("quotas must be at least 1, but were " + pathsInProgress + " paths, "
                    + wildcardsInProgress + " wildcards, " + itemsPerBatch + " items per batch");
        }
    }

    /**
     * Returns the table that AWS documented until 2026: 3,000 paths and 15 wildcards in progress; one call every 2 seconds
     * after a burst of 6 (aws/aws-sdk-js#3983).
     *
     * @return the quotas
     */
    public static FakeQuotas inProgress() {
        return new FakeQuotas(3000, 15, 3000, Rate.UNLIMITED, Rate.UNLIMITED, CALLS);
    }

    /**
     * Returns the table that users quote since 2026: 150 items and 1 wildcard a second over the account, no burst beyond
     * one second's worth; one call every 2 seconds after a burst of 6.
     *
     * @return the quotas
     */
    public static FakeQuotas rates() {
        return new FakeQuotas(
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                3000,
                new Rate(150, Duration.ofSeconds(1).dividedBy(150)),
                new Rate(1, Duration.ofSeconds(1)),
                CALLS);
    }

    /**
     * Returns both tables at once, the strictest guess at what AWS enforces, without any burst of calls.
     *
     * @return the quotas
     */
    public static FakeQuotas strict() {
        FakeQuotas rates = rates();
        return new FakeQuotas(3000, 15, 3000, rates.items, rates.wildcards, new Rate(1, Duration.ofSeconds(2)));
    }

    /**
     * Returns no quotas at all.
     *
     * @return the quotas
     */
    public static FakeQuotas none() {
        int max = Integer.MAX_VALUE;
        return new FakeQuotas(max, max, max, Rate.UNLIMITED, Rate.UNLIMITED, Rate.UNLIMITED);
    }

    /**
     * Is a rate with a burst: a bucket that holds some tokens and gains one after each interval.
     *
     * @param burst how many tokens the bucket holds when full; at least 1
     * @param interval how long until a token comes back; not negative, zero for no limit
     */
    public record Rate(int burst, Duration interval) {

        /** No limit. */
        public static final Rate UNLIMITED = new Rate(Integer.MAX_VALUE, Duration.ZERO);

        /**
         * Creates a rate from checked numbers.
         *
         * @param burst how many tokens the bucket holds
         * @param interval how long until a token comes back
         * @throws IllegalArgumentException if {@code burst} is less than 1 or {@code interval} negative
         */
        public Rate {
            Objects.requireNonNull(interval, "interval");
            if (burst < 1 || interval.isNegative()) {
                throw new IllegalArgumentException(
                        "a rate needs a burst of at least 1 and an interval, but had " + burst + " and " + interval);
            }
        }
    }
}

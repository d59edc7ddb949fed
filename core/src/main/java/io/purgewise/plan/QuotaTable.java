package io.purgewise.plan;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Says how long a CDN takes to clear a plan, as its quotas have it.
 *
 * <p>The time is the latency of the last item, plus what the slowest quota makes the plan wait. A quota lets some items (paths and
 * tags alike) or wildcards through at once and one more in each interval: {@code interval * (count - atOnce)}. So rates, what may
 * be in progress, and a limit on calls that take many items each are all of one form. Intervals are counted in milliseconds, as
 * the mean: a plan that needs a part of a call waits for that part of a call's interval.
 *
 * <p>Two tables are known for CloudFront: {@link #inProgress()} and {@link #rates()}. Instances are immutable and thread-safe.
 */
public final class QuotaTable {

    /** Within this time an invalidation works, for 95 % of them (AWS What's New, 2026-04-29). */
    private static final Duration EFFECTIVE = Duration.ofSeconds(5);
    /** Within this time an invalidation is no longer in progress, for 95 % of them (same source). */
    private static final Duration COMPLETED = Duration.ofSeconds(25);

    /**
     * Is one quota.
     *
     * @param wildcards whether it counts wildcards only
     * @param atOnce how many are let through without waiting
     * @param millis the time for each one more
     */
    record Quota(boolean wildcards, long atOnce, long millis) {

        long millis(long items, long wildcardItems) {
            return millis * ((wildcards ? wildcardItems : items) - atOnce);
        }
    }

    private final Duration latency;
    private final List<Quota> quotas;

    private QuotaTable(Builder builder) {
        this.latency = builder.latency;
        this.quotas = List.copyOf(builder.quotas);
    }

    /**
     * Returns the table of AWS's documentation ("Concurrent invalidation request maximum", CloudFront Developer Guide): 3,000
     * items and 15 wildcards in progress on a distribution, each for 25 seconds.
     *
     * @return the table
     */
    public static QuotaTable inProgress() {
        return builder(EFFECTIVE)
                .items(3_000, COMPLETED.dividedBy(3_000))
                .wildcards(15, COMPLETED.dividedBy(15))
                .build();
    }

    /**
     * Returns the table that users quote since 2026: 150 items and 1 wildcard a second over the account.
     *
     * @return the table
     */
    public static QuotaTable rates() {
        return builder(EFFECTIVE)
                .items(0, Duration.ofSeconds(1).dividedBy(150))
                .wildcards(0, Duration.ofSeconds(1))
                .build();
    }

    /**
     * Starts a table without quotas.
     *
     * @param latency how long the CDN takes for any plan at all; not negative
     * @return a builder
     * @throws IllegalArgumentException if {@code latency} is negative or more than a day
     */
    public static Builder builder(Duration latency) {
        return new Builder(latency);
    }

    /**
     * Returns how long a plan takes until all is cleared.
     *
     * @param items how many items it has, tags and wildcards included; 0 takes no time
     * @param wildcards how many of them are wildcards
     * @return the time
     */
    public Duration time(long items, long wildcards) {
        return items == 0 ? Duration.ZERO : latency.plusMillis(waitMillis(items, wildcards));
    }

    /** Returns how long the quotas make a plan wait, in milliseconds. */
    long waitMillis(long items, long wildcards) {
        long millis = 0;
        for (Quota quota : quotas) {
            millis = Math.max(millis, quota.millis(items, wildcards));
        }
        return millis;
    }

    Duration latency() {
        return latency;
    }

    List<Quota> quotas() {
        return quotas;
    }

    /** Returns all settings. */
    @Override
    public String toString() {
        return "QuotaTable[latency=" + latency + ", quotas=" + quotas + "]";
    }

    /** Collects the quotas of a table, from {@link QuotaTable#builder(Duration)}. Not thread-safe. */
    public static final class Builder {

        private final Duration latency;
        private final List<Quota> quotas = new ArrayList<>();

        private Builder(Duration latency) {
            this.latency = requireNonNull(latency, "latency");
            requireInRange("latency", latency);
        }

        /**
         * Adds a quota of items: paths, wildcards and tags together.
         *
         * @param atOnce how many may go without waiting; not negative
         * @param interval the time for each one more, rounded up to milliseconds; zero for no quota
         * @return this builder
         * @throws IllegalArgumentException if an argument is negative, or {@code interval} more than a day
         */
        public Builder items(int atOnce, Duration interval) {
            return add(false, atOnce, interval);
        }

        /**
         * Adds a quota of wildcards.
         *
         * @param atOnce how many may go without waiting; not negative
         * @param interval the time for each one more, rounded up to milliseconds; zero for no quota
         * @return this builder
         * @throws IllegalArgumentException if an argument is negative, or {@code interval} more than a day
         */
        public Builder wildcards(int atOnce, Duration interval) {
            return add(true, atOnce, interval);
        }

        private Builder add(boolean wildcards, int atOnce, Duration interval) {
            requireInRange("interval", requireNonNull(interval, "interval"));
            if (atOnce < 0) {
                throw new IllegalArgumentException("atOnce must not be negative, but was " + atOnce);
            }
            long millis = interval.plusNanos(999_999).toMillis(); // rounded up
            if (millis > 0) {
                quotas.add(new Quota(wildcards, atOnce, millis));
            }
            return this;
        }

        private static void requireInRange(String what, Duration value) {
            if (value.isNegative() || value.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException(what + " must be 0 to 24 hours, but was " + value);
            }
        }

        /**
         * Builds the table.
         *
         * @return the table
         */
        public QuotaTable build() {
            return new QuotaTable(this);
        }
    }
}

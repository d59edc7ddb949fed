package io.purgewise.plan;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Says what a plan may do and what it should save.
 *
 * <p>Start from a preset ({@link #balanced()} is the default of the library) and change it:
 *
 * <pre>{@code PlanPolicy.balanced().toBuilder().protectedPrefixes(List.of("/checkout")).build()}</pre>
 *
 * <p>Instances are immutable and thread-safe.
 */
public final class PlanPolicy {

    /** CloudFront's long-standing quota of wildcards in progress for one distribution (Developer Guide, "Quotas"). */
    public static final int CLOUDFRONT_WILDCARDS = 15;

    /** What a second of waiting is worth to {@link #balanced()}, in micro-dollars: $3.60 an hour, a fifth of a path a second. */
    public static final long SECOND_PRICE = 1_000;

    /** The largest allowed {@code maxCollateral}: no limit. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    private final PriceList prices;
    private final int maxWildcards;
    private final long maxCollateral;
    private final Granularity granularity;
    private final List<String> protectedPrefixes;
    private final List<String> wildcardsInside;
    private final @Nullable Long assumedSiblings;
    private final QuotaTable quotaTable;
    private final long waitPrice;
    private final @Nullable Duration maxTime;
    private final int searchMemory;

    private PlanPolicy(Builder builder) {
        this.prices = builder.prices;
        this.maxWildcards = builder.maxWildcards;
        this.maxCollateral = builder.maxCollateral;
        this.granularity = builder.granularity;
        this.protectedPrefixes = builder.protectedPrefixes;
        this.wildcardsInside = builder.wildcardsInside;
        this.assumedSiblings = builder.assumedSiblings;
        this.quotaTable = builder.quotaTable;
        this.waitPrice = builder.waitPrice;
        this.maxTime = builder.maxTime;
        this.searchMemory = builder.searchMemory;
    }

    /**
     * Weighs dollars, pages to render again, and time: the default.
     *
     * <ul>
     *   <li>an item costs {@link PriceList#CLOUDFRONT_PATH_PRICE}, no free tier is assumed
     *   <li>an evicted page of weight 1 is worth {@link PriceList#PAGE_REFILL_PRICE}, what filling the CDN with it once more
     *       costs; so one item is saved by at most 45 evicted pages
     *   <li>a second of waiting for CloudFront's quotas is worth {@link #SECOND_PRICE}, that of nine such pages
     *   <li>at most 15 wildcards, no limit on collateral or time, any granularity
     * </ul>
     *
     * @return the policy
     */
    public static PlanPolicy balanced() {
        return new Builder().build();
    }

    /**
     * Evicts nothing but what is asked for: like {@link #balanced()} with {@code maxCollateral} 0. Wildcards are used where
     * every known URL under them must be cleared anyway.
     *
     * @return the policy
     */
    public static PlanPolicy noCollateral() {
        return new Builder().maxCollateral(0).build();
    }

    /**
     * Makes CloudFront's invoice for the invalidation as small as it can be: like {@link #balanced()} with evicted pages and
     * waiting worth nothing. Where no free paths are left this ends in {@code /*} for all but the smallest changes, and the origin renders
     * the whole site again.
     *
     * @return the policy
     */
    public static PlanPolicy cheapest() {
        return new Builder()
                .prices(PriceList.cloudFront(0).withRefillPrice(0))
                .waitPrice(0)
                .build();
    }

    /**
     * Clears as soon as CloudFront's quotas let it: like {@link #balanced()} with a second of waiting worth a dollar, that of
     * 9,000 pages to render again. Ask for what must not be evicted by {@code maxCollateral} or protected prefixes.
     *
     * @return the policy
     */
    public static PlanPolicy fastest() {
        return new Builder().waitPrice(1_000).build();
    }

    /**
     * Uses wildcards that nobody asked for only inside given prefixes, and otherwise weighs like {@link #balanced()}.
     *
     * @param prefixes prefixes in CloudFront's spelling, without {@code *}; empty allows no unasked wildcard
     * @return the policy
     * @throws IllegalArgumentException if a prefix is not in CloudFront's spelling
     */
    public static PlanPolicy onlyInside(List<String> prefixes) {
        requireNonNull(prefixes, "prefixes");
        return new Builder().wildcardsInside(prefixes).build();
    }

    /**
     * Starts a changed copy.
     *
     * @return a builder that holds what this policy says
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.prices = prices;
        builder.maxWildcards = maxWildcards;
        builder.maxCollateral = maxCollateral;
        builder.granularity = granularity;
        builder.protectedPrefixes = protectedPrefixes;
        builder.wildcardsInside = wildcardsInside;
        builder.assumedSiblings = assumedSiblings;
        builder.quotaTable = quotaTable;
        builder.waitPrice = waitPrice;
        builder.maxTime = maxTime;
        builder.searchMemory = searchMemory;
        return builder;
    }

    /**
     * Returns what items and evicted pages cost.
     *
     * @return the prices
     */
    public PriceList prices() {
        return prices;
    }

    /**
     * Returns the most wildcards that a plan may hold, those that patterns demand included.
     *
     * @return the limit, not negative
     */
    public int maxWildcards() {
        return maxWildcards;
    }

    /**
     * Returns the most weight that a plan may clear although no pattern asks for it.
     *
     * @return the limit, not negative; {@link #NO_LIMIT} for none
     */
    public long maxCollateral() {
        return maxCollateral;
    }

    /**
     * Returns where a wildcard that nobody asked for may end.
     *
     * @return the granularity
     */
    public Granularity granularity() {
        return granularity;
    }

    /**
     * Returns the prefixes that no unasked wildcard may touch.
     *
     * @return prefixes in CloudFront's spelling
     */
    public List<String> protectedPrefixes() {
        return protectedPrefixes;
    }

    /**
     * Returns the prefixes that every unasked wildcard must start with one of.
     *
     * @return prefixes in CloudFront's spelling; {@code ["/"]} stands for everywhere, an empty list for nowhere
     */
    public List<String> wildcardsInside() {
        return wildcardsInside;
    }

    /**
     * Returns the weight assumed beside each pattern of an unknown site.
     *
     * @return the weight, or nothing when unknown sites get no unasked wildcard
     */
    public OptionalLong assumedSiblings() {
        return assumedSiblings == null ? OptionalLong.empty() : OptionalLong.of(assumedSiblings);
    }

    /**
     * Returns the quotas that decide how long a plan takes.
     *
     * @return the table
     */
    public QuotaTable quotaTable() {
        return quotaTable;
    }

    /**
     * Returns what waiting for quotas is worth.
     *
     * @return micro-dollars for each millisecond
     */
    public long waitPrice() {
        return waitPrice;
    }

    /**
     * Returns the most time that a plan may take until all is cleared.
     *
     * @return the limit, or nothing for none
     */
    public Optional<Duration> maxTime() {
        return Optional.ofNullable(maxTime);
    }

    /**
     * Returns the memory that a search may use beside what follows the number of patterns.
     *
     * @return megabytes
     */
    public int searchMemory() {
        return searchMemory;
    }

    /** Returns all settings. */
    @Override
    public String toString() {
        return "PlanPolicy[prices=" + prices + ", maxWildcards=" + maxWildcards + ", maxCollateral=" + maxCollateral
                + ", granularity=" + granularity + ", protectedPrefixes=" + protectedPrefixes + ", wildcardsInside="
                + wildcardsInside + ", assumedSiblings=" + assumedSiblings + ", quotaTable=" + quotaTable
                + ", waitPrice=" + waitPrice + ", maxTime=" + maxTime + ", searchMemory=" + searchMemory + "]";
    }

    /** Collects the settings of a policy, from {@link PlanPolicy#toBuilder()}. Not thread-safe. */
    public static final class Builder {

        private PriceList prices = PriceList.cloudFront(0);
        private int maxWildcards = CLOUDFRONT_WILDCARDS;
        private long maxCollateral = NO_LIMIT;
        private Granularity granularity = Granularity.CHARACTER;
        private List<String> protectedPrefixes = List.of();
        private List<String> wildcardsInside = List.of("/");
        private @Nullable Long assumedSiblings;
        private QuotaTable quotaTable = QuotaTable.inProgress();
        private long waitPrice = SECOND_PRICE / 1_000;
        private @Nullable Duration maxTime;
        private int searchMemory = 256;

        private Builder() {}

        /**
         * Sets what items and evicted pages cost.
         *
         * @param newPrices the prices; {@code PriceList.cloudFront(0)} unless set
         * @return this builder
         */
        public Builder prices(PriceList newPrices) {
            this.prices = requireNonNull(newPrices, "newPrices");
            return this;
        }

        /**
         * Limits the wildcards of a plan.
         *
         * @param limit the most wildcards, those that patterns demand included; 15 unless set; 0 allows none
         * @return this builder
         * @throws IllegalArgumentException if {@code limit} is negative
         */
        public Builder maxWildcards(int limit) {
            this.maxWildcards = (int) notNegative("most wildcards", limit);
            return this;
        }

        /**
         * Limits the collateral of a plan.
         *
         * @param limit the most weight that a plan may clear although no pattern asks for it; {@link #NO_LIMIT} unless set
         * @return this builder
         * @throws IllegalArgumentException if {@code limit} is negative
         */
        public Builder maxCollateral(long limit) {
            this.maxCollateral = notNegative("most collateral", limit);
            return this;
        }

        /**
         * Says where a wildcard that nobody asked for may end.
         *
         * @param newGranularity anywhere, or at the end of a segment; {@link Granularity#CHARACTER} unless set
         * @return this builder
         */
        public Builder granularity(Granularity newGranularity) {
            this.granularity = requireNonNull(newGranularity, "newGranularity");
            return this;
        }

        /**
         * Protects prefixes: a wildcard {@code p*} that nobody asked for is not allowed when {@code p} starts with one of them
         * or one of them starts with {@code p}.
         *
         * @param prefixes prefixes in CloudFront's spelling, without {@code *}; none unless set
         * @return this builder
         * @throws IllegalArgumentException if a prefix is not in CloudFront's spelling
         */
        public Builder protectedPrefixes(List<String> prefixes) {
            requireNonNull(prefixes, "prefixes");
            this.protectedPrefixes = checked("protectedPrefixes", prefixes);
            return this;
        }

        /**
         * Allows wildcards that nobody asked for only inside some prefixes.
         *
         * @param prefixes prefixes in CloudFront's spelling, without {@code *}; {@code ["/"]} unless set, an empty list allows
         *     them nowhere
         * @return this builder
         * @throws IllegalArgumentException if a prefix is not in CloudFront's spelling
         */
        public Builder wildcardsInside(List<String> prefixes) {
            requireNonNull(prefixes, "prefixes");
            this.wildcardsInside = checked("wildcardsInside", prefixes);
            return this;
        }

        /**
         * Assumes how many URLs stand beside each pattern where the site's URLs are unknown; without this setting, unknown
         * sites get no wildcard that nobody asked for.
         *
         * @param siblings for each pattern that an unasked wildcard clears, the weight of untouched URLs beside it
         * @return this builder
         * @throws IllegalArgumentException if {@code siblings} is negative
         */
        public Builder assumedSiblings(long siblings) {
            this.assumedSiblings = notNegative("assumed siblings", siblings);
            return this;
        }

        /**
         * Says which quotas decide how long a plan takes.
         *
         * @param table the quotas in force; {@link QuotaTable#inProgress()} unless set
         * @return this builder
         */
        public Builder quotaTable(QuotaTable table) {
            this.quotaTable = requireNonNull(table, "table");
            return this;
        }

        /**
         * Says what it is worth to have all cleared sooner. Only what a plan waits for quotas counts, not the latency that each
         * plan has.
         *
         * @param microDollars the worth of a millisecond; 1 unless set, which is $3.60 an hour; 0 for nothing
         * @return this builder
         * @throws IllegalArgumentException if {@code microDollars} is negative
         */
        public Builder waitPrice(long microDollars) {
            this.waitPrice = notNegative("wait price", microDollars);
            return this;
        }

        /**
         * Limits the time until all is cleared.
         *
         * @param limit the most time, the latency of the quota table included; no limit unless set. For more than 2,000 patterns
         *     together with a limit on collateral, a plan that keeps both may be missed
         * @return this builder
         * @throws IllegalArgumentException if {@code limit} is negative
         */
        public Builder maxTime(Duration limit) {
            if (requireNonNull(limit, "limit").isNegative()) {
                throw new IllegalArgumentException("most time must not be negative, but was " + limit);
            }
            this.maxTime = limit;
            return this;
        }

        /**
         * Limits the memory of the search that problems need where the free tier ends or the limit on collateral binds. A
         * search that would need more ends with the best plan found and its {@link InvalidationPlan#gap()}. The limit is
         * counted from what the search stores, not measured, so that the same problem has the same plan on every JVM.
         *
         * @param megabytes at least 1; 256 unless set. What follows the number of patterns alone, some 100 bytes for each,
         *     comes on top
         * @return this builder
         * @throws IllegalArgumentException if {@code megabytes} is less than 1 or more than 65,536
         */
        public Builder searchMemory(int megabytes) {
            if (megabytes < 1 || megabytes > 1 << 16) {
                throw new IllegalArgumentException("search memory must be 1 to 65536 MB, but was " + megabytes);
            }
            this.searchMemory = megabytes;
            return this;
        }

        /**
         * Builds the policy.
         *
         * @return the policy
         */
        public PlanPolicy build() {
            return new PlanPolicy(this);
        }

        private static long notNegative(String what, long value) {
            if (value < 0) {
                throw new IllegalArgumentException(what + " must not be negative, but was " + value);
            }
            return value;
        }

        private static List<String> checked(String what, List<String> prefixes) {
            List<String> copy = List.copyOf(requireNonNull(prefixes, what));
            copy.forEach(UrlPattern::prefix);
            return copy;
        }
    }

    /** Says where a wildcard that nobody asked for may end. A required prefix may always be used as it stands. */
    public enum Granularity {
        /** Allows any prefix that cuts no percent-escape in half. */
        CHARACTER,
        /** Allows only prefixes that end in {@code /} or {@code ?}, which people can read. */
        SEGMENT
    }
}

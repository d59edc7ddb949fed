package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Says what a plan may do and what it should save.
 *
 * <p>Start from a preset ({@link #balanced()} is the default of the library) and change it with the {@code with} methods.
 * Values are immutable and thread-safe.
 *
 * @param prices what items and evicted pages cost
 * @param maxWildcards the most wildcards that a plan may hold, those that patterns demand included; not negative; 15 in the
 *     presets, CloudFront's quota of wildcards in progress for a distribution
 * @param maxCollateral the most weight that a plan may clear although no pattern asks for it; not negative
 * @param granularity where a wildcard that nobody asked for may end
 * @param protectedPrefixes prefixes that no unasked wildcard may touch: {@code p*} is not allowed when {@code p} starts with
 *     one of them or one of them starts with {@code p}
 * @param wildcardsInside prefixes that every unasked wildcard must start with one of; {@code ["/"]} allows them everywhere,
 *     an empty list nowhere
 * @param assumedSiblings used for an {@link UrlIndex#unknown() unknown} site only: for each pattern that an unasked wildcard
 *     clears, the weight of untouched URLs assumed to stand beside it; null means that unknown sites get no unasked wildcard
 */
public record PlanPolicy(
        PriceList prices,
        int maxWildcards,
        long maxCollateral,
        Granularity granularity,
        List<String> protectedPrefixes,
        List<String> wildcardsInside,
        @Nullable Long assumedSiblings) {

    /** CloudFront's long-standing quota of wildcards in progress for one distribution (Developer Guide, "Quotas"). */
    public static final int CLOUDFRONT_WILDCARDS = 15;

    /** The largest allowed {@code maxCollateral}: no limit. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    private static final List<String> EVERYWHERE = List.of("/");

    /**
     * Creates a checked policy.
     *
     * @param prices what items and evicted pages cost
     * @param maxWildcards the most wildcards that a plan may hold
     * @param maxCollateral the most weight that a plan may clear although no pattern asks for it
     * @param granularity where a wildcard that nobody asked for may end
     * @param protectedPrefixes prefixes that no unasked wildcard may touch
     * @param wildcardsInside prefixes that every unasked wildcard must start with one of
     * @param assumedSiblings the weight assumed beside each pattern of an unknown site, or null
     * @throws IllegalArgumentException if a limit is negative or a prefix is not in CloudFront's spelling
     */
    public PlanPolicy {
        requireNotNegative("most wildcards", maxWildcards);
        requireNotNegative("most collateral", maxCollateral);
        if (assumedSiblings != null) {
            requireNotNegative("assumed siblings", assumedSiblings);
        }
        protectedPrefixes = List.copyOf(protectedPrefixes);
        wildcardsInside = List.copyOf(wildcardsInside);
        protectedPrefixes.forEach(UrlPattern::prefix);
        wildcardsInside.forEach(UrlPattern::prefix);
    }

    private static void requireNotNegative(String what, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(what + " must not be negative, but was " + value);
        }
    }

    /**
     * Weighs the bill of AWS against itself: the default.
     *
     * <ul>
     *   <li>an item costs {@link PriceList#CLOUDFRONT_PATH_PRICE}, no free tier is assumed
     *   <li>an evicted page of weight 1 is worth {@link PriceList#PAGE_REFILL_PRICE}, what filling the CDN with it once more
     *       costs; so one item is saved by at most 45 evicted pages
     *   <li>at most 15 wildcards, no limit on collateral, any granularity
     * </ul>
     *
     * @return the policy
     */
    public static PlanPolicy balanced() {
        return new PlanPolicy(
                PriceList.cloudFront(0),
                CLOUDFRONT_WILDCARDS,
                NO_LIMIT,
                Granularity.CHARACTER,
                List.of(),
                EVERYWHERE,
                null);
    }

    /**
     * Evicts nothing but what is asked for: like {@link #balanced()} with {@code maxCollateral} 0. Wildcards are used where
     * every known URL under them must be cleared anyway.
     *
     * @return the policy
     */
    public static PlanPolicy noCollateral() {
        return balanced().withMaxCollateral(0);
    }

    /**
     * Makes CloudFront's invoice for the invalidation as small as it can be: like {@link #balanced()} with evicted pages worth
     * nothing. Where no free paths are left this ends in {@code /*} for all but the smallest changes, and the origin renders
     * the whole site again.
     *
     * @return the policy
     */
    public static PlanPolicy cheapest() {
        return balanced().withPrices(PriceList.cloudFront(0).withRefillPrice(0));
    }

    /**
     * Uses wildcards that nobody asked for only inside given prefixes, and otherwise weighs like {@link #balanced()}.
     *
     * @param prefixes prefixes in CloudFront's spelling, without {@code *}; empty allows no unasked wildcard
     * @return the policy
     * @throws IllegalArgumentException if a prefix is not in CloudFront's spelling
     */
    public static PlanPolicy onlyInside(List<String> prefixes) {
        return balanced().withWildcardsInside(prefixes);
    }

    /**
     * Returns the weight assumed beside each pattern of an unknown site.
     *
     * @return the weight, or nothing when unknown sites get no unasked wildcard
     */
    public OptionalLong siblings() {
        return assumedSiblings == null ? OptionalLong.empty() : OptionalLong.of(assumedSiblings);
    }

    /**
     * Returns this policy with other prices.
     *
     * @param prices what items and evicted pages cost
     * @return a changed copy
     */
    public PlanPolicy withPrices(PriceList prices) {
        return new PlanPolicy(
                prices, maxWildcards, maxCollateral, granularity, protectedPrefixes, wildcardsInside, assumedSiblings);
    }

    /**
     * Returns this policy with another limit on wildcards.
     *
     * @param maxWildcards the most wildcards; 0 allows none, so that a plan for a required prefix is infeasible
     * @return a changed copy
     * @throws IllegalArgumentException if {@code maxWildcards} is negative
     */
    public PlanPolicy withMaxWildcards(int maxWildcards) {
        return new PlanPolicy(
                prices, maxWildcards, maxCollateral, granularity, protectedPrefixes, wildcardsInside, assumedSiblings);
    }

    /**
     * Returns this policy with another limit on collateral.
     *
     * @param maxCollateral the most weight; {@link #NO_LIMIT} for none
     * @return a changed copy
     * @throws IllegalArgumentException if {@code maxCollateral} is negative
     */
    public PlanPolicy withMaxCollateral(long maxCollateral) {
        return new PlanPolicy(
                prices, maxWildcards, maxCollateral, granularity, protectedPrefixes, wildcardsInside, assumedSiblings);
    }

    /**
     * Returns this policy with another granularity.
     *
     * @param granularity where a wildcard that nobody asked for may end
     * @return a changed copy
     */
    public PlanPolicy withGranularity(Granularity granularity) {
        return new PlanPolicy(
                prices, maxWildcards, maxCollateral, granularity, protectedPrefixes, wildcardsInside, assumedSiblings);
    }

    /**
     * Returns this policy with other protected prefixes.
     *
     * @param protectedPrefixes prefixes in CloudFront's spelling, without {@code *}
     * @return a changed copy
     * @throws IllegalArgumentException if a prefix is not in CloudFront's spelling
     */
    public PlanPolicy withProtectedPrefixes(List<String> protectedPrefixes) {
        return new PlanPolicy(
                prices, maxWildcards, maxCollateral, granularity, protectedPrefixes, wildcardsInside, assumedSiblings);
    }

    /**
     * Returns this policy with other prefixes for wildcards that nobody asked for.
     *
     * @param wildcardsInside prefixes in CloudFront's spelling, without {@code *}
     * @return a changed copy
     * @throws IllegalArgumentException if a prefix is not in CloudFront's spelling
     */
    public PlanPolicy withWildcardsInside(List<String> wildcardsInside) {
        return new PlanPolicy(
                prices, maxWildcards, maxCollateral, granularity, protectedPrefixes, wildcardsInside, assumedSiblings);
    }

    /**
     * Returns this policy with an assumption about sites whose URLs are unknown.
     *
     * @param siblings for each pattern that an unasked wildcard clears, the weight of untouched URLs beside it
     * @return a changed copy
     * @throws IllegalArgumentException if {@code siblings} is negative
     */
    public PlanPolicy withAssumedSiblings(long siblings) {
        return new PlanPolicy(
                prices, maxWildcards, maxCollateral, granularity, protectedPrefixes, wildcardsInside, siblings);
    }
}

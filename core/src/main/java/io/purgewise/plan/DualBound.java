package io.purgewise.plan;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * Bounds the objective of a problem from below by Lagrange multipliers.
 *
 * <p>Each {@link Term} says that a count (items, wildcards, collateral) beyond a threshold costs something: {@code p * max(0, k - f)}
 * is at least {@code m * (k - f)} for any m from 0 to p; a plan that keeps a limit has {@code m * (count - limit) <= 0} for any
 * {@code m >= 0}; and {@code max(0, t1, t2, ...)} is at least any sum of parts of the waits whose shares are at most 1 together.
 * So the objective of each plan that keeps the limits is at least a function that is linear in the counts.
 * {@link ScalarSearch} finds its least value over all plans, which bounds the objective of all. It is concave in each multiplier,
 * with the count less the threshold of the plan found as its slope; so each is raised or lowered by bisection, in turns. Where that
 * stops matters only for how tight the bound is. Plans met on the way that keep the limits bound the objective from above.
 */
final class DualBound {

    private static final int TURNS = 3;

    private enum Count {
        ITEMS,
        COLLATERAL,
        WILDCARDS
    }

    /**
     * Is what a count costs beyond a threshold.
     *
     * @param count what is counted
     * @param threshold from where on it costs
     * @param most the largest multiplier
     * @param waiting whether it is the wait for a quota; those share
     */
    private record Term(Count count, long threshold, long most, boolean waiting) {

        long excess(Totals totals) {
            return switch (count) {
                case ITEMS -> totals.items() - threshold;
                case COLLATERAL -> totals.collateral() - threshold;
                case WILDCARDS -> totals.wildcards() - threshold;
            };
        }
    }

    private final Instance instance;
    private final ScalarSearch search;
    private final List<Term> terms = new ArrayList<>();
    /** The place among the terms of the limit on wildcards, or -1. */
    private int wildcardLimit = -1;

    private Choice best;
    private long[] multipliers;
    private long bound = Long.MIN_VALUE;
    private long limitedBound = Long.MIN_VALUE;
    private long[] limitedMultipliers = {};

    private DualBound(Instance instance, Choice feasible) {
        this.instance = instance;
        this.search = new ScalarSearch(instance.trie());
        this.best = feasible;
        addTerms();
        this.multipliers = new long[terms.size()];
        this.multipliers[0] = instance.pathPrice();
    }

    /** Lists what bounds; the first term is the price of items beyond the free ones. */
    private void addTerms() {
        int leaves = instance.trie().leaves();
        long all = instance.objective(leaves, leaves, 0) + instance.refillPrice() * instance.most();
        long mostPerLeaf = Math.min(all + 1, (Long.MAX_VALUE >> 4) / leaves);
        terms.add(new Term(Count.ITEMS, instance.freePaths(), instance.pathPrice(), false));
        if (instance.maxCollateral() < instance.most()) {
            long room = (Long.MAX_VALUE >> 3) / Math.max(1, instance.most()) - instance.refillPrice();
            terms.add(
                    new Term(Count.COLLATERAL, instance.maxCollateral(), Math.max(0, Math.min(all + 1, room)), false));
        }
        if (instance.maxItems() < leaves) {
            terms.add(new Term(Count.ITEMS, instance.maxItems(), mostPerLeaf, false));
        }
        for (QuotaTable.Quota quota : instance.quotas()) {
            long threshold = quota.atOnce() - (quota.wildcards() ? 0 : instance.otherItems());
            if (threshold < leaves) {
                Count count = quota.wildcards() ? Count.WILDCARDS : Count.ITEMS;
                terms.add(new Term(count, threshold, instance.waitPrice() * quota.millis(), true));
            }
        }
        if (instance.maxWildcards() < leaves) {
            wildcardLimit = terms.size();
            terms.add(new Term(Count.WILDCARDS, instance.maxWildcards(), mostPerLeaf, false));
        }
    }

    /**
     * Finds a good bound.
     *
     * @param feasible any plan that keeps the limits
     */
    static DualBound of(Instance instance, Choice feasible) {
        DualBound dual = new DualBound(instance, feasible);
        dual.climb();
        if (dual.wildcardLimit >= 0) {
            dual.refine();
        }
        return dual;
    }

    /** Returns the price of an item in the best bound. */
    long itemPrice() {
        return price(Count.ITEMS, multipliers);
    }

    /** Returns the price of a unit of collateral in the best bound. */
    long collateralPrice() {
        return instance.refillPrice() + price(Count.COLLATERAL, multipliers);
    }

    /** Returns the price of a wildcard in the best bound. */
    long wildcardPrice() {
        return price(Count.WILDCARDS, multipliers);
    }

    private long price(Count count, long[] at) {
        long price = 0;
        for (int i = 0; i < at.length; i++) {
            price += terms.get(i).count() == count ? at[i] : 0;
        }
        return price;
    }

    /** Returns the best plan met that keeps the limits. */
    Choice best() {
        return best;
    }

    /** Returns by how much the best plan's objective may exceed the bound at these prices. */
    long gapAtPrices() {
        return instance.objective(best.totals()) - bound;
    }

    /** Returns by how much the best plan's objective may exceed the least one. */
    long gap() {
        return instance.objective(best.totals()) - Math.max(bound, limitedBound);
    }

    private void climb() {
        int first = instance.freePaths() > 0 ? 0 : 1; // all items cost their price where none is free
        evaluate(multipliers);
        for (int turn = 0; turn < TURNS; turn++) {
            long before = bound;
            for (int i = terms.size() - 1; i >= first; i--) {
                climb(i);
            }
            for (int i = 0; i < terms.size(); i++) {
                for (int j = 0; j < i; j++) {
                    if (terms.get(i).waiting() && terms.get(j).waiting()) {
                        share(i, j);
                    }
                }
            }
            if (bound == before) {
                return;
            }
        }
    }

    private void climb(int term) {
        long[] at = multipliers.clone();
        bisect(terms.get(term).waiting() ? shareLeft(term) : terms.get(term).most(), multiplier -> {
            at[term] = multiplier;
            return terms.get(term).excess(evaluate(at));
        });
    }

    /** Looks for the best way to share one whole wait between two quotas. */
    private void share(int one, int other) {
        long[] at = multipliers.clone();
        for (int i = 0; i < at.length; i++) {
            at[i] = terms.get(i).waiting() ? 0 : at[i];
        }
        long whole = terms.get(one).most();
        long otherWhole = terms.get(other).most();
        bisect(whole, multiplier -> {
            at[one] = multiplier;
            at[other] = otherWhole - part(otherWhole, multiplier, whole);
            Totals totals = evaluate(at);
            return whole * terms.get(one).excess(totals)
                    - otherWhole * terms.get(other).excess(totals);
        });
    }

    /** Returns the largest multiplier of a wait beside those of the other waits. */
    private long shareLeft(int term) {
        long left = terms.get(term).most();
        for (int i = 0; i < multipliers.length; i++) {
            if (i != term && terms.get(i).waiting()) {
                left -= part(
                        terms.get(term).most(), multipliers[i], terms.get(i).most());
            }
        }
        return Math.max(0, left);
    }

    /** Returns {@code whole * numerator / denominator}, rounded up. */
    private static long part(long whole, long numerator, long denominator) {
        BigInteger[] quotient = BigInteger.valueOf(whole)
                .multiply(BigInteger.valueOf(numerator))
                .divideAndRemainder(BigInteger.valueOf(denominator));
        return quotient[0].longValueExact() + quotient[1].signum();
    }

    /** Looks for the top of a concave function on {@code [0, most]} by its slope; every point tried is evaluated. */
    private static void bisect(long most, LongUnaryOperator slopeAt) {
        long low = 0;
        long high = most;
        while (low <= high) {
            long middle = low + (high - low) / 2;
            long slope = slopeAt.applyAsLong(middle);
            if (slope == 0) {
                return;
            }
            if (slope > 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
    }

    private Totals evaluate(long[] at) {
        Totals totals = search.solve(
                price(Count.ITEMS, at),
                instance.refillPrice() + price(Count.COLLATERAL, at),
                price(Count.WILDCARDS, at));
        long value = value(totals, at);
        if (value > bound) {
            bound = value;
            multipliers = at.clone();
        }
        if (instance.allows(totals) && instance.compare(totals, best.totals()) < 0) {
            best = new Choice(totals, search.units());
        }
        return totals;
    }

    private long value(Totals totals, long[] at) {
        long value = instance.refillPrice() * totals.collateral();
        for (int i = 0; i < at.length; i++) {
            value += at[i] * terms.get(i).excess(totals);
        }
        return value;
    }

    /** Takes a plan that another search found, if it is better. */
    void offer(Choice choice) {
        if (instance.allows(choice.totals()) && instance.compare(choice.totals(), best.totals()) < 0) {
            best = choice;
        }
    }

    /**
     * Keeps the limit on wildcards as it is and gives only the other prices: a tighter bound, and plans that keep that limit.
     * It is no bound for subtrees, so pruning cannot use it.
     */
    private void refine() {
        limitedMultipliers = multipliers.clone();
        limitedMultipliers[wildcardLimit] = 0;
        for (int i = terms.size() - 1; i >= 0; i--) {
            int term = i;
            boolean priced = term > 0 || instance.freePaths() > 0;
            if (priced && term != wildcardLimit && !terms.get(term).waiting()) {
                long[] at = limitedMultipliers.clone();
                bisect(terms.get(term).most(), multiplier -> {
                    at[term] = multiplier;
                    return terms.get(term).excess(evaluateLimited(at));
                });
            }
        }
    }

    private Totals evaluateLimited(long[] at) {
        Choice choice = WildcardLimitedSearch.solve(
                instance.trie(),
                new WildcardLimitedSearch.Prices(
                        price(Count.ITEMS, at),
                        instance.refillPrice() + price(Count.COLLATERAL, at),
                        price(Count.WILDCARDS, at)),
                instance.maxWildcards(),
                wildcards -> 0);
        if (choice == null) {
            throw new IllegalStateException("a problem with a plan must have a way within the limit on wildcards");
        }
        long value = value(choice.totals(), at);
        if (value > limitedBound) {
            limitedBound = value;
            limitedMultipliers = at.clone();
        }
        offer(choice);
        return choice.totals();
    }
}

package io.purgewise.plan;

import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;

/**
 * Bounds the objective of a problem from below by Lagrange multipliers.
 *
 * <p>For any {@code 0 <= m <= p} and {@code l, v >= 0}, each plan that keeps the limits has
 * {@code p * max(0, k - f) + r * C >= m * (k - f) + r * C + l * (C - maxCollateral) + v * (w - maxWildcards)}. The right side is
 * linear: {@link ScalarSearch} finds its least value over all plans, which bounds the objective of all. It is concave in each
 * multiplier, with the slopes {@code k - f}, {@code C - maxCollateral} and {@code w - maxWildcards} of the plan found; so each is
 * raised or lowered by bisection, in turns. Where that stops matters only for how tight the bound is. Plans met on the way that
 * keep the limits bound the objective from above.
 */
final class DualBound {

    private static final int TURNS = 3;

    private final Instance instance;
    private final ScalarSearch search;
    private Choice best;
    private long itemPrice;
    private long collateralPremium;
    private long wildcardPrice;
    private long bound = Long.MIN_VALUE;
    private long limitedBound = Long.MIN_VALUE;
    private long limitedPremium;

    private DualBound(Instance instance, Choice feasible) {
        this.instance = instance;
        this.search = new ScalarSearch(instance.trie());
        this.best = feasible;
        this.itemPrice = instance.pathPrice();
    }

    /**
     * Finds a good bound.
     *
     * @param feasible any plan that keeps the limits
     */
    static DualBound of(Instance instance, Choice feasible) {
        DualBound dual = new DualBound(instance, feasible);
        dual.climb();
        if (instance.maxWildcards() < instance.trie().leaves()) {
            dual.refine();
        }
        return dual;
    }

    /** Returns the price of an item in the best bound. */
    long itemPrice() {
        return itemPrice;
    }

    /** Returns the price of a unit of collateral in the best bound. */
    long collateralPrice() {
        return instance.refillPrice() + collateralPremium;
    }

    /** Returns the price of a wildcard in the best bound. */
    long wildcardPrice() {
        return wildcardPrice;
    }

    /** Returns the best plan met that keeps the limits. */
    Choice best() {
        return best;
    }

    /** Returns by how much the best plan's objective may exceed the bound at these prices. */
    long gapAtPrices() {
        return objectiveOfBest() - bound;
    }

    /** Returns by how much the best plan's objective may exceed the least one. */
    long gap() {
        return objectiveOfBest() - Math.max(bound, limitedBound);
    }

    private long objectiveOfBest() {
        return instance.objective(best.totals().items(), best.totals().collateral());
    }

    /** Returns a premium at which one unit of collateral outweighs all items, or the largest without overflow. */
    private long mostPremium() {
        long room = (Long.MAX_VALUE >> 2) / Math.max(1, instance.most());
        return Math.max(
                0, Math.min(instance.pathPrice() * instance.trie().leaves() + 1, room - instance.refillPrice()));
    }

    private void climb() {
        int leaves = instance.trie().leaves();
        long allItems = instance.pathPrice() * leaves;
        long mostPremium = mostPremium();
        long mostWildcardPrice =
                Math.min(allItems + instance.refillPrice() * instance.most(), (Long.MAX_VALUE >> 3) / leaves);
        evaluate(itemPrice, 0, 0);
        for (int turn = 0; turn < TURNS; turn++) {
            long before = bound;
            if (instance.maxCollateral() < instance.most()) {
                long item = itemPrice;
                long wildcard = wildcardPrice;
                bisect(mostPremium, l -> slope(item, l, wildcard, t -> t.collateral() - instance.maxCollateral()));
            }
            if (instance.freePaths() > 0) {
                long premium = collateralPremium;
                long wildcard = wildcardPrice;
                bisect(instance.pathPrice(), m -> slope(m, premium, wildcard, t -> t.items() - instance.freePaths()));
            }
            if (instance.maxWildcards() < leaves) {
                long item = itemPrice;
                long premium = collateralPremium;
                bisect(mostWildcardPrice, v -> slope(item, premium, v, t -> t.wildcards() - instance.maxWildcards()));
            }
            if (bound == before) {
                return;
            }
        }
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

    private long slope(long item, long premium, long wildcard, ToLongFunction<Totals> excess) {
        return excess.applyAsLong(evaluate(item, premium, wildcard));
    }

    private Totals evaluate(long item, long premium, long wildcard) {
        long collateralPrice = instance.refillPrice() + premium;
        Totals totals = search.solve(item, collateralPrice, wildcard);
        long limit = Math.min(instance.maxCollateral(), instance.most());
        long value = item * (totals.items() - instance.freePaths())
                + instance.refillPrice() * totals.collateral()
                + premium * (totals.collateral() - limit)
                + wildcard * (totals.wildcards() - instance.maxWildcards());
        if (value > bound) {
            bound = value;
            itemPrice = item;
            collateralPremium = premium;
            wildcardPrice = wildcard;
        }
        if (instance.allows(totals) && instance.compare(totals, best.totals()) < 0) {
            best = new Choice(totals, search.units());
        }
        return totals;
    }

    /** Takes a plan that another search found, if it is better. */
    void offer(Choice choice) {
        if (instance.allows(choice.totals()) && instance.compare(choice.totals(), best.totals()) < 0) {
            best = choice;
        }
    }

    /**
     * Keeps the limit on wildcards as it is and gives only the other two prices: a tighter bound, and plans that keep that limit.
     * It is no bound for subtrees, so pruning cannot use it.
     */
    private void refine() {
        long premium = collateralPremium;
        if (instance.maxCollateral() < instance.most()) {
            long item = itemPrice;
            bisect(mostPremium(), l -> {
                Totals totals = evaluateLimited(item, l);
                return totals.collateral() - instance.maxCollateral();
            });
            premium = limitedPremium;
        }
        if (instance.freePaths() > 0) {
            long fixed = premium;
            bisect(instance.pathPrice(), m -> evaluateLimited(m, fixed).items() - instance.freePaths());
        }
    }

    private Totals evaluateLimited(long item, long premium) {
        Choice choice = WildcardLimitedSearch.solve(
                instance.trie(), item, instance.refillPrice() + premium, instance.maxWildcards());
        if (choice == null) {
            throw new IllegalStateException("a problem with a plan must have a way within the limit on wildcards");
        }
        Totals totals = choice.totals();
        long value = item * (totals.items() - instance.freePaths())
                + instance.refillPrice() * totals.collateral()
                + premium * (totals.collateral() - Math.min(instance.maxCollateral(), instance.most()));
        if (value > limitedBound) {
            limitedBound = value;
            limitedPremium = premium;
        }
        offer(choice);
        return totals;
    }
}

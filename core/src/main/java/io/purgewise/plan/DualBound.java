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

    private final Problem problem;
    private final ScalarSearch search;
    private Choice best;
    private long itemPrice;
    private long collateralPremium;
    private long wildcardPrice;
    private long bound = Long.MIN_VALUE;
    private long limitedBound = Long.MIN_VALUE;
    private long limitedPremium;

    private DualBound(Problem problem, Choice feasible) {
        this.problem = problem;
        this.search = new ScalarSearch(problem.trie());
        this.best = feasible;
        this.itemPrice = problem.pathPrice();
    }

    /**
     * Finds a good bound.
     *
     * @param feasible any plan that keeps the limits
     */
    static DualBound of(Problem problem, Choice feasible) {
        DualBound dual = new DualBound(problem, feasible);
        dual.climb();
        if (problem.maxWildcards() < problem.trie().leaves()) {
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
        return problem.refillPrice() + collateralPremium;
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
        return problem.objective(best.totals().items(), best.totals().collateral());
    }

    /** Returns a premium at which one unit of collateral outweighs all items, or the largest without overflow. */
    private long mostPremium() {
        long room = (Long.MAX_VALUE >> 2) / Math.max(1, problem.most());
        return Math.max(0, Math.min(problem.pathPrice() * problem.trie().leaves() + 1, room - problem.refillPrice()));
    }

    private void climb() {
        int leaves = problem.trie().leaves();
        long allItems = problem.pathPrice() * leaves;
        long mostPremium = mostPremium();
        long mostWildcardPrice =
                Math.min(allItems + problem.refillPrice() * problem.most(), (Long.MAX_VALUE >> 3) / leaves);
        evaluate(itemPrice, 0, 0);
        for (int turn = 0; turn < TURNS; turn++) {
            long before = bound;
            if (problem.maxCollateral() < problem.most()) {
                long item = itemPrice;
                long wildcard = wildcardPrice;
                bisect(mostPremium, l -> slope(item, l, wildcard, t -> t.collateral() - problem.maxCollateral()));
            }
            if (problem.freePaths() > 0) {
                long premium = collateralPremium;
                long wildcard = wildcardPrice;
                bisect(problem.pathPrice(), m -> slope(m, premium, wildcard, t -> t.items() - problem.freePaths()));
            }
            if (problem.maxWildcards() < leaves) {
                long item = itemPrice;
                long premium = collateralPremium;
                bisect(mostWildcardPrice, v -> slope(item, premium, v, t -> t.wildcards() - problem.maxWildcards()));
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
        long collateralPrice = problem.refillPrice() + premium;
        Totals totals = search.solve(item, collateralPrice, wildcard);
        long limit = Math.min(problem.maxCollateral(), problem.most());
        long value = item * (totals.items() - problem.freePaths())
                + problem.refillPrice() * totals.collateral()
                + premium * (totals.collateral() - limit)
                + wildcard * (totals.wildcards() - problem.maxWildcards());
        if (value > bound) {
            bound = value;
            itemPrice = item;
            collateralPremium = premium;
            wildcardPrice = wildcard;
        }
        if (problem.allows(totals) && problem.compare(totals, best.totals()) < 0) {
            best = new Choice(totals, search.units());
        }
        return totals;
    }

    /** Takes a plan that another search found, if it is better. */
    void offer(Choice choice) {
        if (problem.allows(choice.totals()) && problem.compare(choice.totals(), best.totals()) < 0) {
            best = choice;
        }
    }

    /**
     * Keeps the limit on wildcards as it is and gives only the other two prices: a tighter bound, and plans that keep that limit.
     * It is no bound for subtrees, so pruning cannot use it.
     */
    private void refine() {
        long premium = collateralPremium;
        if (problem.maxCollateral() < problem.most()) {
            long item = itemPrice;
            bisect(mostPremium(), l -> {
                Totals totals = evaluateLimited(item, l);
                return totals.collateral() - problem.maxCollateral();
            });
            premium = limitedPremium;
        }
        if (problem.freePaths() > 0) {
            long fixed = premium;
            bisect(problem.pathPrice(), m -> evaluateLimited(m, fixed).items() - problem.freePaths());
        }
    }

    private Totals evaluateLimited(long item, long premium) {
        Choice choice = WildcardLimitedSearch.solve(
                problem.trie(), item, problem.refillPrice() + premium, problem.maxWildcards());
        if (choice == null) {
            throw new IllegalStateException("a problem with a plan must have a way within the limit on wildcards");
        }
        Totals totals = choice.totals();
        long value = item * (totals.items() - problem.freePaths())
                + problem.refillPrice() * totals.collateral()
                + premium * (totals.collateral() - Math.min(problem.maxCollateral(), problem.most()));
        if (value > limitedBound) {
            limitedBound = value;
            limitedPremium = premium;
        }
        offer(choice);
        return totals;
    }
}

package io.purgewise.plan;

/**
 * Bounds the objective of a problem without tags from below by Lagrange multipliers.
 *
 * <p>With multipliers for all {@link DualTerms} {@link ScalarSearch} finds the least value of the linear function over all plans,
 * which bounds the objective of all. Plans met on the way that keep the limits bound the objective from above.
 */
final class DualBound {

    private final Instance instance;
    private final ScalarSearch search;
    private final DualTerms terms;

    private Choice best;
    private long[] multipliers;
    private long bound = Long.MIN_VALUE;
    private long limitedBound = Long.MIN_VALUE;
    private long[] limitedMultipliers = {};

    private DualBound(Instance instance, Choice feasible) {
        this.instance = instance;
        this.search = new ScalarSearch(instance.trie());
        this.best = feasible;
        this.terms = new DualTerms(instance, instance.trie().leaves(), instance.most());
        this.multipliers = terms.start();
    }

    /**
     * Finds a good bound.
     *
     * @param feasible any plan that keeps the limits
     */
    static DualBound of(Instance instance, Choice feasible) {
        DualBound dual = new DualBound(instance, feasible);
        dual.evaluate(dual.multipliers);
        dual.terms.climb(dual.new Unlimited());
        if (dual.terms.limitsWildcards()) {
            dual.limitedMultipliers = dual.terms.besideWildcards(dual.multipliers);
            dual.terms.climbBesideWildcards(dual.new Limited());
        }
        return dual;
    }

    /** Returns the price of an item in the best bound. */
    long itemPrice() {
        return terms.itemPrice(multipliers);
    }

    /** Returns the price of a unit of collateral in the best bound. */
    long collateralPrice() {
        return terms.collateralPrice(multipliers);
    }

    /** Returns the price of a wildcard in the best bound. */
    long wildcardPrice() {
        return terms.wildcardPrice(multipliers);
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

    /** Takes a plan that another search found, if it is better. */
    void offer(Choice choice) {
        if (instance.allows(choice.totals()) && instance.compare(choice.totals(), best.totals()) < 0) {
            best = choice;
        }
    }

    private final class Unlimited implements DualTerms.Evaluation {

        @Override
        public Totals apply(long[] at) {
            return evaluate(at);
        }

        @Override
        public long[] best() {
            return multipliers;
        }

        @Override
        public long bound() {
            return bound;
        }
    }

    private Totals evaluate(long[] at) {
        Totals totals = search.solve(terms.itemPrice(at), terms.collateralPrice(at), terms.wildcardPrice(at));
        long value = terms.value(totals, at);
        if (value > bound) {
            bound = value;
            multipliers = at.clone();
        }
        if (instance.allows(totals) && instance.compare(totals, best.totals()) < 0) {
            best = new Choice(totals, search.units());
        }
        return totals;
    }

    /**
     * Keeps the limit on wildcards as it is and gives only the other prices: a tighter bound, and plans that keep that limit.
     * It is no bound for subtrees, so pruning cannot use it.
     */
    private final class Limited implements DualTerms.Evaluation {

        @Override
        public Totals apply(long[] at) {
            Choice choice = WildcardLimitedSearch.solve(
                    instance.trie(),
                    new WildcardLimitedSearch.Prices(
                            terms.itemPrice(at), terms.collateralPrice(at), terms.wildcardPrice(at)),
                    instance.maxWildcards(),
                    wildcards -> 0);
            if (choice == null) {
                throw new IllegalStateException("a problem with a plan must have a way within the limit on wildcards");
            }
            long value = terms.value(choice.totals(), at);
            if (value > limitedBound) {
                limitedBound = value;
                limitedMultipliers = at.clone();
            }
            offer(choice);
            return choice.totals();
        }

        @Override
        public long[] best() {
            return limitedMultipliers;
        }

        @Override
        public long bound() {
            return limitedBound;
        }
    }
}

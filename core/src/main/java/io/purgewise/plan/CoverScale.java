package io.purgewise.plan;

import java.util.Arrays;

/**
 * Is the linear function that bounds an objective with tags from below, for multipliers that may change.
 *
 * <p>Costs are whole numbers of parts of a micro-dollar, as small as 64 bits allow, so that dues can be told finely.
 */
final class CoverScale {

    private static final int MOST_SHIFT = 16;

    private final Instance instance;
    private final CoverProblem root;
    private final DualTerms terms;
    private final long mostCollateral;
    private long[] multipliers;
    private int shift;
    private CoverPrices prices;

    /**
     * Starts with multipliers that charge for items alone.
     *
     * @param root the whole problem
     */
    CoverScale(Instance instance, CoverProblem root) {
        this.instance = instance;
        this.root = root;
        this.mostCollateral =
                instance.most() + Arrays.stream(root.tags().collateral()).sum();
        this.terms = new DualTerms(instance, mostItems(), mostCollateral);
        this.multipliers = terms.start();
        this.prices = new CoverPrices(0, 0, 0, 0);
        set(multipliers);
    }

    /** Returns what counts cost. */
    CoverPrices prices() {
        return prices;
    }

    /** Returns how many parts a micro-dollar has. */
    long unit() {
        return 1L << shift;
    }

    /** Makes the function that of the objective at a plan. */
    void fit(Totals totals) {
        set(terms.exactAt(totals));
    }

    /** Tells whether the function is the objective at a plan that keeps the limits: then no multipliers bound better. */
    boolean isExact(Totals totals) {
        return terms.isExact(totals, multipliers);
    }

    /**
     * Is what {@link #climb} found.
     *
     * @param dues the dues for the new prices, or none where no multipliers are better
     * @param evaluations how often the relaxation was solved
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Climbed(long[] dues, long evaluations) {}

    /** Looks for better multipliers at fixed dues. */
    Climbed climb(CoverProblem problem, long[] dues) {
        long[] unscaled = unscaled(problem, dues);
        Climb climb = new Climb(problem, unscaled);
        terms.climb(climb);
        if (Arrays.equals(climb.best(), multipliers)) {
            return new Climbed(new long[0], climb.evaluations);
        }
        set(climb.best());
        return new Climbed(scaled(problem, unscaled), climb.evaluations);
    }

    /** Gives each leaf its share of the due of what it became. */
    long[] spread(long[] dues, CoverReduction.Reduced reduced) {
        long[] result = new long[root.leaves().size()];
        for (int leaf = 0; leaf < result.length; leaf++) {
            int group = reduced.group()[leaf];
            double share = prices.ofLeaf(root.leaves(), leaf)
                    / Math.max(1, (double) prices.ofLeaf(reduced.problem().leaves(), group));
            result[leaf] = (long) (dues[group] * share);
        }
        return result;
    }

    private void set(long[] newMultipliers) {
        multipliers = newMultipliers;
        double top = (double) terms.itemPrice(multipliers) * mostItems()
                + (double) terms.wildcardPrice(multipliers) * instance.trie().leaves()
                + (double) terms.collateralPrice(multipliers) * mostCollateral
                + Math.abs((double) constant())
                + upper();
        shift = Math.max(0, Math.min(MOST_SHIFT, 61 - Math.getExponent(top) - 1));
        prices = prices(multipliers, shift, top);
    }

    private CoverPrices prices(long[] at, int scale, double top) {
        long blocked = (long) Math.min(
                (top + 1) * (1L << scale),
                (double) (Long.MAX_VALUE >> 2) / (instance.trie().leaves() + 1));
        return new CoverPrices(
                terms.itemPrice(at) << scale,
                terms.wildcardPrice(at) << scale,
                terms.collateralPrice(at) << scale,
                blocked);
    }

    /** Returns by how much the linear sum of a plan exceeds its bound of the objective. */
    private long constant() {
        return -terms.value(new Totals(0, 0, 0), multipliers);
    }

    /** Returns an objective that no plan exceeds. */
    long upper() {
        return instance.objective(mostItems(), instance.trie().leaves(), 0) + instance.refillPrice() * mostCollateral;
    }

    /** Returns what a plan of an objective costs at the least. */
    long scaled(long objective) {
        return (objective + constant()) << shift;
    }

    /** Returns the least objective of plans that cost so much. */
    long objective(long cost) {
        return Math.floorDiv(cost + unit() - 1, unit()) - constant();
    }

    private int mostItems() {
        return instance.trie().leaves() + root.tags().size();
    }

    private long[] unscaled(CoverProblem problem, long[] dues) {
        long[] result = new long[dues.length];
        for (int leaf = 0; leaf < dues.length; leaf++) {
            boolean full = dues[leaf] >= prices.ofLeaf(problem.leaves(), leaf);
            result[leaf] = full ? Long.MAX_VALUE : dues[leaf] >> shift;
        }
        return result;
    }

    /** Returns dues for new prices. */
    private long[] scaled(CoverProblem problem, long[] dues) {
        long[] result = new long[dues.length];
        for (int leaf = 0; leaf < dues.length; leaf++) {
            long full = prices.ofLeaf(problem.leaves(), leaf);
            result[leaf] = dues[leaf] > full >> shift ? full : dues[leaf] << shift;
        }
        return result;
    }

    /** Looks for better multipliers at fixed dues, in micro-dollars. */
    private final class Climb implements DualTerms.Evaluation {

        private final CoverProblem problem;
        private final long[] dues;
        private long[] at = multipliers;
        private long bound = Long.MIN_VALUE;
        private long evaluations;

        Climb(CoverProblem problem, long[] dues) {
            this.problem = problem;
            this.dues = dues;
            apply(at);
        }

        @Override
        public Totals apply(long[] tried) {
            CoverBound relaxed = new CoverBound(problem, prices(tried, 0, (double) upper()), dues).evaluate();
            evaluations++;
            long value = relaxed.cost() + terms.value(new Totals(0, 0, 0), tried);
            if (value > bound) {
                bound = value;
                at = tried.clone();
            }
            return relaxed.counts();
        }

        @Override
        public long[] best() {
            return at;
        }

        @Override
        public long bound() {
            return bound;
        }
    }
}

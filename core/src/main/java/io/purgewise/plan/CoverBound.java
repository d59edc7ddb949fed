package io.purgewise.plan;

import java.util.Arrays;

/**
 * Bounds a {@link CoverProblem} from below by a Lagrangian relaxation.
 *
 * <p>A leaf may be left to the tags if one of its tags is taken. Instead of that rule each leaf has a price, its <em>due</em>: leaving
 * it costs the due, and each tag that clears it earns the due. A plan that keeps the rule pays no more in this relaxation than it
 * costs; and the least of the relaxation is easily found, since nothing ties the tags to the trie any more: a tag is taken where
 * its dues are more than its cost, and the trie is a bottom-up computation. The dues that bound best are looked for by
 * subgradients: a due rises where its leaf was left and no tag taken, and falls where tags were taken in excess.
 *
 * <p>The bound is one in the order of plans (cost, collateral, items, wildcards), not in cost alone: dues change only the cost.
 */
final class CoverBound {

    private static final int PATIENCE = 6;

    private final CoverProblem problem;
    private final CoverPrices prices;
    private final CoverProblem.Leaves leaves;
    private final CoverProblem.Nodes nodes;
    private final CoverProblem.Tags tags;
    private final long[] leafCost;
    /** What is below each node, the ground included. */
    private final long[] cost;

    private final long[] collateral;
    private final int[] items;
    private final int[] wildcards;
    private final boolean[] cleared;
    private final long[] tagDues;

    private long[] due;
    private long bestCost = Long.MIN_VALUE;
    private Totals best = new Totals(0, 0, 0);
    private long evaluations;

    /**
     * Prepares a bound.
     *
     * @param start dues to start from; empty for none
     */
    CoverBound(CoverProblem problem, CoverPrices prices, long[] start) {
        this.problem = problem;
        this.prices = prices;
        this.leaves = problem.leaves();
        this.nodes = problem.nodes();
        this.tags = problem.tags();
        this.leafCost = new long[leaves.size()];
        for (int leaf = 0; leaf < leafCost.length; leaf++) {
            leafCost[leaf] = prices.ofLeaf(leaves, leaf);
        }
        int all = nodes.size() + 1;
        this.cost = new long[all];
        this.collateral = new long[all];
        this.items = new int[all];
        this.wildcards = new int[all];
        this.cleared = new boolean[all];
        this.tagDues = new long[tags.size()];
        this.due = start.length > 0 ? start.clone() : shares();
        for (int leaf = 0; leaf < due.length; leaf++) {
            due[leaf] = Math.min(due[leaf], leafCost[leaf]);
        }
    }

    /** Returns dues with which no tag earns more than it costs. */
    private long[] shares() {
        long[] shares = leafCost.clone();
        for (int tag = 0; tag < tags.size(); tag++) {
            double all = 0;
            for (int i = tags.leafStart()[tag]; i < tags.leafStart()[tag + 1]; i++) {
                all += leafCost[tags.leaf()[i]];
            }
            double share = all == 0 ? 0 : Math.min(1, prices.ofTag(tags, tag) / all);
            for (int i = tags.leafStart()[tag]; i < tags.leafStart()[tag + 1]; i++) {
                int leaf = tags.leaf()[i];
                shares[leaf] = Math.min(shares[leaf], (long) (leafCost[leaf] * share));
            }
        }
        return shares;
    }

    /** Returns the least cost of the relaxation, at the best dues. */
    long cost() {
        return bestCost;
    }

    /** Returns the counts at the least cost. */
    Totals totals() {
        return best;
    }

    /** Returns the best dues. */
    long[] dues() {
        return due;
    }

    /** Returns how often the relaxation was solved. */
    long evaluations() {
        return evaluations;
    }

    /** Returns which tags are taken at the best dues. */
    boolean[] taken() {
        sumDues(due);
        boolean[] taken = new boolean[tags.size()];
        for (int tag = 0; tag < taken.length; tag++) {
            taken[tag] = tagDues[tag] >= prices.ofTag(tags, tag);
        }
        return taken;
    }

    /** Evaluates the dues as they are. */
    CoverBound evaluate() {
        bestCost = Long.MIN_VALUE;
        evaluate(due);
        return this;
    }

    /**
     * Looks for better dues.
     *
     * @param target a cost that the bound can hardly exceed
     * @param turns how many dues to try
     * @return this
     */
    CoverBound ascend(long target, int turns) {
        evaluate();
        double pace = 1;
        int since = 0;
        long[] at = due;
        long value = bestCost;
        long[] slope = new long[leaves.size()];
        for (int turn = 0; turn < turns && bestCost < target && tags.size() > 0; turn++) {
            double norm = slope(at, slope);
            if (norm == 0) {
                return this;
            }
            double step = pace * (target - value) / norm;
            long[] next = new long[at.length];
            for (int leaf = 0; leaf < next.length; leaf++) {
                double moved = at[leaf] + step * slope[leaf];
                next[leaf] = Math.max(
                        0, Math.min(leafCost[leaf], (long) moved)); // never beyond, even where doubles are coarse
            }
            at = next;
            long before = bestCost;
            value = evaluate(at);
            since = bestCost > before ? 0 : since + 1;
            if (since == PATIENCE) {
                pace /= 2;
                since = 0;
                at = due;
                value = evaluate(at);
            }
        }
        return this;
    }

    /** Writes the slope at dues just evaluated, 0 where the due cannot move, and returns the square of its length. */
    private double slope(long[] at, long[] slope) {
        for (int leaf = 0; leaf < slope.length; leaf++) {
            slope[leaf] = cleared[leaves.parent()[leaf]] || leaves.isBare(leaf) ? 0 : 1;
        }
        for (int tag = 0; tag < tags.size(); tag++) {
            if (tagDues[tag] > prices.ofTag(tags, tag)) {
                for (int i = tags.leafStart()[tag]; i < tags.leafStart()[tag + 1]; i++) {
                    slope[tags.leaf()[i]]--;
                }
            }
        }
        double norm = 0;
        for (int leaf = 0; leaf < slope.length; leaf++) {
            if (slope[leaf] > 0 ? at[leaf] >= leafCost[leaf] : at[leaf] <= 0) {
                slope[leaf] = 0;
            }
            norm += (double) slope[leaf] * slope[leaf];
        }
        return norm;
    }

    private void sumDues(long[] at) {
        Arrays.fill(tagDues, 0);
        for (int leaf = 0; leaf < at.length; leaf++) {
            for (int i = leaves.tagStart()[leaf]; i < leaves.tagStart()[leaf + 1]; i++) {
                tagDues[leaves.tag()[i]] += at[leaf];
            }
        }
    }

    /** Solves the relaxation; dues are never more than what the leaf costs. */
    private long evaluate(long[] at) {
        evaluations++;
        sumDues(at);
        Arrays.fill(cost, 0);
        Arrays.fill(collateral, 0);
        Arrays.fill(items, 0);
        Arrays.fill(wildcards, 0);
        for (int leaf = 0; leaf < at.length; leaf++) {
            int parent = leaves.parent()[leaf];
            if (leaves.isBare(leaf)) {
                cost[parent] += leafCost[leaf];
                collateral[parent] += leaves.collateral()[leaf];
                items[parent] += leaves.items()[leaf];
                wildcards[parent] += leaves.wildcards()[leaf];
            } else {
                cost[parent] += at[leaf];
            }
        }
        for (int node = 0; node < nodes.size(); node++) {
            climb(node, nodes.parent()[node]);
        }
        for (int node = nodes.size() - 1; node >= 0; node--) {
            cleared[node] |= cleared[nodes.parent()[node]];
        }
        return addTags(at);
    }

    private void climb(int node, int parent) {
        long own = prices.ofNode(nodes, node);
        long besides = nodes.collateral()[node];
        cleared[node] = own < cost[node]
                || (own == cost[node]
                        && (besides < collateral[node]
                                || (besides == collateral[node]
                                        && (items[node] > 1 || (items[node] == 1 && wildcards[node] > 1)))));
        boolean taken = cleared[node];
        cost[parent] += taken ? own : cost[node];
        collateral[parent] += taken ? besides : collateral[node];
        items[parent] += taken ? 1 : items[node];
        wildcards[parent] += taken ? 1 : wildcards[node];
    }

    private long addTags(long[] at) {
        int ground = nodes.size();
        long value = cost[ground] + prices.of(problem.fixed());
        long besides = collateral[ground] + problem.fixed().collateral();
        int count = items[ground] + problem.fixed().items();
        for (int tag = 0; tag < tags.size(); tag++) {
            long more = prices.ofTag(tags, tag) - tagDues[tag];
            if (more < 0) {
                value += more;
                besides += tags.collateral()[tag];
                count++;
            }
        }
        Totals totals = new Totals(count, wildcards[ground] + problem.fixed().wildcards(), besides);
        if (value > bestCost || (value == bestCost && compare(totals, best) > 0)) {
            bestCost = value;
            best = totals;
            due = at;
        }
        return value;
    }

    /** Counts what the dues evaluated last leave to do, where a leaf whose due is its cost is no better left than cleared. */
    Totals counts() {
        int count = problem.fixed().items();
        int countWildcards = problem.fixed().wildcards();
        long besides = problem.fixed().collateral();
        for (int leaf = 0; leaf < leaves.size(); leaf++) {
            if (!cleared[leaves.parent()[leaf]] && (leaves.isBare(leaf) || due[leaf] >= leafCost[leaf])) {
                count += leaves.items()[leaf];
                countWildcards += leaves.wildcards()[leaf];
                besides += leaves.collateral()[leaf];
            }
        }
        for (int node = 0; node < nodes.size(); node++) {
            if (cleared[node] && !cleared[nodes.parent()[node]]) {
                count++;
                countWildcards++;
                besides += nodes.collateral()[node];
            }
        }
        for (int tag = 0; tag < tags.size(); tag++) {
            if (tagDues[tag] > prices.ofTag(tags, tag)) {
                count++;
                besides += tags.collateral()[tag];
            }
        }
        return new Totals(count, countWildcards, besides);
    }

    /** Orders counts of equal cost. */
    static int compare(Totals a, Totals b) {
        int order = Long.compare(a.collateral(), b.collateral());
        order = order != 0 ? order : Integer.compare(a.items(), b.items());
        return order != 0 ? order : Integer.compare(a.wildcards(), b.wildcards());
    }
}

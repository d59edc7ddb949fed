package io.purgewise.plan;

import java.util.Arrays;

/**
 * Keeps the least cost of a trie up to date while its leaves change: a change goes up only as far as it makes a difference.
 */
final class CoverToggles {

    private final CoverProblem problem;
    private final CoverPrices prices;
    private final long[] leafCost;
    private final long[] leafValue;
    /** What is below each node, the ground included. */
    private final long[] below;

    private final long[] own;

    CoverToggles(CoverProblem problem, CoverPrices prices) {
        this.problem = problem;
        this.prices = prices;
        CoverProblem.Leaves leaves = problem.leaves();
        CoverProblem.Nodes nodes = problem.nodes();
        this.leafCost = new long[leaves.size()];
        this.below = new long[nodes.size() + 1];
        this.own = new long[nodes.size()];
        for (int leaf = 0; leaf < leafCost.length; leaf++) {
            leafCost[leaf] = prices.ofLeaf(leaves, leaf);
        }
        for (int node = 0; node < own.length; node++) {
            own[node] = prices.ofNode(nodes, node);
        }
        this.leafValue = new long[leafCost.length];
    }

    private void start() {
        CoverProblem.Leaves leaves = problem.leaves();
        Arrays.fill(below, 0);
        for (int leaf = 0; leaf < leafValue.length; leaf++) {
            below[leaves.parent()[leaf]] += leafValue[leaf];
        }
        for (int node = 0; node < own.length; node++) {
            below[problem.nodes().parent()[node]] += Math.min(own[node], below[node]);
        }
    }

    private void set(int leaf, long value) {
        long change = value - leafValue[leaf];
        leafValue[leaf] = value;
        int node = problem.leaves().parent()[leaf];
        while (change != 0 && node < own.length) {
            long before = Math.min(own[node], below[node]);
            below[node] += change;
            change = Math.min(own[node], below[node]) - before;
            node = problem.nodes().parent()[node];
        }
        below[node] += change;
    }

    private long trie() {
        return below[own.length];
    }

    /**
     * Adds and drops tags as long as that pays.
     *
     * @param taken the tags to start from, changed into those found
     * @return how often a tag was tried
     */
    int improve(boolean[] taken) {
        CoverProblem.Tags tags = problem.tags();
        int[] covers = new int[leafCost.length];
        for (int tag = 0; tag < taken.length; tag++) {
            for (int i = tags.leafStart()[tag]; taken[tag] && i < tags.leafStart()[tag + 1]; i++) {
                covers[tags.leaf()[i]]++;
            }
        }
        for (int leaf = 0; leaf < covers.length; leaf++) {
            leafValue[leaf] = covers[leaf] > 0 ? 0 : leafCost[leaf];
        }
        start();
        int tried = 0;
        for (boolean better = true; better; ) {
            better = false;
            for (int tag = 0; tag < taken.length; tag++) {
                long before = trie();
                toggle(tag, taken, covers);
                long more = trie() - before + (taken[tag] ? 1 : -1) * prices.ofTag(tags, tag);
                tried++;
                if (more < 0) {
                    better = true;
                } else {
                    toggle(tag, taken, covers);
                }
            }
        }
        return tried;
    }

    private void toggle(int tag, boolean[] taken, int[] covers) {
        CoverProblem.Tags tags = problem.tags();
        taken[tag] ^= true;
        for (int i = tags.leafStart()[tag]; i < tags.leafStart()[tag + 1]; i++) {
            int leaf = tags.leaf()[i];
            covers[leaf] += taken[tag] ? 1 : -1;
            set(leaf, covers[leaf] > 0 ? 0 : leafCost[leaf]);
        }
    }

    /** Returns the least cost with just these tags, which {@link #improve} left. */
    long cost(boolean[] taken) {
        long cost = trie() + prices.of(problem.fixed());
        for (int tag = 0; tag < taken.length; tag++) {
            cost += taken[tag] ? prices.ofTag(problem.tags(), tag) : 0;
        }
        return cost;
    }

    /**
     * Bounds the cost of plans with and without each tag.
     *
     * @param dues those of a {@link CoverBound} for this problem
     * @param with at each tag a bound of plans with it, filled in
     * @param without at each tag a bound of plans without it, filled in
     */
    void probe(long[] dues, long[] with, long[] without) {
        CoverProblem.Leaves leaves = problem.leaves();
        CoverProblem.Tags tags = problem.tags();
        long[] surplus = new long[tags.size()]; // what a tag costs beyond its dues
        for (int tag = 0; tag < surplus.length; tag++) {
            surplus[tag] = prices.ofTag(tags, tag);
        }
        for (int leaf = 0; leaf < leafCost.length; leaf++) {
            leafValue[leaf] = leaves.isBare(leaf) ? leafCost[leaf] : dues[leaf];
            for (int i = leaves.tagStart()[leaf]; i < leaves.tagStart()[leaf + 1]; i++) {
                surplus[leaves.tag()[i]] -= dues[leaf];
            }
        }
        start();
        long gains = prices.of(problem.fixed());
        for (long s : surplus) {
            gains += Math.min(0, s);
        }
        for (int tag = 0; tag < tags.size(); tag++) {
            long others = gains - Math.min(0, surplus[tag]);
            without[tag] = others + without(tag);
            with[tag] = others + prices.ofTag(tags, tag) + with(tag, dues, surplus);
            restore(tag, dues);
        }
    }

    /** Returns the trie's cost where what only this tag clears must be cleared otherwise. */
    private long without(int tag) {
        CoverProblem.Leaves leaves = problem.leaves();
        CoverProblem.Tags tags = problem.tags();
        for (int i = tags.leafStart()[tag]; i < tags.leafStart()[tag + 1]; i++) {
            int leaf = tags.leaf()[i];
            if (leaves.tagStart()[leaf + 1] - leaves.tagStart()[leaf] == 1) {
                set(leaf, leafCost[leaf]);
            }
        }
        return trie();
    }

    /** Returns the trie's cost where this tag clears its leaves, and what other tags then earn less. */
    private long with(int tag, long[] dues, long[] surplus) {
        CoverProblem.Leaves leaves = problem.leaves();
        CoverProblem.Tags tags = problem.tags();
        long less = 0;
        for (int i = tags.leafStart()[tag]; i < tags.leafStart()[tag + 1]; i++) {
            int leaf = tags.leaf()[i];
            set(leaf, 0);
            for (int j = leaves.tagStart()[leaf]; j < leaves.tagStart()[leaf + 1]; j++) {
                int other = leaves.tag()[j];
                if (other != tag) {
                    less -= Math.min(0, surplus[other]);
                    surplus[other] += dues[leaf];
                    less += Math.min(0, surplus[other]);
                }
            }
        }
        for (int i = tags.leafStart()[tag]; i < tags.leafStart()[tag + 1]; i++) {
            int leaf = tags.leaf()[i];
            for (int j = leaves.tagStart()[leaf]; j < leaves.tagStart()[leaf + 1]; j++) {
                surplus[leaves.tag()[j]] -= leaves.tag()[j] == tag ? 0 : dues[leaf];
            }
        }
        return trie() + less;
    }

    private void restore(int tag, long[] dues) {
        CoverProblem.Tags tags = problem.tags();
        for (int i = tags.leafStart()[tag]; i < tags.leafStart()[tag + 1]; i++) {
            set(tags.leaf()[i], dues[tags.leaf()[i]]);
        }
    }
}

package io.purgewise.plan;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Makes a {@link CoverProblem} smaller once some of its tags are decided, without raising its least cost.
 *
 * <ul>
 *   <li>What a taken tag clears goes.
 *   <li>A wildcard that is not better than what is below it when no tag is taken never is: the node goes.
 *   <li>A wildcard over leaves that no tag clears, or one that is not worse than what is below it even when all tags are for
 *       nothing, is taken or not whatever the tags are: the node becomes a leaf.
 *   <li>Leaves at the same node that the same tags clear are all left to tags or none is: they become one leaf.
 * </ul>
 */
final class CoverReduction {

    static final byte UNDECIDED = 0;
    static final byte TAKEN = 1;
    static final byte DROPPED = 2;

    private static final int GONE = -1;

    private final CoverProblem problem;
    private final CoverPrices prices;
    private final byte[] decided;
    private final CoverProblem.Leaves leaves;
    private final CoverProblem.Nodes nodes;

    /** The undecided tags of each leaf. */
    private final int[] leftStart;

    private final int[] left;
    private final boolean[] gone;
    private final boolean[] kept;
    /** Which nodes become leaves. */
    private final boolean[] settled;

    private CoverReduction(CoverProblem problem, CoverPrices prices, byte[] decided) {
        this.problem = problem;
        this.prices = prices;
        this.decided = decided;
        this.leaves = problem.leaves();
        this.nodes = problem.nodes();
        this.leftStart = new int[leaves.size() + 1];
        this.left = new int[leaves.tag().length];
        this.gone = new boolean[leaves.size()];
        this.kept = new boolean[nodes.size() + 1];
        this.settled = new boolean[nodes.size() + 1];
    }

    /**
     * Is a problem with dues for its leaves.
     *
     * @param problem the problem
     * @param dues sums of the dues of the leaves before, or none
     * @param group which leaf each of the leaves before became, negative for none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Reduced(CoverProblem problem, long[] dues, int[] group) {}

    /**
     * Makes a problem smaller.
     *
     * @param decided for each tag of the problem whether it is taken or dropped
     * @param dues dues of the leaves, or none
     */
    static Reduced reduce(CoverProblem problem, CoverPrices prices, byte[] decided, long[] dues) {
        CoverReduction reduction = new CoverReduction(problem, prices, decided);
        reduction.keepUndecidedTags();
        reduction.keepUsefulNodes(true);
        return reduction.group(dues);
    }

    /** Makes a problem smaller without deciding which wildcards are taken, so that it stays much the same when prices rise. */
    static Reduced withoutUselessNodes(CoverProblem problem, CoverPrices prices) {
        CoverReduction reduction =
                new CoverReduction(problem, prices, new byte[problem.tags().size()]);
        reduction.keepUndecidedTags();
        reduction.keepUsefulNodes(false);
        return reduction.group(new long[0]);
    }

    private void keepUndecidedTags() {
        int at = 0;
        for (int leaf = 0; leaf < leaves.size(); leaf++) {
            for (int i = leaves.tagStart()[leaf]; i < leaves.tagStart()[leaf + 1]; i++) {
                int tag = leaves.tag()[i];
                gone[leaf] |= decided[tag] == TAKEN;
                if (decided[tag] == UNDECIDED) {
                    left[at++] = tag;
                }
            }
            if (gone[leaf]) {
                at = leftStart[leaf];
            }
            leftStart[leaf + 1] = at;
        }
    }

    private boolean isBare(int leaf) {
        return leftStart[leaf] == leftStart[leaf + 1];
    }

    /** Looks at each node with no tag taken and with all tags for nothing. */
    private void keepUsefulNodes(boolean settle) {
        int ground = nodes.size();
        Sums dear = new Sums(ground + 1);
        Sums free = new Sums(ground + 1);
        boolean[] tagged = new boolean[ground + 1];
        for (int leaf = 0; leaf < leaves.size(); leaf++) {
            if (!gone[leaf]) {
                int parent = leaves.parent()[leaf];
                dear.addLeaf(parent, leaf);
                if (isBare(leaf)) {
                    free.addLeaf(parent, leaf);
                } else {
                    tagged[parent] = true;
                }
            }
        }
        for (int node = 0; node < ground; node++) {
            int parent = nodes.parent()[node];
            boolean useful = dear.compareToWildcard(node) > 0;
            boolean always = useful && free.compareToWildcard(node) >= 0;
            settled[node] = settle && useful && (always || !tagged[node]);
            kept[node] = useful && !settled[node];
            tagged[parent] |= tagged[node] && !settled[node];
            dear.addNode(parent, node, useful);
            free.addNode(parent, node, always);
        }
    }

    /** Sums what is below each node. */
    private final class Sums {

        private final long[] cost;
        private final long[] collateral;
        private final int[] items;
        private final int[] wildcards;

        Sums(int size) {
            cost = new long[size];
            collateral = new long[size];
            items = new int[size];
            wildcards = new int[size];
        }

        void addLeaf(int at, int leaf) {
            cost[at] += prices.ofLeaf(leaves, leaf);
            collateral[at] += leaves.collateral()[leaf];
            items[at] += leaves.items()[leaf];
            wildcards[at] += leaves.wildcards()[leaf];
        }

        void addNode(int at, int node, boolean wildcard) {
            cost[at] += wildcard ? prices.ofNode(nodes, node) : cost[node];
            collateral[at] += wildcard ? nodes.collateral()[node] : collateral[node];
            items[at] += wildcard ? 1 : items[node];
            wildcards[at] += wildcard ? 1 : wildcards[node];
        }

        int compareToWildcard(int node) {
            int order = Long.compare(cost[node], prices.ofNode(nodes, node));
            order = order != 0 ? order : Long.compare(collateral[node], nodes.collateral()[node]);
            order = order != 0 ? order : Integer.compare(items[node], 1);
            return order != 0 ? order : Integer.compare(wildcards[node], 1);
        }
    }

    private Reduced group(long[] dues) {
        int[] number = new int[nodes.size() + 1]; // of a node that stays
        int[] owner =
                new int[nodes.size() + 1]; // the new node over what is below each, or GONE below one that is a leaf now
        int count = numberNodes(number, owner);
        CoverGroups groups = new CoverGroups(leaves.size() + nodes.size(), leftStart, left);
        for (int leaf = 0; leaf < leaves.size(); leaf++) {
            int above = owner[leaves.parent()[leaf]];
            if (!gone[leaf] && above != GONE) {
                groups.add(above, leaf);
            }
        }
        for (int node = 0; node < nodes.size(); node++) {
            int above = owner[nodes.parent()[node]];
            if (settled[node] && above != GONE) {
                groups.addWildcard(above, nodes.collateral()[node]);
            }
        }
        int[] newTag = new int[decided.length];
        int[] old = new int[decided.length];
        int tags = 0;
        for (int tag = 0; tag < decided.length; tag++) {
            old[tags] = tag;
            newTag[tag] = decided[tag] == UNDECIDED ? tags++ : GONE;
        }
        CoverGroups.Merged merged = groups.merge(leaves, newTag, dues);
        return new Reduced(
                withFixed(merged.leaves(), nodes(number, owner, count), Arrays.copyOf(old, tags)),
                merged.dues(),
                merged.group());
    }

    private int numberNodes(int[] number, int[] owner) {
        boolean[] below = new boolean[nodes.size() + 1]; // a node that becomes a leaf
        for (int node = nodes.size() - 1; node >= 0; node--) {
            int parent = nodes.parent()[node];
            below[node] = below[parent] || settled[parent];
        }
        int count = 0;
        for (int node = 0; node < nodes.size(); node++) {
            number[node] = kept[node] && !below[node] ? count++ : GONE;
        }
        owner[nodes.size()] = count;
        for (int node = nodes.size() - 1; node >= 0; node--) {
            boolean inLeaf = below[node] || settled[node];
            owner[node] = inLeaf ? GONE : number[node] != GONE ? number[node] : owner[nodes.parent()[node]];
        }
        return count;
    }

    private CoverProblem.Nodes nodes(int[] number, int[] owner, int count) {
        CoverProblem.Nodes result = new CoverProblem.Nodes(new int[count], new long[count]);
        for (int node = 0; node < nodes.size(); node++) {
            if (number[node] != GONE) {
                result.parent()[number[node]] = owner[nodes.parent()[node]];
                result.collateral()[number[node]] = nodes.collateral()[node];
            }
        }
        return result;
    }

    private CoverProblem withFixed(CoverProblem.Leaves newLeaves, CoverProblem.Nodes newNodes, int[] undecided) {
        CoverProblem.Tags tags = problem.tags();
        IntStream.Builder chosen = IntStream.builder();
        Arrays.stream(problem.chosen()).forEach(chosen);
        Totals fixed = problem.fixed();
        for (int tag = 0; tag < decided.length; tag++) {
            if (decided[tag] == TAKEN) {
                chosen.add(tags.option()[tag]);
                fixed = new Totals(fixed.items() + 1, fixed.wildcards(), fixed.collateral() + tags.collateral()[tag]);
            }
        }
        return new CoverProblem(
                newLeaves,
                newNodes,
                CoverProblem.Tags.of(
                        Arrays.stream(undecided).map(tag -> tags.option()[tag]).toArray(),
                        Arrays.stream(undecided)
                                .mapToLong(tag -> tags.collateral()[tag])
                                .toArray(),
                        newLeaves.tagStart(),
                        newLeaves.tag()),
                chosen.build().toArray(),
                fixed);
    }
}

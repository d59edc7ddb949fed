package io.purgewise.plan;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Is a problem with tags whose objective is linear in the counts of a plan: a trie of which tags may clear leaves.
 *
 * <p>Leaves and nodes know their parents, no more; nodes are in post-order, so a bottom-up computation is a loop over the leaves
 * and a loop over the nodes. Parent {@code nodes().size()} is the ground under all of it. A leaf may stand for several patterns:
 * those that lie at the same place and that the same tags clear. Values are never changed after they were made.
 *
 * @param leaves what must be cleared
 * @param nodes where a wildcard may be taken
 * @param tags what may clear leaves
 * @param chosen the options that are part of each plan
 * @param fixed what those have
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CoverProblem(Leaves leaves, Nodes nodes, Tags tags, int[] chosen, Totals fixed) {

    /**
     * Holds the leaves.
     *
     * @param parent the node above each
     * @param items how many items it takes to clear a leaf by itself
     * @param wildcards how many of them are wildcards
     * @param collateral what they clear besides
     * @param blocked how many patterns of it have no item of their own: a wildcard or a tag must clear it
     * @param folded options that are part of the items, see {@link CoverElimination}
     * @param tagStart where the tags of a leaf start in {@code tag}; one more at the end
     * @param tag numbers of tags, rising for each leaf
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Leaves(
            int[] parent,
            int[] items,
            int[] wildcards,
            long[] collateral,
            int[] blocked,
            int[][] folded,
            int[] tagStart,
            int[] tag) {

        int size() {
            return parent.length;
        }

        boolean isBare(int leaf) {
            return tagStart[leaf] == tagStart[leaf + 1];
        }
    }

    /**
     * Holds the nodes.
     *
     * @param parent the node above each
     * @param collateral what its wildcard clears besides
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Nodes(int[] parent, long[] collateral) {

        int size() {
            return parent.length;
        }
    }

    /**
     * Holds the tags that are not decided.
     *
     * @param option the number of the option that each is
     * @param collateral what it clears besides
     * @param leafStart where the leaves of a tag start in {@code leaf}; one more at the end
     * @param leaf numbers of leaves
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Tags(int[] option, long[] collateral, int[] leafStart, int[] leaf) {

        int size() {
            return option.length;
        }

        /** Makes the tags from what leaves know of them. */
        static Tags of(int[] option, long[] collateral, int[] tagStart, int[] tag) {
            int[] start = new int[option.length + 1];
            for (int t : tag) {
                start[t + 1]++;
            }
            for (int t = 0; t < option.length; t++) {
                start[t + 1] += start[t];
            }
            int[] next = start.clone();
            int[] leaf = new int[tag.length];
            for (int l = 0; l + 1 < tagStart.length; l++) {
                for (int i = tagStart[l]; i < tagStart[l + 1]; i++) {
                    leaf[next[tag[i]]++] = l;
                }
            }
            return new Tags(option, collateral, start, leaf);
        }
    }

    /** Returns how many steps a computation over the whole problem takes. */
    long size() {
        return leaves.size() + (long) nodes.size() + leaves.tag.length + tags.size();
    }

    /**
     * Makes the problem of a trie.
     *
     * @param options the tags
     * @param cleared the leaves of the trie that each tag clears, each once
     */
    static CoverProblem of(PatternTrie trie, List<TagOption> options, List<int[]> cleared) {
        int[] none = {};
        int[] parent = new int[trie.leaves()];
        Nodes nodes = nodes(trie, parent);
        int[] tagStart = new int[parent.length + 1];
        cleared.forEach(leaves -> Arrays.stream(leaves).forEach(leaf -> tagStart[leaf + 1]++));
        for (int leaf = 0; leaf < parent.length; leaf++) {
            tagStart[leaf + 1] += tagStart[leaf];
        }
        int[] next = tagStart.clone();
        int[] tag = new int[tagStart[parent.length]];
        for (int t = 0; t < cleared.size(); t++) {
            for (int leaf : cleared.get(t)) {
                tag[next[leaf]++] = t;
            }
        }
        Leaves leaves = new Leaves(
                parent,
                IntStream.range(0, parent.length).map(trie::items).toArray(),
                IntStream.range(0, parent.length).map(trie::wildcards).toArray(),
                IntStream.range(0, parent.length)
                        .mapToLong(trie::leafCollateral)
                        .toArray(),
                IntStream.range(0, parent.length)
                        .map(leaf -> 1 - trie.items(leaf))
                        .toArray(),
                IntStream.range(0, parent.length).mapToObj(leaf -> none).toArray(int[][]::new),
                tagStart,
                tag);
        Tags tags = Tags.of(
                IntStream.range(0, options.size()).toArray(),
                options.stream().mapToLong(TagOption::collateral).toArray(),
                tagStart,
                tag);
        return new CoverProblem(leaves, nodes, tags, none, new Totals(0, 0, 0));
    }

    /** Makes the nodes, and writes the parents of the leaves. */
    private static Nodes nodes(PatternTrie trie, int[] leafParent) {
        int[] number = new int[trie.nodes()]; // among those that may take a wildcard
        int kept = 0;
        for (int node = 0; node < trie.nodes(); node++) {
            number[node] = trie.cut(node) > 0 ? kept++ : -1;
        }
        Nodes nodes = new Nodes(new int[kept], new long[kept]);
        int[] open = new int[trie.nodes() + 1]; // the nodes over the leaf at hand, the innermost on top
        int top = 0;
        int node = trie.nodes() - 1;
        for (int leaf = trie.leaves() - 1; leaf >= 0; leaf--) {
            while (top > 0 && trie.first(open[top - 1]) > leaf) {
                top--;
            }
            for (; node >= 0 && trie.last(node) == leaf; node--) {
                if (number[node] >= 0) {
                    nodes.parent[number[node]] = top == 0 ? kept : number[open[top - 1]];
                    nodes.collateral[number[node]] = trie.collateral(node);
                    open[top++] = node;
                }
            }
            leafParent[leaf] = top == 0 ? kept : number[open[top - 1]];
        }
        return nodes;
    }
}

package io.purgewise.plan;

import java.util.Arrays;

/**
 * Finds the way through the trie with the least {@code a * items + b * collateral + c * wildcards}, in linear time.
 *
 * <p>The sum is additive over subtrees, and so is the order that breaks ties (collateral, items, wildcards): at each node it is
 * enough to compare the node's wildcard with the best of each child. Ties beyond that cannot occur, since the children need at
 * least two items where the wildcard is one; only cleared leaves can bring them about, and then the children win.
 */
final class ScalarSearch {

    private final PatternTrie trie;
    private final boolean[] taken;
    private final long[] stackCost;
    private final long[] stackCollateral;
    private final int[] stackItems;
    private final int[] stackWildcards;

    ScalarSearch(PatternTrie trie) {
        this.trie = trie;
        this.taken = new boolean[trie.nodes()];
        int n = trie.leaves() + 1;
        this.stackCost = new long[n];
        this.stackCollateral = new long[n];
        this.stackItems = new int[n];
        this.stackWildcards = new int[n];
    }

    /** Solves for three prices; {@link #units()} and the subtree costs then belong to this solution. */
    Totals solve(long itemPrice, long collateralPrice, long wildcardPrice) {
        return solve(itemPrice, collateralPrice, wildcardPrice, new long[0]);
    }

    /** Solves and writes the least cost of each node's subtree into {@code nodeCost}, unless that is empty. */
    Totals solve(long itemPrice, long collateralPrice, long wildcardPrice, long[] nodeCost) {
        int top = 0;
        int node = 0;
        for (int leaf = 0; leaf < trie.leaves(); leaf++) {
            int items = trie.items(leaf);
            int wildcards = trie.wildcards(leaf);
            long collateral = trie.leafCollateral(leaf);
            stackItems[top] = items;
            stackWildcards[top] = wildcards;
            stackCollateral[top] = collateral;
            stackCost[top] = items * itemPrice + collateral * collateralPrice + wildcards * wildcardPrice;
            top++;
            while (node < trie.nodes() && trie.last(node) == leaf) {
                top -= trie.children(node);
                addUp(top, trie.children(node));
                taken[node] = trie.cut(node) > 0 && takeIfBetter(node, top, itemPrice, collateralPrice, wildcardPrice);
                if (nodeCost.length > 0) {
                    nodeCost[node] = stackCost[top];
                }
                top++;
                node++;
            }
        }
        return top == 0 ? new Totals(0, 0, 0) : new Totals(stackItems[0], stackWildcards[0], stackCollateral[0]);
    }

    private void addUp(int at, int children) {
        for (int i = at + 1; i < at + children; i++) {
            stackCost[at] += stackCost[i];
            stackCollateral[at] += stackCollateral[i];
            stackItems[at] += stackItems[i];
            stackWildcards[at] += stackWildcards[i];
        }
    }

    private boolean takeIfBetter(int node, int at, long itemPrice, long collateralPrice, long wildcardPrice) {
        long collateral = trie.collateral(node);
        long cost = itemPrice + collateralPrice * collateral + wildcardPrice;
        boolean better = cost < stackCost[at] || (cost == stackCost[at] && winsTie(at, collateral));
        if (!better && !trie.isForced(node)) {
            return false;
        }
        stackCost[at] = cost;
        stackCollateral[at] = collateral;
        stackItems[at] = 1;
        stackWildcards[at] = 1;
        return true;
    }

    private boolean winsTie(int at, long collateral) {
        if (collateral != stackCollateral[at]) {
            return collateral < stackCollateral[at];
        }
        return stackItems[at] > 1 || (stackItems[at] == 1 && stackWildcards[at] > 1);
    }

    /** Returns the units of the last solution: the topmost taken node over each leaf, or the leaf itself. */
    int[] units() {
        int n = trie.leaves();
        int[] topmost = new int[n];
        Arrays.fill(topmost, -1);
        for (int node = 0; node < trie.nodes(); node++) {
            if (taken[node]) {
                topmost[trie.first(node)] = node; // a later node with the same first leaf lies above
            }
        }
        int[] units = new int[n];
        int count = 0;
        int leaf = 0;
        while (leaf < n) {
            if (topmost[leaf] >= 0) {
                units[count++] = ~topmost[leaf];
                leaf = trie.last(topmost[leaf]) + 1;
            } else {
                if (!trie.isCleared(leaf)) {
                    units[count++] = leaf;
                }
                leaf++;
            }
        }
        return Arrays.copyOf(units, count);
    }
}

package io.purgewise.plan;

import java.util.Arrays;

/**
 * Keeps the partial plans of a {@link ParetoSearch}: what each has, and of which two it is made.
 *
 * <p>A state is a number. Leaves and wildcards are states of their own; any other joins one state of the patterns on the left
 * with one of those on the right.
 */
final class ParetoStates {

    private static final int LEAF = -1;
    private static final int WILDCARD = -2;

    private int[] items = new int[256];
    private int[] wildcards = new int[256];
    private long[] collateral = new long[256];
    private int[] left = new int[256];
    private int[] right = new int[256];
    private int[] rank = new int[256];
    private int size;

    int size() {
        return size;
    }

    int items(int state) {
        return items[state];
    }

    int wildcards(int state) {
        return wildcards[state];
    }

    long collateral(int state) {
        return collateral[state];
    }

    int rank(int state) {
        return rank[state];
    }

    void setRank(int state, int newRank) {
        rank[state] = newRank;
    }

    /** Returns a number that orders two joins of the same tables by their lists of items. */
    long lists(int leftState, int rightState) {
        return (long) rank[leftState] << Integer.SIZE | rank[rightState];
    }

    /** Returns that number for a state that is a join. */
    long lists(int state) {
        return lists(left[state], right[state]);
    }

    int addLeaf(PatternTrie trie, int leaf) {
        boolean cleared = trie.isCleared(leaf);
        return add(cleared ? 0 : 1, !cleared && trie.isPrefix(leaf) ? 1 : 0, 0, LEAF, leaf, 0);
    }

    int addWildcard(PatternTrie trie, int node, int newRank) {
        return add(1, 1, trie.collateral(node), WILDCARD, node, newRank);
    }

    int addJoin(int leftState, int rightState) {
        return add(
                items[leftState] + items[rightState],
                wildcards[leftState] + wildcards[rightState],
                collateral[leftState] + collateral[rightState],
                leftState,
                rightState,
                1);
    }

    private int add(int newItems, int newWildcards, long newCollateral, int newLeft, int newRight, int newRank) {
        if (size == items.length) {
            items = Arrays.copyOf(items, 2 * size);
            wildcards = Arrays.copyOf(wildcards, 2 * size);
            collateral = Arrays.copyOf(collateral, 2 * size);
            left = Arrays.copyOf(left, 2 * size);
            right = Arrays.copyOf(right, 2 * size);
            rank = Arrays.copyOf(rank, 2 * size);
        }
        items[size] = newItems;
        wildcards[size] = newWildcards;
        collateral[size] = newCollateral;
        left[size] = newLeft;
        right[size] = newRight;
        rank[size] = newRank;
        return size++;
    }

    /** Overwrites a state with another one; only for states that nothing is made of yet. */
    void move(int from, int to) {
        items[to] = items[from];
        wildcards[to] = wildcards[from];
        collateral[to] = collateral[from];
        left[to] = left[from];
        right[to] = right[from];
        rank[to] = rank[from];
    }

    /** Forgets the newest states. */
    void cutTo(int newSize) {
        size = newSize;
    }

    Totals totals(int state) {
        return new Totals(items[state], wildcards[state], collateral[state]);
    }

    /** Returns the units that a state is made of, in order. */
    int[] units(PatternTrie trie, int state) {
        int[] units = new int[items[state]];
        int count = 0;
        int[] open = new int[trie.leaves() + 1];
        int top = 0;
        open[top++] = state;
        while (top > 0) {
            int current = open[--top];
            if (left[current] == WILDCARD) {
                units[count++] = ~right[current];
            } else if (left[current] != LEAF) {
                open[top++] = right[current];
                open[top++] = left[current];
            } else if (!trie.isCleared(right[current])) {
                units[count++] = right[current];
            }
        }
        return units;
    }
}

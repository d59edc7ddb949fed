package io.purgewise.plan;

import java.util.Arrays;

/**
 * Keeps the partial plans of a {@link ParetoSearch}: what each has, and of which two it is made.
 *
 * <p>A state is a number. Leaves and wildcards are states of their own; any other joins one state of the patterns on the left
 * with one of those on the right. The caller asks before it adds one whether the memory lasts.
 */
final class ParetoStates {

    private static final int LEAF = -1;
    private static final int WILDCARD = -2;
    static final int BYTES = 5 * Integer.BYTES + Long.BYTES;

    private int[] items = new int[256];
    private int[] wildcards = new int[256];
    private long[] collateral = new long[256];
    private int[] left = new int[256];
    private int[] right = new int[256];
    private int[] rank = new int[256];
    private final int most;
    private int size;

    /** Makes an empty store that uses at most so many bytes. */
    ParetoStates(long memory) {
        this.most = (int) Math.min(Integer.MAX_VALUE - 8, memory / BYTES);
    }

    /** Tells whether so many states more fit into the memory. */
    boolean hasRoomFor(long states) {
        return states <= most - size;
    }

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
        return add(trie.items(leaf), trie.wildcards(leaf), trie.leafCollateral(leaf), LEAF, leaf, 0);
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
            int length = (int) Math.min(most, 2L * size);
            items = Arrays.copyOf(items, length);
            wildcards = Arrays.copyOf(wildcards, length);
            collateral = Arrays.copyOf(collateral, length);
            left = Arrays.copyOf(left, length);
            right = Arrays.copyOf(right, length);
            rank = Arrays.copyOf(rank, length);
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

    /** Of the states from a number on keeps at most so many, at even distances and with both ends. */
    void thin(int from, int longest) {
        long last = size - 1L - from;
        if (last < longest) {
            return;
        }
        for (int i = 0; i < longest; i++) {
            move(from + (int) (last * i / (longest - 1)), from + i);
        }
        cutTo(from + longest);
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

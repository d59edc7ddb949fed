package io.purgewise.plan;

import java.util.Arrays;

/**
 * Collects the joins of two tables and keeps those that no other one dominates.
 *
 * <p>A cell for each number of items, and of wildcards where they count, holds the join with the least collateral; ties go to
 * fewer wildcards, then to the list that comes first.
 */
final class ParetoGrid {

    private static final int BYTES = 3 * Integer.BYTES + Long.BYTES;

    private final ParetoStates states;
    private final boolean countWildcards;
    private final long mostCells;
    private int leastItems;
    private int leastWildcards;
    private int rows;
    private int columns;
    private long joins;
    private long[] collateral = new long[64];
    private int[] wildcards = new int[64];
    private int[] left = new int[64];
    private int[] right = new int[64];

    /** Makes a grid that uses at most so many bytes. */
    ParetoGrid(ParetoStates states, boolean countWildcards, long memory) {
        this.states = states;
        this.countWildcards = countWildcards;
        this.mostCells = Math.min(Integer.MAX_VALUE - 8, memory / BYTES);
    }

    /** Takes the measure of the joins of two tables; returns how much work they are. */
    long measure(int leftFrom, int leftTo, int rightFrom, int rightTo, int maxWildcards) {
        leastItems = 0;
        leastWildcards = 0;
        rows = 1;
        columns = 1;
        if (leftFrom == leftTo || rightFrom == rightTo) {
            rows = 0;
            joins = 0;
            return 1;
        }
        extend(leftFrom, leftTo);
        extend(rightFrom, rightTo);
        columns = countWildcards ? Math.min(columns, Math.max(0, maxWildcards - leastWildcards + 1)) : 1;
        joins = (long) (leftTo - leftFrom) * (rightTo - rightFrom);
        return cells() + joins;
    }

    private void extend(int from, int to) {
        int minItems = Integer.MAX_VALUE;
        int maxItems = 0;
        int minWildcards = Integer.MAX_VALUE;
        int maxWildcards = 0;
        for (int state = from; state < to; state++) {
            minItems = Math.min(minItems, states.items(state));
            maxItems = Math.max(maxItems, states.items(state));
            minWildcards = Math.min(minWildcards, states.wildcards(state));
            maxWildcards = Math.max(maxWildcards, states.wildcards(state));
        }
        leastItems += minItems;
        leastWildcards += minWildcards;
        rows += maxItems - minItems;
        columns += maxWildcards - minWildcards;
    }

    private long cells() {
        return (long) rows * columns;
    }

    /** Returns how many of the joins measured last there may be that none dominates. */
    long mostUndominated() {
        return Math.min(cells(), joins);
    }

    /** Clears the grid for the joins measured last; returns false if they are more than the memory holds. */
    boolean open() {
        if (cells() > mostCells) {
            return false;
        }
        int cells = (int) cells();
        if (cells > collateral.length) {
            int length = (int) Math.min(mostCells, Math.max(cells, 2L * collateral.length));
            collateral = new long[length];
            wildcards = new int[length];
            left = new int[length];
            right = new int[length];
        }
        Arrays.fill(collateral, 0, cells, Long.MAX_VALUE);
        return true;
    }

    void offer(int newItems, int newWildcards, long newCollateral, int l, int r) {
        int cell = (newItems - leastItems) * columns + (countWildcards ? newWildcards - leastWildcards : 0);
        if (newCollateral > collateral[cell]) {
            return;
        }
        if (newCollateral == collateral[cell]) {
            if (newWildcards > wildcards[cell]) {
                return;
            }
            if (newWildcards == wildcards[cell] && states.lists(l, r) > states.lists(left[cell], right[cell])) {
                return;
            }
        }
        collateral[cell] = newCollateral;
        wildcards[cell] = newWildcards;
        left[cell] = l;
        right[cell] = r;
    }

    /** Adds the joins that no other one equals or beats in items, wildcards (where they count) and collateral, with ranks from 1. */
    void addUndominated() {
        int from = states.size();
        long[] least = new long[columns]; // collateral with no more items and no more wildcards than the column
        Arrays.fill(least, Long.MAX_VALUE);
        for (int row = 0; row < rows; row++) {
            long running = Long.MAX_VALUE;
            for (int column = 0; column < columns; column++) {
                int cell = row * columns + column;
                running = Math.min(running, least[column]);
                if (collateral[cell] < running) {
                    running = collateral[cell];
                    states.addJoin(left[cell], right[cell]);
                }
                least[column] = running;
            }
        }
        rank(from, states.size());
    }

    private void rank(int from, int to) {
        if (to - from < 2) {
            return;
        }
        long[] lists = new long[to - from];
        for (int state = from; state < to; state++) {
            lists[state - from] = states.lists(state);
        }
        Arrays.sort(lists);
        for (int state = from; state < to; state++) {
            states.setRank(state, 1 + Arrays.binarySearch(lists, states.lists(state)));
        }
    }
}

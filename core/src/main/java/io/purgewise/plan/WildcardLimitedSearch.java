package io.purgewise.plan;

import java.util.Arrays;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the way through the trie with the least {@code a * items + b * collateral + c * wildcards} among those with at most W
 * wildcards; or with the least sum of that and of some cost that follows from the number of wildcards alone.
 *
 * <p>Each subtree has a table: for a number of wildcards the best (cost, collateral, items) that uses exactly so many, if that
 * is better than with fewer. What is not better is dropped; that loses nothing, since the order is additive and prefers fewer
 * wildcards. A node combines the tables of its children one by one, then compares each entry with its own wildcard. Tables have
 * at most min(W, leaves) + 1 entries, which makes all combinations together O(n W); where wildcards do not pay, as in most
 * small subtrees, they have one.
 *
 * <p>Entries that tie in all four counts are told apart by the list of items that comes first in code-unit order. Each entry
 * carries the rank of its list within the table: lists of a node are those of its children one after the other, and no list is
 * the beginning of another for the same patterns (its rest would clear nothing), so they compare as (left rank, right rank),
 * and the node's wildcard comes before or after all of them, as {@link PatternTrie#wildcardSortsFirst} says.
 *
 * <p>{@link WildcardChoices} remembers which entries each entry is made of.
 */
final class WildcardLimitedSearch {

    private final PatternTrie trie;
    private final long itemPrice;
    private final long collateralPrice;
    private final long wildcardPrice;
    private final int limit;

    /** The tables of subtrees that wait for their parent: table t is the entries {@code tableStart[t]..tableStart[t + 1]}. */
    private final int[] tableStart;

    private int tables;
    private long[] cost = new long[64];
    private long[] collateral = new long[64];
    private int[] items = new int[64];
    private int[] wildcards = new int[64];
    private int[] rank = new int[64];

    private final WildcardChoices choices;

    /** The best combination for each number of wildcards. */
    private final long[] bestCost;

    private final long[] bestCollateral;
    private final int[] bestItems;
    private final int[] bestLeft;
    private final int[] bestRight;
    private final int[] bestRank;
    private final long[] sortedLists;

    /**
     * Holds the prices of a search.
     *
     * @param item what an item costs
     * @param collateral what a unit of collateral costs
     * @param wildcard what a wildcard costs besides
     */
    record Prices(long item, long collateral, long wildcard) {}

    private WildcardLimitedSearch(PatternTrie trie, Prices prices, int limit) {
        this.trie = trie;
        this.itemPrice = prices.item();
        this.collateralPrice = prices.collateral();
        this.wildcardPrice = prices.wildcard();
        this.limit = Math.min(limit, trie.leaves());
        this.tableStart = new int[trie.leaves() + 1];
        this.choices = new WildcardChoices(trie);
        int cells = this.limit + 1;
        this.bestCost = new long[cells];
        this.bestCollateral = new long[cells];
        this.bestItems = new int[cells];
        this.bestLeft = new int[cells];
        this.bestRight = new int[cells];
        this.bestRank = new int[cells];
        this.sortedLists = new long[cells];
    }

    /**
     * Solves for a trie with at least one leaf.
     *
     * @param limit the most wildcards
     * @param waiting what a number of wildcards costs besides; not less than a smaller number does
     * @return the best way, or null if every way has more wildcards than the limit
     */
    static @Nullable Choice solve(PatternTrie trie, Prices prices, int limit, IntToLongFunction waiting) {
        return new WildcardLimitedSearch(trie, prices, limit).run(waiting);
    }

    private @Nullable Choice run(IntToLongFunction waiting) {
        int node = 0;
        for (int leaf = 0; leaf < trie.leaves(); leaf++) {
            pushLeaf(leaf);
            for (; node < trie.nodes() && trie.last(node) == leaf; node++) {
                for (int child = trie.children(node); child > 1; child--) {
                    combineTopTwo();
                }
                offerWildcard(node);
            }
        }
        if (tableStart[1] == 0) {
            return null;
        }
        int best = 0;
        for (int at = 1;
                at < tableStart[1];
                at++) { // entries get better with more wildcards, were it not for the waiting
            long more = cost[at] + waiting.applyAsLong(wildcards[at]);
            long least = cost[best] + waiting.applyAsLong(wildcards[best]);
            best = compare(more, collateral[at], items[at], least, collateral[best], items[best]) < 0 ? at : best;
        }
        return new Choice(new Totals(items[best], wildcards[best], collateral[best]), choices.unitsOf(best));
    }

    private void pushLeaf(int leaf) {
        int at = tableStart[tables];
        int needed = trie.wildcards(leaf);
        if (needed <= limit) {
            long besides = trie.leafCollateral(leaf);
            long price = trie.items(leaf) * itemPrice + besides * collateralPrice + needed * wildcardPrice;
            put(at, price, besides, trie.items(leaf), needed, 0);
            at++;
        }
        tables++;
        tableStart[tables] = at;
    }

    private void put(int at, long newCost, long newCollateral, int newItems, int newWildcards, int newRank) {
        if (at == cost.length) {
            cost = Arrays.copyOf(cost, 2 * at);
            collateral = Arrays.copyOf(collateral, 2 * at);
            items = Arrays.copyOf(items, 2 * at);
            wildcards = Arrays.copyOf(wildcards, 2 * at);
            rank = Arrays.copyOf(rank, 2 * at);
        }
        cost[at] = newCost;
        collateral[at] = newCollateral;
        items[at] = newItems;
        wildcards[at] = newWildcards;
        rank[at] = newRank;
    }

    private void combineTopTwo() {
        tables--;
        int left = tableStart[tables - 1];
        int right = tableStart[tables];
        int end = tableStart[tables + 1];
        if (right - left == 1 && end - right == 1 && wildcards[left] + wildcards[right] <= limit) {
            cost[left] += cost[right];
            collateral[left] += collateral[right];
            items[left] += items[right];
            wildcards[left] += wildcards[right];
            choices.noneInCombination();
        } else if (right == left || end == right) {
            tableStart[tables] = left; // one side has no way within the limit
            choices.noneInCombination();
        } else {
            combine(left, right, end);
        }
    }

    private void combine(int left, int right, int end) {
        int least = wildcards[left] + wildcards[right];
        int most = Math.min(limit, wildcards[right - 1] + wildcards[end - 1]);
        for (int w = least; w <= most; w++) {
            bestItems[w] = -1;
        }
        for (int l = left; l < right; l++) {
            for (int r = right; r < end && wildcards[l] + wildcards[r] <= limit; r++) {
                offer(l, r);
            }
        }
        dropWhatIsNotBetter(least, most);
        rankLists(least, most);
        int at = left;
        choices.beginCombination();
        for (int w = least; w <= most; w++) {
            if (bestItems[w] >= 0) {
                choices.add(bestLeft[w] - left);
                choices.add(bestRight[w] - right);
                put(at++, bestCost[w], bestCollateral[w], bestItems[w], w, bestRank[w]);
            }
        }
        tableStart[tables] = at;
    }

    private void offer(int l, int r) {
        int w = wildcards[l] + wildcards[r];
        long newCost = cost[l] + cost[r];
        long newCollateral = collateral[l] + collateral[r];
        int newItems = items[l] + items[r];
        if (bestItems[w] >= 0) {
            int order = compare(newCost, newCollateral, newItems, bestCost[w], bestCollateral[w], bestItems[w]);
            if (order > 0 || (order == 0 && lists(l, r) > lists(bestLeft[w], bestRight[w]))) {
                return;
            }
        }
        bestCost[w] = newCost;
        bestCollateral[w] = newCollateral;
        bestItems[w] = newItems;
        bestLeft[w] = l;
        bestRight[w] = r;
    }

    private static int compare(long cost, long collateral, int items, long cost2, long collateral2, int items2) {
        if (cost != cost2) {
            return Long.compare(cost, cost2);
        }
        return collateral != collateral2 ? Long.compare(collateral, collateral2) : Integer.compare(items, items2);
    }

    /** Returns a number that orders combinations by their lists. */
    private long lists(int l, int r) {
        return (long) rank[l] << Integer.SIZE | rank[r];
    }

    private void dropWhatIsNotBetter(int least, int most) {
        int last = -1;
        for (int w = least; w <= most; w++) {
            if (bestItems[w] >= 0) {
                if (last < 0
                        || compare(
                                        bestCost[w],
                                        bestCollateral[w],
                                        bestItems[w],
                                        bestCost[last],
                                        bestCollateral[last],
                                        bestItems[last])
                                < 0) {
                    last = w;
                } else {
                    bestItems[w] = -1;
                }
            }
        }
    }

    /** Ranks the lists from 1, so that a wildcard's list can be put before them. */
    private void rankLists(int least, int most) {
        int kept = 0;
        for (int w = least; w <= most; w++) {
            if (bestItems[w] >= 0) {
                sortedLists[kept++] = lists(bestLeft[w], bestRight[w]);
            }
        }
        Arrays.sort(sortedLists, 0, kept);
        for (int w = least; w <= most; w++) {
            if (bestItems[w] >= 0) {
                bestRank[w] = 1 + Arrays.binarySearch(sortedLists, 0, kept, lists(bestLeft[w], bestRight[w]));
            }
        }
    }

    /** Puts the node's wildcard into the top table, if it is better than what needs no more wildcards. */
    private void offerWildcard(int node) {
        choices.noneInNode(node);
        if (trie.isForced(node)) {
            takeWildcard(node);
            return;
        }
        if (trie.cut(node) == 0 || limit == 0) {
            return;
        }
        int from = tableStart[tables - 1];
        int end = tableStart[tables];
        long ownCollateral = trie.collateral(node);
        long ownCost = itemPrice + collateralPrice * ownCollateral + wildcardPrice;
        int at = from; // behind the entries that the wildcard does not touch: at most that without wildcards
        while (at < end && wildcards[at] <= 1) {
            if (compare(cost[at], collateral[at], items[at], ownCost, ownCollateral, 1) <= 0) {
                return;
            }
            if (wildcards[at] == 1) {
                break;
            }
            at++;
        }
        int lastRank = 0;
        for (int i = from; i < end; i++) {
            lastRank = Math.max(lastRank, rank[i]);
        }
        int ownRank = trie.wildcardSortsFirst(node) ? 0 : lastRank + 1;
        choices.beginNode(node);
        for (int i = from; i < at; i++) {
            choices.add(i - from);
        }
        choices.addWildcard();
        keepBetterThanWildcard(from, at, end, ownCost, ownCollateral);
        put(at, ownCost, ownCollateral, 1, 1, ownRank);
    }

    /** Puts the node's wildcard in place of the top table. */
    private void takeWildcard(int node) {
        int at = tableStart[tables - 1];
        if (limit > 0) {
            long ownCollateral = trie.collateral(node);
            choices.beginNode(node);
            choices.addWildcard();
            put(at, itemPrice + collateralPrice * ownCollateral + wildcardPrice, ownCollateral, 1, 1, 0);
            at++;
        }
        tableStart[tables] = at;
    }

    /** Moves the entries with more wildcards behind the place of the wildcard's, as far as they are better than it. */
    private void keepBetterThanWildcard(int from, int at, int end, long ownCost, long ownCollateral) {
        int source = at;
        while (source < end
                && compare(cost[source], collateral[source], items[source], ownCost, ownCollateral, 1) >= 0) {
            source++; // entries get better with more wildcards, so those that are not are the first ones
        }
        int kept = end - source;
        if (kept > 0 && source == at) {
            put(end, 0, 0, 0, 0, 0); // makes room for one more
        }
        shift(cost, source, at + 1, kept);
        shift(collateral, source, at + 1, kept);
        shift(items, source, at + 1, kept);
        shift(wildcards, source, at + 1, kept);
        shift(rank, source, at + 1, kept);
        for (int i = 0; i < kept; i++) {
            choices.add(source - from + i);
        }
        tableStart[tables] = at + 1 + kept;
    }

    private static void shift(Object array, int from, int to, int length) {
        System.arraycopy(array, from, array, to, length);
    }
}

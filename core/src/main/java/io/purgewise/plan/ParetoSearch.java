package io.purgewise.plan;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Solves problems whose optimum lies at the end of the free tier or at the limit on collateral: a knapsack over the trie.
 *
 * <p>Each subtree has a table of partial plans (items, collateral, wildcards), none of which is at least as good as another in
 * all three; whatever is dropped could be replaced in any plan without loss, and the plan would come no later in the order of
 * preference. Partial plans beyond a limit are dropped too. Plans that tie in all three are told apart by the ranks of their
 * lists, as in {@link WildcardLimitedSearch}.
 *
 * <p>Tables would grow with the product of the limits. What keeps them small is {@link DualBound}: with its prices, a partial
 * plan that costs d more than the best one for the same patterns is part of no plan with an objective below bound + d. So where
 * d exceeds the gap between the bound and the best plan known, it is dropped; at first even where it exceeds a small part of
 * that gap.
 *
 * <p>Wildcards are first left unlimited, free of waiting, and out of the comparison, which makes the tables one dimension smaller;
 * if the best plan keeps the limit all the same and waits for no wildcard, it is the best with them.
 */
final class ParetoSearch {

    /** Up to here a search goes on however long it takes, as long as its memory lasts. */
    static final int ALWAYS_EXACT = 2_000;

    /** Beyond, it also gives up after so many combinations of partial plans: some seconds. */
    private static final long MOST_WORK = 200_000_000;

    private static final int TOO_SMALL_TO_PRUNE = 24;
    private static final int FIRST_SLACK = 64; // part of the gap
    private static final int SLACK_GROWTH = 4;

    private final Instance instance;
    private final PatternTrie trie;
    private final boolean countWildcards;
    private final Pruning pruning;
    private final boolean mayGiveUp;
    private final int longestTable;
    private final ParetoStates states;
    private final ParetoGrid grid;

    /** The tables of subtrees that wait for their parent. */
    private final int[] tableFrom;

    private final int[] tableTo;
    private final long[] tableLeast;
    private int tables;
    private long work;

    private ParetoSearch(
            Instance instance, boolean countWildcards, Pruning pruning, boolean mayGiveUp, int longestTable) {
        this.instance = instance;
        this.trie = instance.trie();
        this.countWildcards = countWildcards;
        this.pruning = pruning;
        this.mayGiveUp = mayGiveUp;
        this.longestTable = longestTable;
        this.states = new ParetoStates(instance.memory() / 2); // the rest is for copies while they grow
        this.grid = new ParetoGrid(states, countWildcards, instance.memory() / 4);
        this.tableFrom = new int[trie.leaves() + 1];
        this.tableTo = new int[trie.leaves() + 1];
        this.tableLeast = new long[trie.leaves() + 1];
    }

    /**
     * Solves a problem.
     *
     * @param feasible any plan that keeps the limits
     * @return the best plan; or, for more than {@link #ALWAYS_EXACT} patterns or where the memory does not last, perhaps only a
     *     good one with its gap
     */
    static Found solve(Instance instance, Choice feasible) {
        return solve(instance, feasible, instance.trie().leaves() > TOO_SMALL_TO_PRUNE, ALWAYS_EXACT);
    }

    /** Solves a problem with or without pruning, and exactly up to a number of patterns; for tests. */
    static Found solve(Instance instance, Choice feasible, boolean prune, int alwaysExact) {
        int leaves = instance.trie().leaves();
        boolean mayGiveUp = leaves > alwaysExact;
        Instance unlimited = instance.withoutCountingWildcards();
        Found found = solve(unlimited, false, DualBound.of(unlimited, feasible), prune, mayGiveUp);
        Totals totals = found.choice().totals();
        return found.gap() == 0 && instance.allows(totals) && instance.objective(totals) == unlimited.objective(totals)
                ? found
                : solve(instance, true, DualBound.of(instance, feasible), prune, mayGiveUp);
    }

    /**
     * Searches with a small slack above the bound first. If the plan found lies within it, no better one was dropped; otherwise
     * the slack grows, at most to the gap below the best plan known, where nothing better can have been dropped.
     */
    private static Found solve(
            Instance instance, boolean countWildcards, DualBound dual, boolean prune, boolean mayGiveUp) {
        long slack = dual.gapAtPrices() / FIRST_SLACK;
        while (true) {
            long gap = dual.gapAtPrices();
            slack = Math.min(slack, gap);
            Pruning pruning = prune ? Pruning.of(instance, dual, slack) : Pruning.NONE;
            ParetoSearch search = new ParetoSearch(instance, countWildcards, pruning, mayGiveUp, Integer.MAX_VALUE);
            if (!search.fill()) {
                return thinned(instance, countWildcards, dual);
            }
            Choice choice = search.best();
            if (choice != null) {
                dual.offer(choice);
                if (!prune || slack == gap || dual.gapAtPrices() <= slack) {
                    return new Found(choice, 0);
                }
            }
            slack = 1 + slack * SLACK_GROWTH;
        }
    }

    /**
     * Searches with tables of limited length, which takes linear time and memory and finds a good plan; how good it is only the
     * bound tells.
     */
    private static Found thinned(Instance instance, boolean countWildcards, DualBound dual) {
        int leaves = instance.trie().leaves();
        long byMemory = instance.memory() / 2 / ParetoStates.BYTES / (2L * leaves);
        int longest = (int) Math.min(byMemory, (long) Math.sqrt((double) MOST_WORK / leaves));
        if (longest > 2) {
            ParetoSearch search = new ParetoSearch(
                    instance, countWildcards, Pruning.of(instance, dual, dual.gapAtPrices()), true, longest);
            Choice choice = search.fill() ? search.best() : null;
            if (choice != null) {
                dual.offer(choice);
            }
        }
        return bounded(dual);
    }

    /** Returns the best plan that the bound's prices lead to, with its gap. */
    static Found bounded(Instance instance, Choice feasible) {
        return bounded(DualBound.of(instance, feasible));
    }

    private static Found bounded(DualBound dual) {
        return new Found(dual.best(), dual.gap());
    }

    /** Finds a plan that keeps the limits by looking at all that could; null if there is none or that takes too much work. */
    static @Nullable Choice any(Instance instance) {
        boolean mayGiveUp = instance.trie().leaves() > ALWAYS_EXACT;
        ParetoSearch search = new ParetoSearch(instance, true, Pruning.NONE, mayGiveUp, Integer.MAX_VALUE);
        return search.fill() ? search.best() : null;
    }

    /** Finds what the best plans for each number of items have; null if that takes too much work or memory. */
    static @Nullable List<Totals> frontier(Instance instance) {
        boolean countWildcards = instance.maxWildcards() < instance.trie().leaves()
                || instance.quotas().stream()
                        .anyMatch(quota -> quota.wildcards()
                                && quota.atOnce() < instance.trie().leaves());
        ParetoSearch search = new ParetoSearch(instance, countWildcards, Pruning.NONE, true, Integer.MAX_VALUE);
        if (!search.fill()) {
            return null;
        }
        List<Totals> totals = new ArrayList<>();
        for (int state = search.tableFrom[0]; state < search.tableTo[0]; state++) {
            totals.add(search.states.totals(state));
        }
        return totals;
    }

    /** Returns the best plan that was not dropped, or null if all were. */
    private @Nullable Choice best() {
        if (tableFrom[0] == tableTo[0]) {
            return null;
        }
        int best = tableFrom[0];
        for (int state = best + 1; state < tableTo[0]; state++) {
            int order = instance.compare(states.totals(state), states.totals(best));
            if (order < 0 || (order == 0 && states.rank(state) < states.rank(best))) {
                best = state;
            }
        }
        return new Choice(states.totals(best), states.units(trie, best));
    }

    private boolean fill() {
        int node = 0;
        for (int leaf = 0; leaf < trie.leaves(); leaf++) {
            if (!states.hasRoomFor(1)) {
                return false;
            }
            int state = states.addLeaf(trie, leaf);
            push(state, fits(states.totals(state)) ? state + 1 : state, pruning.costOf(states.totals(state)));
            for (; node < trie.nodes() && trie.last(node) == leaf; node++) {
                for (int child = trie.children(node); child > 1; child--) {
                    if (!combineTopTwo()) {
                        return false;
                    }
                }
                if (!states.hasRoomFor(1)) {
                    return false;
                }
                offerWildcard(node);
            }
        }
        return true;
    }

    private void push(int from, int to, long least) {
        tableFrom[tables] = from;
        tableTo[tables] = to;
        tableLeast[tables] = least;
        tables++;
    }

    private boolean fits(Totals totals) {
        return (!countWildcards || totals.wildcards() <= instance.maxWildcards())
                && totals.collateral() <= instance.maxCollateral()
                && totals.items() <= instance.maxItems();
    }

    /** Joins the two newest tables; returns false if that takes too much work or memory. */
    private boolean combineTopTwo() {
        int right = tables - 1;
        int left = tables - 2;
        long least = tableLeast[left] + tableLeast[right];
        work += grid.measure(tableFrom[left], tableTo[left], tableFrom[right], tableTo[right], instance.maxWildcards());
        if ((mayGiveUp && work > MOST_WORK) || !grid.open() || !states.hasRoomFor(grid.mostUndominated())) {
            return false;
        }
        for (int l = tableFrom[left]; l < tableTo[left]; l++) {
            for (int r = tableFrom[right]; r < tableTo[right]; r++) {
                int items = states.items(l) + states.items(r);
                int wildcards = states.wildcards(l) + states.wildcards(r);
                long collateral = states.collateral(l) + states.collateral(r);
                if ((!countWildcards || wildcards <= instance.maxWildcards())
                        && collateral <= instance.maxCollateral()
                        && items <= instance.maxItems()
                        && pruning.keeps(items, wildcards, collateral, least)) {
                    grid.offer(items, wildcards, collateral, l, r);
                }
            }
        }
        int from = states.size();
        grid.addUndominated();
        states.thin(from, longestTable);
        tables -= 2;
        push(from, states.size(), least);
        return true;
    }

    private void offerWildcard(int node) {
        int table = tables - 1;
        int from = tableFrom[table];
        tableLeast[table] = pruning.leastOf(node, tableLeast[table]);
        boolean offered = trie.cut(node) > 0
                && fits(new Totals(1, 1, trie.collateral(node)))
                && pruning.keeps(1, 1, trie.collateral(node), tableLeast[table]);
        for (int state = from; offered && state < tableTo[table]; state++) {
            offered = trie.isForced(node)
                    || states.items(state) > 1
                    || (countWildcards && states.wildcards(state) > 1)
                    || states.collateral(state) > trie.collateral(node);
        }
        int kept = from;
        int lastRank = 0;
        for (int state = from; state < tableTo[table]; state++) {
            boolean dominated = trie.isForced(node)
                    || (offered
                            && states.items(state) >= 1
                            && (!countWildcards || states.wildcards(state) >= 1)
                            && states.collateral(state) >= trie.collateral(node));
            if (!dominated
                    && pruning.keeps(
                            states.items(state),
                            states.wildcards(state),
                            states.collateral(state),
                            tableLeast[table])) {
                lastRank = Math.max(lastRank, states.rank(state));
                states.move(state, kept++);
            }
        }
        states.cutTo(kept);
        if (offered) {
            states.addWildcard(trie, node, trie.wildcardSortsFirst(node) ? 0 : lastRank + 1);
        }
        tableTo[table] = states.size();
    }

    /**
     * Drops partial plans that the bound rules out.
     *
     * @param itemPrice the bound's price of an item
     * @param collateralPrice its price of a unit of collateral
     * @param wildcardPrice its price of a wildcard
     * @param nodeLeast the least cost of each node's patterns at these prices; empty when nothing is to be dropped
     * @param slack how much above the bound a plan may be
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Pruning(long itemPrice, long collateralPrice, long wildcardPrice, long[] nodeLeast, long slack) {

        static final Pruning NONE = new Pruning(0, 0, 0, new long[0], 0);

        static Pruning of(Instance instance, DualBound dual, long slack) {
            long[] nodeLeast = new long[Math.max(1, instance.trie().nodes())];
            new ScalarSearch(instance.trie())
                    .solve(dual.itemPrice(), dual.collateralPrice(), dual.wildcardPrice(), nodeLeast);
            return new Pruning(dual.itemPrice(), dual.collateralPrice(), dual.wildcardPrice(), nodeLeast, slack);
        }

        long costOf(Totals totals) {
            return costOf(totals.items(), totals.wildcards(), totals.collateral());
        }

        private long costOf(int items, int wildcards, long collateral) {
            return itemPrice * items + collateralPrice * collateral + wildcardPrice * wildcards;
        }

        boolean keeps(int items, int wildcards, long collateral, long least) {
            return costOf(items, wildcards, collateral) - least <= slack;
        }

        long leastOf(int node, long otherwise) {
            return nodeLeast.length == 0 ? otherwise : nodeLeast[node];
        }
    }
}

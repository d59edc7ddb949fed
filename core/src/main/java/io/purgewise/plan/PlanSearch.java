package io.purgewise.plan;

import org.jspecify.annotations.Nullable;

/**
 * Solves a problem with the simplest search that is exact for it.
 *
 * <p>The objective of k items with collateral C is {@code p * max(0, k - f) + r * C}: of two linear pieces. Where a linear search
 * for one piece ends inside that piece, it has found the best of all:
 *
 * <ul>
 *   <li>with price p for every item: {@code p * max(0, k - f) >= p * (k - f)} for all plans, with equality for the one found if
 *       its {@code k >= f}
 *   <li>with price 0: {@code p * max(0, k - f) >= 0} for all plans, with equality for the one found if its {@code k <= f}
 * </ul>
 *
 * Ties are no worse: a plan that ties with the found one in the objective ties in the linear sum too, where the order is the
 * same. The limit on collateral is harmless where the best plan without it keeps it. The limit on wildcards is part of
 * {@link WildcardLimitedSearch}, tried after {@link ScalarSearch}. What is left, a plan at the end of the free tier or at the
 * limit on collateral, is a knapsack for {@link ParetoSearch}.
 */
final class PlanSearch {

    private final Instance instance;
    private final PatternTrie trie;

    private PlanSearch(Instance instance) {
        this.instance = instance;
        this.trie = instance.trie();
    }

    /** Returns the best plan, or null if none keeps the limits. */
    static @Nullable Found solve(Instance instance) {
        if (instance.trie().leaves() == 0) {
            return new Found(new Choice(new Totals(0, 0, 0), new int[0]), 0);
        }
        return new PlanSearch(instance).run();
    }

    private @Nullable Found run() {
        Choice beyondFree = linear(instance.pathPrice());
        if (beyondFree == null) {
            return null; // the patterns demand more wildcards than there may be
        }
        if (isBest(beyondFree, true)) {
            return new Found(beyondFree, 0);
        }
        if (instance.freePaths() > 0) {
            Choice free = linear(0);
            if (free != null && isBest(free, false)) {
                return new Found(free, 0);
            }
        }
        Choice least = WildcardLimitedSearch.solve(trie, 0, 1, instance.maxWildcards());
        if (least == null || !instance.allows(least.totals())) {
            return null; // even the least collateral is too much
        }
        return ParetoSearch.solve(instance, least);
    }

    private boolean isBest(Choice choice, boolean beyondFree) {
        int items = choice.totals().items();
        boolean inPiece = instance.pathPrice() == 0
                || (beyondFree ? items >= instance.freePaths() : items <= instance.freePaths());
        return inPiece && instance.allows(choice.totals());
    }

    private @Nullable Choice linear(long itemPrice) {
        ScalarSearch search = new ScalarSearch(trie);
        Totals totals = search.solve(itemPrice, instance.refillPrice(), 0);
        return totals.wildcards() <= instance.maxWildcards()
                ? new Choice(totals, search.units())
                : WildcardLimitedSearch.solve(trie, itemPrice, instance.refillPrice(), instance.maxWildcards());
    }
}

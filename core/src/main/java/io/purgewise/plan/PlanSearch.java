package io.purgewise.plan;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Solves a problem with the simplest search that is exact for it.
 *
 * <p>The objective of k items of which w are wildcards, with collateral C, is
 * {@code p * max(0, k - f) + r * C + max(0, t1, t2, ...)}, where each quota's wait {@code t} is linear in k or in w. So it is the
 * largest of some linear functions: one for each choice of {@code p * (k - f)} or 0 for the money and one of the waits or 0 for
 * the time. A linear search for one of them has found the best of all if that function is the largest at the plan found: for
 * every plan the objective is at least that function, which is at least what it is for the plan found, its objective.
 *
 * <p>Ties are no worse: a plan that ties with the found one in the objective ties in the linear sum too, where the order is the
 * same. The limits on collateral and items are harmless where the best plan without them keeps them. The limit on wildcards is
 * part of {@link WildcardLimitedSearch}, tried after {@link ScalarSearch}, and so is whatever waits for wildcards alone. What is
 * left, a plan at the end of the free tier, at the limit on collateral or where waiting for items begins, is a knapsack for
 * {@link ParetoSearch}.
 */
final class PlanSearch {

    /** The most table cells of a search for plans that wait for wildcards: a second or so. */
    private static final long MOST_CELLS = 200_000_000;

    private final Instance instance;
    private final PatternTrie trie;

    private PlanSearch(Instance instance) {
        this.instance = instance;
        this.trie = instance.trie();
    }

    /** Returns the best plan, or null if none keeps the limits. */
    static @Nullable Found solve(Instance instance) {
        if (instance.trie().leaves() == 0) {
            Totals none = new Totals(0, 0, 0);
            return instance.allows(none) ? new Found(new Choice(none, new int[0]), 0) : null;
        }
        return new PlanSearch(instance).run();
    }

    /**
     * Is one of the linear functions.
     *
     * @param free whether items cost nothing
     * @param quota the quota that is waited for, or -1
     */
    private record Piece(boolean free, int quota) {}

    private @Nullable Found run() {
        Set<Piece> tried = new HashSet<>();
        Piece piece = new Piece(false, -1);
        while (tried.add(piece)) {
            Choice choice = linear(piece);
            if (choice == null) {
                return null; // the patterns demand more wildcards than there may be
            }
            boolean allowed = instance.allows(choice.totals());
            Piece largest = largestAt(choice.totals(), piece);
            if (allowed && largest.equals(piece)) {
                return new Found(choice, 0);
            }
            piece = allowed ? largest : new Piece(true, piece.quota()); // free items are more, and clear less besides
        }
        if (instance.quotas().stream().anyMatch(QuotaTable.Quota::wildcards)) {
            Choice waiting = waitingForWildcards();
            if (waiting != null) {
                return new Found(waiting, 0);
            }
        }
        Choice feasible = anyWithinLimits();
        return feasible == null ? null : ParetoSearch.solve(instance, feasible);
    }

    /** Returns the largest piece at a plan; of equal ones the given one. */
    private Piece largestAt(Totals totals, Piece preferred) {
        int beyond = totals.items() - instance.freePaths();
        boolean free = (beyond == 0 || instance.pathPrice() == 0) ? preferred.free() : beyond < 0;
        long most = instance.waitCost(totals.items(), totals.wildcards());
        if (cost(preferred.quota(), totals) == most) {
            return new Piece(free, preferred.quota());
        }
        int wait = -1;
        for (int quota = 0; quota < instance.quotas().size(); quota++) {
            wait = cost(quota, totals) == most ? quota : wait;
        }
        return new Piece(free, wait);
    }

    private long cost(int wait, Totals totals) {
        return wait < 0
                ? 0
                : instance.waitPrice()
                        * instance.quotas()
                                .get(wait)
                                .millis((long) totals.items() + instance.otherItems(), totals.wildcards());
    }

    private @Nullable Choice linear(Piece piece) {
        long itemPrice = piece.free() ? 0 : instance.pathPrice();
        long wildcardPrice = 0;
        if (piece.quota() >= 0) {
            QuotaTable.Quota quota = instance.quotas().get(piece.quota());
            long price = instance.waitPrice() * quota.millis();
            itemPrice += quota.wildcards() ? 0 : price;
            wildcardPrice += quota.wildcards() ? price : 0;
        }
        ScalarSearch search = new ScalarSearch(trie);
        Totals totals = search.solve(itemPrice, instance.refillPrice(), wildcardPrice);
        return totals.wildcards() <= instance.maxWildcards()
                ? new Choice(totals, search.units())
                : limited(itemPrice, instance.refillPrice(), wildcardPrice);
    }

    /**
     * Finds the best plan if no more is waited for than its wildcards make necessary, and items cost all or nothing.
     *
     * <p>More wildcards than the best plan without waiting has are of no use: they would cost no less and wait longer.
     */
    private @Nullable Choice waitingForWildcards() {
        for (boolean free : new boolean[] {false, true}) {
            long itemPrice = free ? 0 : instance.pathPrice();
            int useful = new ScalarSearch(trie)
                    .solve(itemPrice, instance.refillPrice(), 0)
                    .wildcards();
            if ((long) trie.leaves() * Math.min(useful, instance.maxWildcards()) > MOST_CELLS) {
                return null;
            }
            Choice choice = WildcardLimitedSearch.solve(
                    trie,
                    new WildcardLimitedSearch.Prices(itemPrice, instance.refillPrice(), 0),
                    Math.min(useful, instance.maxWildcards()),
                    wildcards -> instance.waitCost(-instance.otherItems(), wildcards));
            if (choice == null || !instance.allows(choice.totals())) {
                return null;
            }
            Totals totals = choice.totals();
            int beyond = totals.items() - instance.freePaths();
            boolean inPiece = instance.pathPrice() == 0 || (free ? beyond <= 0 : beyond >= 0);
            if (inPiece
                    && instance.waitCost(totals.items(), totals.wildcards())
                            == instance.waitCost(-instance.otherItems(), totals.wildcards())) {
                return choice;
            }
        }
        return null;
    }

    private @Nullable Choice limited(long itemPrice, long collateralPrice, long wildcardPrice) {
        return WildcardLimitedSearch.solve(
                trie,
                new WildcardLimitedSearch.Prices(itemPrice, collateralPrice, wildcardPrice),
                instance.maxWildcards(),
                wildcards -> 0);
    }

    /** Finds some plan that keeps all limits, or null if none does or, with two limits that pull apart, none was found. */
    private @Nullable Choice anyWithinLimits() {
        Choice least = limited(0, 1, 0);
        if (least == null || least.totals().collateral() > instance.maxCollateral()) {
            return null; // even the least collateral is too much
        }
        if (instance.allows(least.totals())) {
            return least;
        }
        long low = 0; // the price of an item at which there are too many
        long high = instance.most() + 1; // and at which they are as few as can be
        Choice fewest = limited(high, 1, 0);
        while (fewest != null && fewest.totals().items() <= instance.maxItems() && high - low > 1) {
            long middle = low + (high - low) / 2;
            Choice between = limited(middle, 1, 0);
            if (between != null && between.totals().items() <= instance.maxItems()) {
                high = middle;
                fewest = between;
            } else {
                low = middle;
            }
        }
        if (fewest == null || fewest.totals().items() > instance.maxItems()) {
            return null; // even the fewest items are too many
        }
        return instance.allows(fewest.totals()) ? fewest : ParetoSearch.any(instance);
    }
}

package io.purgewise.plan;

import java.util.Arrays;

/**
 * Decides tags of a {@link CoverProblem} that need no search.
 *
 * <ul>
 *   <li>A tag that costs no less than all of its leaves by themselves is dropped.
 *   <li>So is one whose leaves another tag clears that has no more collateral.
 *   <li>A tag with a single leaf is <em>folded</em>: if it costs less than the leaf, the leaf takes its counts. A page tag is such
 *       a tag, if its patterns lie at one place.
 * </ul>
 *
 * <p>The least cost stays the same. But what is decided here depends on prices: it holds for the linear problem, not for each set
 * of tags of the problem that it was made from.
 */
final class CoverElimination {

    private final CoverProblem.Tags tags;
    private final CoverProblem.Leaves leaves;
    private final CoverPrices prices;
    private final byte[] decided;

    private CoverElimination(CoverProblem problem, CoverPrices prices, byte[] decided) {
        CoverProblem.Leaves old = problem.leaves();
        this.tags = problem.tags();
        this.leaves = new CoverProblem.Leaves(
                old.parent(),
                old.items().clone(),
                old.wildcards().clone(),
                old.collateral().clone(),
                old.blocked().clone(),
                old.folded().clone(),
                old.tagStart(),
                old.tag());
        this.prices = prices;
        this.decided = decided;
    }

    /**
     * Decides what needs no search.
     *
     * @param decided at each tag whether it is dropped, filled in; nothing may be decided yet
     * @return the problem with cheaper leaves
     */
    static CoverProblem eliminate(CoverProblem problem, CoverPrices prices, byte[] decided) {
        CoverElimination elimination = new CoverElimination(problem, prices, decided);
        for (int tag = 0; tag < decided.length; tag++) {
            if (elimination.costsNoLess(tag) || elimination.isDominated(tag)) {
                decided[tag] = CoverReduction.DROPPED;
            } else if (problem.tags().leafStart()[tag + 1] - problem.tags().leafStart()[tag] == 1) {
                decided[tag] = CoverReduction.DROPPED;
                elimination.fold(tag, problem.tags().leaf()[problem.tags().leafStart()[tag]]);
            }
        }
        return new CoverProblem(elimination.leaves, problem.nodes(), problem.tags(), problem.chosen(), problem.fixed());
    }

    private boolean costsNoLess(int tag) {
        long cost = 0;
        int items = 0;
        int wildcards = 0;
        long collateral = 0;
        for (int i = tags.leafStart()[tag]; i < tags.leafStart()[tag + 1]; i++) {
            int leaf = tags.leaf()[i];
            cost += prices.ofLeaf(leaves, leaf);
            items += leaves.items()[leaf];
            wildcards += leaves.wildcards()[leaf];
            collateral += leaves.collateral()[leaf];
        }
        int order = Long.compare(prices.ofTag(tags, tag), cost);
        return order > 0
                || (order == 0
                        && CoverBound.compare(
                                        new Totals(1, 0, tags.collateral()[tag]),
                                        new Totals(items, wildcards, collateral))
                                >= 0);
    }

    private boolean isDominated(int tag) {
        int from = tags.leafStart()[tag];
        int to = tags.leafStart()[tag + 1];
        int rarest = tags.leaf()[from];
        for (int i = from; i < to; i++) {
            int leaf = tags.leaf()[i];
            rarest = tagsOf(leaf) < tagsOf(rarest) ? leaf : rarest;
        }
        for (int i = leaves.tagStart()[rarest]; i < leaves.tagStart()[rarest + 1]; i++) {
            int other = leaves.tag()[i];
            if (other != tag && decided[other] == CoverReduction.UNDECIDED && isPreferred(other, tag)) {
                boolean all = true;
                for (int j = from; j < to && all; j++) {
                    int leaf = tags.leaf()[j];
                    all = Arrays.binarySearch(leaves.tag(), leaves.tagStart()[leaf], leaves.tagStart()[leaf + 1], other)
                            >= 0;
                }
                if (all) {
                    return true;
                }
            }
        }
        return false;
    }

    private int tagsOf(int leaf) {
        return leaves.tagStart()[leaf + 1] - leaves.tagStart()[leaf];
    }

    /** Tells whether a tag with all leaves of another makes that one useless; of equal ones the first stays. */
    private boolean isPreferred(int tag, int to) {
        int order = Long.compare(tags.collateral()[tag], tags.collateral()[to]);
        int more =
                (tags.leafStart()[tag + 1] - tags.leafStart()[tag]) - (tags.leafStart()[to + 1] - tags.leafStart()[to]);
        return order < 0 || (order == 0 && (more > 0 || tag < to));
    }

    private void fold(int tag, int leaf) {
        leaves.items()[leaf] = 1;
        leaves.wildcards()[leaf] = 0;
        leaves.collateral()[leaf] = tags.collateral()[tag];
        leaves.blocked()[leaf] = 0;
        leaves.folded()[leaf] = new int[] {tags.option()[tag]};
    }
}

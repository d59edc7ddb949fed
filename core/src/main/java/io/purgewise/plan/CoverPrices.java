package io.purgewise.plan;

/**
 * Holds what the counts of a plan cost in a {@link CoverProblem}, in parts of a micro-dollar.
 *
 * @param item what an item costs
 * @param wildcard what a wildcard costs besides
 * @param collateral what a unit of collateral costs
 * @param blocked what it costs to leave a pattern that has no item of its own: more than any plan, as far as 64 bits allow
 */
record CoverPrices(long item, long wildcard, long collateral, long blocked) {

    long of(Totals totals) {
        return totals.items() * item + totals.wildcards() * wildcard + totals.collateral() * collateral;
    }

    long ofLeaf(CoverProblem.Leaves leaves, int leaf) {
        return leaves.items()[leaf] * item
                + leaves.wildcards()[leaf] * wildcard
                + leaves.collateral()[leaf] * collateral
                + leaves.blocked()[leaf] * blocked;
    }

    long ofNode(CoverProblem.Nodes nodes, int node) {
        return item + wildcard + nodes.collateral()[node] * collateral;
    }

    long ofTag(CoverProblem.Tags tags, int tag) {
        return item + tags.collateral()[tag] * collateral;
    }
}

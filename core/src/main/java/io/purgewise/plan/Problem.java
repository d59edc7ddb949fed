package io.purgewise.plan;

/**
 * Is one planning problem: a trie with the numbers that decide.
 *
 * @param trie the patterns with their weights
 * @param pathPrice micro-dollars for an item beyond the free ones
 * @param freePaths free items; no more than there are patterns
 * @param refillPrice micro-dollars for a unit of collateral
 * @param maxWildcards the most wildcards; no more than there are patterns
 * @param maxCollateral the most collateral
 * @param most what no plan's collateral exceeds
 */
record Problem(
        PatternTrie trie,
        long pathPrice,
        int freePaths,
        long refillPrice,
        int maxWildcards,
        long maxCollateral,
        long most) {

    static Problem of(PatternTrie trie, PlanPolicy policy, long most) {
        PriceList prices = policy.prices();
        int leaves = trie.leaves();
        return new Problem(
                trie,
                prices.pathPrice(),
                (int) Math.min(leaves, prices.freePaths()),
                prices.refillPrice(),
                Math.min(leaves, policy.maxWildcards()),
                policy.maxCollateral(),
                most);
    }

    Problem withMaxWildcards(int limit) {
        return new Problem(trie, pathPrice, freePaths, refillPrice, limit, maxCollateral, most);
    }

    Problem withMaxCollateral(long limit) {
        return new Problem(trie, pathPrice, freePaths, refillPrice, maxWildcards, limit, most);
    }

    Problem withTrie(PatternTrie other, int otherFreePaths) {
        return new Problem(other, pathPrice, otherFreePaths, refillPrice, maxWildcards, maxCollateral, most);
    }

    boolean allows(Totals totals) {
        return totals.wildcards() <= maxWildcards && totals.collateral() <= maxCollateral;
    }

    long objective(long items, long collateral) {
        return pathPrice * Math.max(0, items - freePaths) + refillPrice * collateral;
    }

    /** Orders totals by preference: objective, collateral, items, wildcards. */
    int compare(Totals a, Totals b) {
        int order = Long.compare(objective(a.items(), a.collateral()), objective(b.items(), b.collateral()));
        order = order != 0 ? order : Long.compare(a.collateral(), b.collateral());
        order = order != 0 ? order : Integer.compare(a.items(), b.items());
        return order != 0 ? order : Integer.compare(a.wildcards(), b.wildcards());
    }
}

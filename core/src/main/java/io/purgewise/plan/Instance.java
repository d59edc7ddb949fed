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
 * @param memory bytes that a {@link ParetoSearch} may use
 */
record Instance(
        PatternTrie trie,
        long pathPrice,
        int freePaths,
        long refillPrice,
        int maxWildcards,
        long maxCollateral,
        long most,
        long memory) {

    static Instance of(PatternTrie trie, PlanPolicy policy, long most) {
        PriceList prices = policy.prices();
        int leaves = trie.leaves();
        return new Instance(
                trie,
                prices.pathPrice(),
                (int) Math.min(leaves, prices.freePaths()),
                prices.refillPrice(),
                Math.min(leaves, policy.maxWildcards()),
                policy.maxCollateral(),
                most,
                (long) policy.searchMemory() << 20);
    }

    Instance withMaxWildcards(int limit) {
        return new Instance(trie, pathPrice, freePaths, refillPrice, limit, maxCollateral, most, memory);
    }

    Instance withMaxCollateral(long limit) {
        return new Instance(trie, pathPrice, freePaths, refillPrice, maxWildcards, limit, most, memory);
    }

    /**
     * Returns what is left to plan beside some tags.
     *
     * @param rest the trie without what the tags clear
     * @param tags how many of them there are
     * @param besides their collateral, not more than the limit
     */
    Instance beside(PatternTrie rest, int tags, long besides) {
        long limit = maxCollateral == PlanPolicy.NO_LIMIT ? maxCollateral : maxCollateral - besides;
        return new Instance(
                rest, pathPrice, Math.max(0, freePaths - tags), refillPrice, maxWildcards, limit, most, memory);
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

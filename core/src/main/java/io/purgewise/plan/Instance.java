package io.purgewise.plan;

import java.time.Duration;
import java.util.List;

/**
 * Is one planning problem: a trie with the numbers that decide.
 *
 * @param trie the patterns with their weights
 * @param prices what items and collateral cost
 * @param waitPrice micro-dollars for a millisecond of waiting
 * @param quotas what makes a plan wait; empty where waiting costs nothing
 * @param limits what a plan may have at the most
 * @param most what no plan's collateral exceeds
 * @param otherItems tags of the plan, which count as items but are not in the trie
 * @param memory bytes that a {@link ParetoSearch} may use
 */
record Instance(
        PatternTrie trie,
        PriceList prices,
        long waitPrice,
        List<QuotaTable.Quota> quotas,
        Limits limits,
        long most,
        int otherItems,
        long memory) {

    /**
     * Holds the most that a plan may have.
     *
     * @param items the most items that the limit on time allows
     * @param wildcards the most wildcards, of the policy itself
     * @param timelyWildcards the most wildcards that the limit on time allows
     * @param collateral the most collateral
     */
    record Limits(long items, int wildcards, long timelyWildcards, long collateral) {

        static Limits of(PlanPolicy policy) {
            long items = Integer.MAX_VALUE;
            long wildcards = Integer.MAX_VALUE;
            if (policy.maxTime().isPresent()) {
                QuotaTable table = policy.quotaTable();
                Duration spare = policy.maxTime().get().minus(table.latency());
                if (spare.isNegative()) {
                    return new Limits(0, policy.maxWildcards(), 0, policy.maxCollateral());
                }
                for (QuotaTable.Quota quota : table.quotas()) {
                    long most = quota.atOnce() + spare.toMillis() / quota.millis();
                    if (quota.wildcards()) {
                        wildcards = Math.min(wildcards, most);
                    } else {
                        items = Math.min(items, most);
                    }
                }
            }
            return new Limits(items, policy.maxWildcards(), wildcards, policy.maxCollateral());
        }

        Limits withoutWildcards() {
            return new Limits(items, Integer.MAX_VALUE, timelyWildcards, collateral);
        }

        Limits withoutCollateral() {
            return new Limits(items, wildcards, timelyWildcards, PlanPolicy.NO_LIMIT);
        }

        Limits withoutTime() {
            return new Limits(Integer.MAX_VALUE, wildcards, Integer.MAX_VALUE, collateral);
        }

        Limits beside(int tags, long besides) {
            return new Limits(
                    items - tags,
                    wildcards,
                    timelyWildcards,
                    collateral == PlanPolicy.NO_LIMIT ? collateral : collateral - besides);
        }
    }

    static Instance of(PatternTrie trie, PlanPolicy policy, long most) {
        return new Instance(
                trie,
                policy.prices(),
                policy.waitPrice(),
                policy.waitPrice() == 0 ? List.of() : policy.quotaTable().quotas(),
                Limits.of(policy),
                most,
                0,
                (long) policy.searchMemory() << 20);
    }

    Instance within(Limits other) {
        return new Instance(trie, prices, waitPrice, quotas, other, most, otherItems, memory);
    }

    /** Returns this problem with wildcards that are neither limited nor waited for. */
    Instance withoutCountingWildcards() {
        return new Instance(
                trie,
                prices,
                waitPrice,
                quotas.stream().filter(quota -> !quota.wildcards()).toList(),
                new Limits(limits.items, Integer.MAX_VALUE, Integer.MAX_VALUE, limits.collateral),
                most,
                otherItems,
                memory);
    }

    /**
     * Returns what is left to plan beside some tags.
     *
     * @param rest the trie without what the tags clear
     * @param tags how many of them there are
     * @param besides their collateral, not more than the limit
     */
    Instance beside(PatternTrie rest, int tags, long besides) {
        return new Instance(
                rest, prices, waitPrice, quotas, limits.beside(tags, besides), most, otherItems + tags, memory);
    }

    long pathPrice() {
        return prices.pathPrice();
    }

    long refillPrice() {
        return prices.refillPrice();
    }

    /** Returns how many items of the trie cost nothing; no more than there are patterns. */
    int freePaths() {
        return (int) Math.min(trie.leaves(), Math.max(0, prices.freePaths() - otherItems));
    }

    /** Returns the most wildcards; no more than there are patterns. */
    int maxWildcards() {
        return (int) Math.min(trie.leaves(), Math.min(limits.wildcards, limits.timelyWildcards));
    }

    long maxCollateral() {
        return limits.collateral;
    }

    /** Returns the most items of the trie; no more than there are patterns, negative where tags alone exceed the limit. */
    long maxItems() {
        return Math.min(trie.leaves(), limits.items);
    }

    boolean allows(Totals totals) {
        return totals.wildcards() <= maxWildcards()
                && totals.collateral() <= maxCollateral()
                && totals.items() <= maxItems();
    }

    long objective(Totals totals) {
        return objective(totals.items(), totals.wildcards(), totals.collateral());
    }

    long objective(int items, int wildcards, long collateral) {
        return pathPrice() * Math.max(0, items - Math.max(0, prices.freePaths() - otherItems))
                + refillPrice() * collateral
                + waitCost(items, wildcards);
    }

    /** Returns what waiting for a plan costs. */
    long waitCost(int items, int wildcards) {
        long millis = 0;
        for (QuotaTable.Quota quota : quotas) {
            millis = Math.max(millis, quota.millis((long) items + otherItems, wildcards));
        }
        return waitPrice * millis;
    }

    /** Orders totals by preference: objective, collateral, items, wildcards. */
    int compare(Totals a, Totals b) {
        int order = Long.compare(objective(a), objective(b));
        order = order != 0 ? order : Long.compare(a.collateral(), b.collateral());
        order = order != 0 ? order : Integer.compare(a.items(), b.items());
        return order != 0 ? order : Integer.compare(a.wildcards(), b.wildcards());
    }
}

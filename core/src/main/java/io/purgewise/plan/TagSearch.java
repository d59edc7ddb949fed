package io.purgewise.plan;

import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the cache tags of a plan.
 *
 * <p>With a set of tags fixed, the patterns that they clear need no item any more, each tag uses up a free path or costs one, and
 * what is left is a problem without tags. {@link CoverSearch} looks for the best set.
 */
final class TagSearch {

    private final Instance instance;
    private final List<TagOption> options = new ArrayList<>();
    private final List<int[]> leaves = new ArrayList<>();
    private final BitSet mandatory = new BitSet();

    private TagSearch(Instance instance, Collection<TagOption> options, Set<UnnameableUrl> byTagOnly) {
        this.instance = instance;
        Set<TagOption> needed = needed(options, byTagOnly);
        LeafNumbers numbers = new LeafNumbers(instance.trie().patterns());
        for (TagOption option : options.stream()
                .sorted(Comparator.comparing(o -> o.tag().spelling()))
                .toList()) {
            int[] cleared = numbers.of(option);
            if (cleared.length > 0 || needed.contains(option)) {
                mandatory.set(this.options.size(), needed.contains(option));
                this.options.add(option);
                this.leaves.add(cleared);
            }
        }
    }

    /** Chooses a tag for each URL that only tags can clear: the one with the least collateral, as far as the limit reaches. */
    private Set<TagOption> needed(Collection<TagOption> tags, Set<UnnameableUrl> byTagOnly) {
        Set<TagOption> needed = new HashSet<>();
        long collateral = 0;
        for (UnnameableUrl url : byTagOnly) {
            Optional<TagOption> least = tags.stream()
                    .filter(tag -> tag.unnameable().contains(url))
                    .min(Comparator.<TagOption>comparingLong(tag -> needed.contains(tag) ? -1 : tag.collateral())
                            .thenComparing(tag -> tag.tag().spelling()));
            if (least.isPresent() && least.get().collateral() <= instance.maxCollateral() - collateral) {
                collateral += needed.add(least.get()) ? least.get().collateral() : 0;
            }
        }
        return needed;
    }

    /** Finds patterns and stand-ins among the leaves. */
    private static final class LeafNumbers {

        private final Map<UrlPattern, Integer> patterns = new HashMap<>();
        private final Map<UnnameableUrl, Integer> standIns = new HashMap<>();

        LeafNumbers(SortedPatterns sorted) {
            for (int leaf = 0; leaf < sorted.size(); leaf++) {
                StandIn standIn = sorted.standIn(leaf);
                if (standIn == null) {
                    patterns.put(sorted.patterns()[leaf], leaf);
                } else {
                    standIns.put(standIn.url(), leaf);
                }
            }
        }

        /** Returns the leaves that a tag clears, rising. */
        int[] of(TagOption option) {
            return IntStream.concat(
                            option.clears().stream().mapToInt(pattern -> patterns.getOrDefault(pattern, -1)),
                            option.unnameable().stream().mapToInt(url -> standIns.getOrDefault(url, -1)))
                    .filter(leaf -> leaf >= 0)
                    .sorted()
                    .toArray();
        }
    }

    /** Is a set of tags with the best choice for the rest. */
    record Tagged(List<TagOption> tags, Totals totals, Found rest) {}

    /**
     * Returns the best plan, or null if none keeps the limits.
     *
     * @param byTagOnly URLs that only a tag can clear
     */
    static @Nullable Tagged solve(Instance instance, Collection<TagOption> options, Set<UnnameableUrl> byTagOnly) {
        return solve(
                instance,
                options,
                byTagOnly,
                CoverSearch.Effort.usual(instance.trie().leaves()));
    }

    static @Nullable Tagged solve(
            Instance instance, Collection<TagOption> options, Set<UnnameableUrl> byTagOnly, CoverSearch.Effort effort) {
        if (options.isEmpty()) {
            Found found = PlanSearch.solve(instance);
            return found == null ? null : new Tagged(List.of(), found.choice().totals(), found);
        }
        return new TagSearch(instance, options, byTagOnly).run(effort);
    }

    private @Nullable Tagged run(CoverSearch.Effort effort) {
        CoverProblem problem = CoverProblem.of(instance.trie(), options, leaves);
        CoverSearch.Result result = CoverSearch.search(instance, problem, mandatory, effort, this::with);
        Tagged best = result.best();
        if (best == null) {
            return null;
        }
        long gap = instance.objective(best.totals()) - result.bound();
        return new Tagged(best.tags(), best.totals(), new Found(best.rest().choice(), gap));
    }

    /** Returns the best plan with just these tags, or null if none keeps the limits. */
    private @Nullable Tagged with(BitSet chosen) {
        List<TagOption> tags = chosen.stream().mapToObj(options::get).toList();
        long besides = tags.stream().mapToLong(TagOption::collateral).sum();
        if (besides > instance.maxCollateral()) {
            return null;
        }
        boolean[] cleared = new boolean[instance.trie().leaves()];
        chosen.stream().forEach(tag -> Arrays.stream(leaves.get(tag)).forEach(leaf -> cleared[leaf] = true));
        Found rest = PlanSearch.solve(instance.beside(instance.trie().without(cleared), tags.size(), besides));
        if (rest == null) {
            return null;
        }
        Totals totals = rest.choice().totals();
        return new Tagged(
                tags,
                new Totals(totals.items() + tags.size(), totals.wildcards(), totals.collateral() + besides),
                rest);
    }
}

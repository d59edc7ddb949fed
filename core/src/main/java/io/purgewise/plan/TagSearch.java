package io.purgewise.plan;

import io.purgewise.site.UnnameableUrl;
import java.util.ArrayList;
import java.util.Arrays;
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
 * what is left is a problem without tags. Few tags: all sets are tried, which is exact. Many: tags are added and dropped one at a
 * time as long as that pays, and the problem in which all tags are free bounds what any set could have reached.
 */
final class TagSearch {

    private static final int MOST_SETS = 1 << 10;
    private static final long MOST_WORK = 1 << 24;

    private final Instance instance;
    private final List<TagOption> options;
    private final List<int[]> leaves;
    private final boolean[] mandatory;

    private TagSearch(Instance instance, Collection<TagOption> options, Set<UnnameableUrl> byTagOnly) {
        this.instance = instance;
        this.options = new ArrayList<>();
        this.leaves = new ArrayList<>();
        Set<TagOption> needed = needed(options, byTagOnly);
        Map<UnnameableUrl, Integer> standIns = standInLeaves(instance.trie().patterns());
        for (TagOption option : options.stream()
                .sorted(Comparator.comparing(o -> o.tag().spelling()))
                .toList()) {
            int[] cleared = IntStream.concat(
                            option.clears().stream().mapToInt(instance.trie().patterns()::indexOf),
                            option.unnameable().stream().mapToInt(url -> standIns.getOrDefault(url, -1)))
                    .filter(leaf -> leaf >= 0)
                    .toArray();
            if (cleared.length > 0 || needed.contains(option)) {
                this.options.add(option);
                this.leaves.add(cleared);
            }
        }
        this.mandatory = new boolean[this.options.size()];
        for (int i = 0; i < mandatory.length; i++) {
            mandatory[i] = needed.contains(this.options.get(i));
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

    private static Map<UnnameableUrl, Integer> standInLeaves(SortedPatterns patterns) {
        Map<UnnameableUrl, Integer> leaves = new HashMap<>();
        for (int leaf = 0; leaf < patterns.standIns().length; leaf++) {
            StandIn standIn = patterns.standIn(leaf);
            if (standIn != null) {
                leaves.put(standIn.url(), leaf);
            }
        }
        return leaves;
    }

    /** Is a set of tags with the best choice for the rest. */
    record Tagged(List<TagOption> tags, Totals totals, Found rest) {}

    /**
     * Returns the best plan, or null if none keeps the limits.
     *
     * @param byTagOnly URLs that only a tag can clear
     */
    static @Nullable Tagged solve(Instance instance, Collection<TagOption> options, Set<UnnameableUrl> byTagOnly) {
        if (options.isEmpty()) {
            Found found = PlanSearch.solve(instance);
            return found == null ? null : new Tagged(List.of(), found.choice().totals(), found);
        }
        TagSearch search = new TagSearch(instance, options, byTagOnly);
        int count = search.options.size();
        boolean few = count < Integer.numberOfTrailingZeros(MOST_SETS)
                && ((long) instance.trie().leaves() << count) <= MOST_WORK;
        return few ? search.all() : search.stepwise();
    }

    private @Nullable Tagged all() {
        Tagged best = null;
        for (int set = 0; set < 1 << options.size(); set++) {
            boolean[] chosen = new boolean[options.size()];
            for (int i = 0; i < chosen.length; i++) {
                chosen[i] = (set >> i & 1) != 0;
            }
            Tagged tagged = with(chosen);
            best = tagged != null && isBetter(tagged, best) ? tagged : best;
        }
        return best;
    }

    private @Nullable Tagged stepwise() {
        boolean[] chosen = mandatory.clone();
        Tagged best = with(chosen);
        for (int change = 0; change >= 0; ) {
            change = -1;
            for (int i = 0; i < chosen.length; i++) {
                chosen[i] ^= true;
                Tagged changed = with(chosen);
                chosen[i] ^= true;
                if (changed != null && isBetter(changed, best)) {
                    best = changed;
                    change = i;
                }
            }
            if (change >= 0) {
                chosen[change] ^= true;
            }
        }
        return best == null ? null : bounded(best);
    }

    /** Widens the gap of a plan to what the problem with all tags for nothing leaves open. */
    private Tagged bounded(Tagged best) {
        boolean[] allTags = new boolean[options.size()];
        Arrays.fill(allTags, true);
        Found free = PlanSearch.solve(instance.beside(without(allTags), 0, 0));
        if (free == null) {
            throw new IllegalStateException("a problem with fewer patterns must have a plan where one with more has");
        }
        Totals least = free.choice().totals();
        long bound = instance.objective(least) - free.gap();
        long objective = instance.objective(best.totals());
        return new Tagged(best.tags(), best.totals(), new Found(best.rest().choice(), objective - bound));
    }

    private PatternTrie without(boolean[] chosen) {
        boolean[] cleared = new boolean[instance.trie().leaves()];
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i]) {
                for (int leaf : leaves.get(i)) {
                    cleared[leaf] = true;
                }
            }
        }
        return instance.trie().without(cleared);
    }

    /** Returns the best plan with just these tags, or null if it needs others or none keeps the limits. */
    private @Nullable Tagged with(boolean[] chosen) {
        List<TagOption> tags = new ArrayList<>();
        long besides = 0;
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i]) {
                tags.add(options.get(i));
                besides += options.get(i).collateral();
            } else if (mandatory[i]) {
                return null;
            }
        }
        if (besides > instance.maxCollateral()) {
            return null;
        }
        Found rest = PlanSearch.solve(instance.beside(without(chosen), tags.size(), besides));
        if (rest == null) {
            return null;
        }
        Totals totals = rest.choice().totals();
        return new Tagged(
                tags,
                new Totals(totals.items() + tags.size(), totals.wildcards(), totals.collateral() + besides),
                rest);
    }

    /** Tells whether a plan comes before another in the order of preference; ties go to fewer tags. */
    private boolean isBetter(Tagged tagged, @Nullable Tagged than) {
        if (than == null) {
            return true;
        }
        int order = instance.compare(tagged.totals(), than.totals());
        return order < 0 || (order == 0 && tagged.tags().size() < than.tags().size());
    }
}

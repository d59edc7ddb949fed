package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
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

    private final Problem problem;
    private final List<TagOption> options;
    private final List<int[]> leaves;

    private TagSearch(Problem problem, Collection<TagOption> options) {
        this.problem = problem;
        this.options = new ArrayList<>();
        this.leaves = new ArrayList<>();
        UrlPattern[] patterns = problem.trie().patterns().patterns();
        for (TagOption option : options.stream()
                .sorted(Comparator.comparing(o -> o.tag().spelling()))
                .toList()) {
            int[] cleared = option.clears().stream()
                    .mapToInt(pattern -> Arrays.binarySearch(patterns, pattern))
                    .filter(leaf -> leaf >= 0)
                    .sorted()
                    .toArray();
            if (cleared.length > 0) {
                this.options.add(option);
                this.leaves.add(cleared);
            }
        }
    }

    /** Is a set of tags with the best choice for the rest. */
    record Tagged(List<TagOption> tags, Totals totals, Found rest) {}

    static @Nullable Tagged solve(Problem problem, Collection<TagOption> options) {
        TagSearch search = new TagSearch(problem, options);
        int count = search.options.size();
        boolean few = count < Integer.numberOfTrailingZeros(MOST_SETS)
                && ((long) problem.trie().leaves() << count) <= MOST_WORK;
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
            best = isBetter(tagged, best) ? tagged : best;
        }
        return best;
    }

    private @Nullable Tagged stepwise() {
        boolean[] chosen = new boolean[options.size()];
        Tagged best = with(chosen);
        for (int change = 0; change >= 0; ) {
            change = -1;
            for (int i = 0; i < chosen.length; i++) {
                chosen[i] ^= true;
                Tagged changed = with(chosen);
                chosen[i] ^= true;
                if (isBetter(changed, best)) {
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
        Found free = PlanSearch.solve(problem.withTrie(without(allTags), problem.freePaths()));
        if (free == null) {
            throw new IllegalStateException("a problem with fewer patterns must have a plan where one with more has");
        }
        Totals least = free.choice().totals();
        long bound = problem.objective(least.items(), least.collateral()) - free.gap();
        long objective = problem.objective(best.totals().items(), best.totals().collateral());
        return new Tagged(best.tags(), best.totals(), new Found(best.rest().choice(), objective - bound));
    }

    private PatternTrie without(boolean[] chosen) {
        boolean[] cleared = new boolean[problem.trie().leaves()];
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i]) {
                for (int leaf : leaves.get(i)) {
                    cleared[leaf] = true;
                }
            }
        }
        return problem.trie().without(cleared);
    }

    private @Nullable Tagged with(boolean[] chosen) {
        List<TagOption> tags = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i]) {
                tags.add(options.get(i));
            }
        }
        Found rest =
                PlanSearch.solve(problem.withTrie(without(chosen), Math.max(0, problem.freePaths() - tags.size())));
        if (rest == null) {
            return null;
        }
        Totals totals = rest.choice().totals();
        return new Tagged(
                tags, new Totals(totals.items() + tags.size(), totals.wildcards(), totals.collateral()), rest);
    }

    /** Tells whether a plan comes before another in the order of preference; ties go to fewer tags. */
    private boolean isBetter(@Nullable Tagged tagged, @Nullable Tagged than) {
        if (tagged == null || than == null) {
            return tagged != null;
        }
        int order = problem.compare(tagged.totals(), than.totals());
        return order < 0 || (order == 0 && tagged.tags().size() < than.tags().size());
    }
}

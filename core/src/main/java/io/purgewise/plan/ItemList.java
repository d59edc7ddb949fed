package io.purgewise.plan;

import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.RandomAccess;

/**
 * Holds the items of a plan: tags first, since {@code #} sorts before {@code /}, then paths in trie order.
 *
 * <p>Trie order is the code-unit order of the spellings: no item of a plan lies below a wildcard of it, so two spellings differ
 * before any {@code *} unless one is a URL that the other continues. Items are made when they are asked for.
 */
final class ItemList extends AbstractList<InvalidationItem> implements RandomAccess {

    private final UrlPattern[] patterns;
    private final List<TagOption> tags;
    private final UrlPattern[] paths;
    /** Path i clears the patterns {@code first[i]} up to, not including, {@code end[i]}. */
    private final int[] first;

    private final int[] end;
    private final long[] collateral;

    private ItemList(PatternTrie trie, int[] units, List<TagOption> tags) {
        this.patterns = trie.patterns().patterns();
        this.tags = List.copyOf(tags);
        this.paths = new UrlPattern[units.length];
        this.first = new int[units.length];
        this.end = new int[units.length];
        this.collateral = new long[units.length];
        for (int i = 0; i < units.length; i++) {
            int unit = units[i];
            if (unit >= 0) {
                first[i] = unit;
                end[i] = unit + 1;
                paths[i] = patterns[unit];
            } else {
                int node = ~unit;
                first[i] = trie.first(node);
                end[i] = trie.last(node) + 1;
                collateral[i] = trie.collateral(node);
                paths[i] = UrlPattern.prefix(patterns[first[i]].path().substring(0, trie.cut(node)));
            }
        }
    }

    static ItemList of(PatternTrie trie, int[] units, List<TagOption> tags) {
        return new ItemList(trie, units, tags);
    }

    static <T> List<T> listOf(T[] values) {
        return Collections.unmodifiableList(Arrays.asList(values));
    }

    @Override
    public int size() {
        return tags.size() + paths.length;
    }

    @Override
    public InvalidationItem get(int index) {
        return index < tags.size() ? tags.get(index).tag() : paths[index - tags.size()];
    }

    /** Returns the patterns that an item clears, sorted. */
    List<UrlPattern> clears(int index) {
        if (index < tags.size()) {
            return tags.get(index).clears().stream()
                    .filter(pattern -> Arrays.binarySearch(patterns, pattern) >= 0)
                    .sorted()
                    .toList();
        }
        int path = index - tags.size();
        return listOf(patterns).subList(first[path], end[path]);
    }

    long collateral(int index) {
        return index < tags.size() ? 0 : collateral[index - tags.size()];
    }

    /**
     * Tells whether a path item clears a URL. Only the last one whose path sorts at or before the URL can: whatever stands between
     * a wildcard and a URL that it clears starts with the wildcard's prefix, so it would be no item of the plan.
     */
    boolean clears(String url) {
        int low = 0;
        int high = paths.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (paths[middle].path().compareTo(url) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low > 0 && paths[low - 1].matches(url);
    }
}

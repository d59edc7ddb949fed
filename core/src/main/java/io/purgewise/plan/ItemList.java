package io.purgewise.plan;

import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.RandomAccess;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Holds the items of a plan: tags first, since {@code #} sorts before {@code /}, then paths in trie order.
 *
 * <p>Trie order is the code-unit order of the spellings: no item of a plan lies below a wildcard of it, so two spellings differ
 * before any {@code *} unless one is a URL that the other continues. Items are made when they are asked for.
 */
final class ItemList extends AbstractList<InvalidationItem> implements RandomAccess {

    private final UrlPattern[] patterns;
    private final @Nullable StandIn[] standIns;
    private final List<TagOption> tags;
    private final UrlPattern[] paths;
    /** Path i clears the patterns {@code first[i]} up to, not including, {@code end[i]}. */
    private final int[] first;

    private final int[] end;
    private final long[] collateral;

    private ItemList(PatternTrie trie, int[] units, List<TagOption> tags) {
        this.patterns = trie.patterns().patterns();
        this.standIns = trie.patterns().standIns();
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
                collateral[i] = trie.leafCollateral(unit);
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

    /** Returns all required patterns, sorted. */
    List<UrlPattern> required() {
        return required(0, patterns.length);
    }

    /** Tells whether an item clears a URL that no path can name. */
    boolean clears(UnnameableUrl url) {
        return clears(url.url())
                || tags.stream().anyMatch(tag -> tag.unnameable().contains(url));
    }

    @Override
    public int size() {
        return tags.size() + paths.length;
    }

    @Override
    public InvalidationItem get(int index) {
        return index < tags.size() ? tags.get(index).tag() : paths[index - tags.size()];
    }

    /** Returns the required patterns that an item clears, sorted. */
    List<UrlPattern> clears(int index) {
        if (index < tags.size()) {
            return tags.get(index).clears().stream()
                    .filter(this::isRequired)
                    .sorted()
                    .toList();
        }
        int path = index - tags.size();
        return required(first[path], end[path]);
    }

    private boolean isRequired(UrlPattern pattern) {
        int index = Arrays.binarySearch(patterns, pattern);
        return index >= 0 && (standIns.length == 0 || standIns[index] == null);
    }

    private List<UrlPattern> required(int from, int to) {
        List<UrlPattern> range =
                Collections.unmodifiableList(Arrays.asList(patterns)).subList(from, to);
        return standIns.length == 0
                ? range
                : IntStream.range(from, to)
                        .filter(i -> standIns[i] == null)
                        .mapToObj(i -> patterns[i])
                        .toList();
    }

    long collateral(int index) {
        return index < tags.size() ? tags.get(index).collateral() : collateral[index - tags.size()];
    }

    /** Tells whether a path item clears a URL. */
    boolean clears(String url) {
        return SortedPatterns.anyMatches(paths, url);
    }
}

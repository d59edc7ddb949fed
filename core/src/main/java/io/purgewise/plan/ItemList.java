package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * Holds the items of a plan as intervals of the sorted patterns: tags first ({@code #} sorts before {@code /}), then paths.
 *
 * <p>Paths are in trie order, which is the code-unit order of their spellings: no item of a plan lies below a wildcard of it,
 * so two spellings differ before any {@code *} unless one is a URL that the other continues.
 */
final class ItemList extends AbstractList<InvalidationItem> implements RandomAccess {

    private final UrlPattern[] patterns;
    private final TagUse[] tags;
    private final UrlPattern[] paths;
    /** The patterns of path i are {@code first[i]} up to, not including, {@code end[i]}. */
    private final int[] first;

    private final int[] end;
    private final long[] collateral;

    /** A tag of the plan with the patterns that it clears. */
    record TagUse(InvalidationItem.Tag tag, List<UrlPattern> clears) {}

    ItemList(UrlPattern[] patterns, TagUse[] tags, UrlPattern[] paths, int[] first, int[] end, long[] collateral) {
        this.patterns = patterns;
        this.tags = tags;
        this.paths = paths;
        this.first = first;
        this.end = end;
        this.collateral = collateral;
    }

    @Override
    public int size() {
        return tags.length + paths.length;
    }

    @Override
    public InvalidationItem get(int index) {
        return index < tags.length ? tags[index].tag() : InvalidationItem.of(paths[index - tags.length]);
    }

    List<UrlPattern> clears(int index) {
        if (index < tags.length) {
            return tags[index].clears();
        }
        int path = index - tags.length;
        return InvalidationPlan.listOf(patterns).subList(first[path], end[path]);
    }

    long collateral(int index) {
        return index < tags.length ? 0 : collateral[index - tags.length];
    }

    /**
     * Tells whether a path item clears a URL: the exact item itself, or the last wildcard that sorts before the URL among those
     * that start it. Wildcards of a plan contain no other item, so there is at most one.
     */
    boolean clears(String url) {
        if (Arrays.binarySearch(paths, UrlPattern.exact(url)) >= 0) {
            return true;
        }
        for (int length = url.length(); length > 0; length--) {
            if (Arrays.binarySearch(paths, UrlPattern.prefix(url.substring(0, length))) >= 0) {
                return true;
            }
        }
        return false;
    }
}

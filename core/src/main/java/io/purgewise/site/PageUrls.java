package io.purgewise.site;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Lists what must be cleared at the CDN for a page to be fresh.
 *
 * @param patterns the URLs that CloudFront can name, and their variants with a query string, sorted
 * @param widened the URLs that CloudFront cannot name; empty for most pages. They are not in {@code patterns}: whoever plans
 *     decides about each, see {@link Widened}
 */
public record PageUrls(List<UrlPattern> patterns, List<Widened> widened) {

    /** Creates a list from its parts. */
    public PageUrls {
        patterns = List.copyOf(patterns);
        widened = List.copyOf(widened);
    }

    /**
     * Tells of a URL that only a wildcard wider than itself can clear, because CloudFront cannot name it ({@code ~}, control
     * characters, more than 4,000 characters) or because a rewrite leads there from paths without number.
     *
     * <p>The wildcard is never cleared as if it had been asked for: {@code /~x} would silently clear the whole site. If the
     * policy allows it (wildcards at all, protected prefixes, granularity, collateral), it is planned like a required
     * prefix, and everything that it clears beside this URL is collateral. If not, the URL stays in the CDN and is reported
     * as a problem.
     *
     * @param url the URL as a browser asks for it; for the paths of a rewrite, what they start with and a {@code *}
     * @param wildcard the narrowest prefix that CloudFront can name and that covers it
     */
    public record Widened(String url, UrlPattern wildcard) {}

    /**
     * Returns what clears the page if every wildcard of {@link #widened()} is allowed.
     *
     * @return patterns and wildcards, sorted; none is covered by another
     */
    public List<UrlPattern> withWildcards() {
        if (widened.isEmpty()) {
            return patterns;
        }
        Set<UrlPattern> all = new TreeSet<>(patterns);
        widened.forEach(wide -> all.add(wide.wildcard()));
        List<UrlPattern> kept = new ArrayList<>();
        UrlPattern last = null;
        for (UrlPattern pattern : all) {
            if (last == null || !last.covers(pattern)) {
                // The exact URL sorts before the prefix of the same path, which covers it.
                if (pattern.prefix() && !kept.isEmpty() && pattern.covers(kept.get(kept.size() - 1))) {
                    kept.remove(kept.size() - 1);
                }
                kept.add(pattern);
                last = pattern.prefix() ? pattern : last;
            }
        }
        return kept;
    }

    /** Joins the URLs of several hosts. */
    static PageUrls union(List<PageUrls> lists) {
        Set<UrlPattern> patterns = new TreeSet<>();
        Set<Widened> widened = new LinkedHashSet<>();
        for (PageUrls urls : lists) {
            patterns.addAll(urls.patterns);
            widened.addAll(urls.widened);
        }
        return new PageUrls(List.copyOf(patterns), List.copyOf(widened));
    }
}

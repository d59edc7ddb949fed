package io.purgewise.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Lists what must be cleared at the CDN for a page to be fresh.
 *
 * @param patterns the URLs that CloudFront can name, and their variants with a query string, sorted
 * @param unnameable what only a wildcard wider than itself can clear, sorted; empty for most pages. It is not in
 *     {@code patterns}: a page {@code /~x} would otherwise clear the whole site as if that had been asked for. The planner
 *     takes it apart, clears as much of it as the policy allows, and reports the rest. Paths without number that a rewrite
 *     leads to the page stand here too ({@link Rewrite#widening}), with a {@code ~} before the name of the parameter that is
 *     not known: {@code /promo/~code}
 */
public record PageUrls(List<UrlPattern> patterns, List<UnnameableUrl> unnameable) {

    public PageUrls {
        patterns = List.copyOf(Objects.requireNonNull(patterns, "patterns"));
        unnameable = List.copyOf(Objects.requireNonNull(unnameable, "unnameable"));
    }

    /**
     * {@return what clears the page if the narrowest wildcard for each of {@link #unnameable()} is allowed; sorted, and
     * none is covered by another}
     */
    public List<UrlPattern> withWildcards() {
        if (unnameable.isEmpty()) {
            return patterns;
        }
        Set<UrlPattern> all = new TreeSet<>(patterns);
        unnameable.forEach(url -> all.add(url.narrowestWildcard()));
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
        Set<UnnameableUrl> unnameable = new TreeSet<>();
        for (PageUrls urls : lists) {
            patterns.addAll(urls.patterns);
            unnameable.addAll(urls.unnameable);
        }
        return new PageUrls(List.copyOf(patterns), List.copyOf(unnameable));
    }
}

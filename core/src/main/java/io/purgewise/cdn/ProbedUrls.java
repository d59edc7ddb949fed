package io.purgewise.cdn;

import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Holds the URLs of changes that can be asked for, and what is cleared with each. Immutable.
 *
 * @param urls the URLs, sorted
 * @param wanted what the changes needed cleared
 */
record ProbedUrls(List<String> urls, List<Wanted> wanted) {

    static ProbedUrls of(Collection<Wanted> wanted) {
        Set<String> urls = new TreeSet<>();
        for (Wanted each : wanted) {
            each.patterns().stream().filter(pattern -> !pattern.prefix()).forEach(pattern -> urls.add(pattern.path()));
            each.unnameable().stream().filter(url -> !url.prefix()).forEach(url -> urls.add(url.url()));
        }
        return new ProbedUrls(List.copyOf(urls), List.copyOf(wanted));
    }

    /** Returns what to clear for stale URLs: each with its query variants, since a URL is never cleared by half. */
    Wanted around(Collection<String> stale) {
        Set<String> paths = new LinkedHashSet<>(stale);
        stale.forEach(url -> paths.add(url + "?"));
        Set<UrlPattern> patterns = wanted.stream()
                .flatMap(each -> each.patterns().stream())
                .filter(pattern -> paths.contains(pattern.path()))
                .collect(Collectors.toSet());
        Set<UnnameableUrl> unnameable = wanted.stream()
                .flatMap(each -> each.unnameable().stream())
                .filter(url -> paths.contains(url.url()))
                .collect(Collectors.toSet());
        return new Wanted(patterns, unnameable, Set.of());
    }

    /** Says in words what asking for these URLs cannot show. */
    List<String> blindSpots() {
        List<String> blind = new ArrayList<>();
        if (wanted.stream().anyMatch(each -> each.patterns().stream().anyMatch(UrlPattern::prefix))) {
            blind.add(
                    "variants with other query strings or request headers, such as those of the App Router's navigations, were"
                            + " cleared with their URLs and not asked for");
        }
        if (wanted.stream().anyMatch(Wanted::isOfTagsAlone)) {
            blind.add("what is cleared by a cache tag alone has no URL to ask for");
        }
        return blind;
    }
}

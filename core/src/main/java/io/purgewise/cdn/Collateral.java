package io.purgewise.cdn;

import io.purgewise.plan.UrlIndex;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Weighs the known URLs that items clear and no pattern asks for; each is counted once. */
final class Collateral {

    private Collateral() {}

    static long of(UrlIndex known, Collection<UrlPattern> patterns, Collection<InvalidationItem> items) {
        if (known.isUnknown()) {
            return 0;
        }
        PatternCover asked = PatternCover.of(patterns);
        TreeSet<String> urls = new TreeSet<>();
        TreeSet<String> prefixes = new TreeSet<>();
        patterns.forEach(pattern -> (pattern.prefix() ? prefixes : urls).add(pattern.path()));
        TreeSet<String> askedPrefixes = new TreeSet<>(outermost(prefixes));
        TreeSet<String> wildcards = new TreeSet<>();
        TreeSet<String> exact = new TreeSet<>();
        for (InvalidationItem item : items) {
            if (item instanceof UrlPattern wildcard && wildcard.prefix()) {
                wildcards.add(wildcard.path());
            } else if (item instanceof UrlPattern url && !asked.covers(url)) {
                exact.add(url.path());
            }
        }
        long weight = 0;
        List<String> cleared = outermost(wildcards);
        for (String prefix : cleared) {
            if (!asked.covers(UrlPattern.prefix(prefix))) {
                weight += known.weightUnder(prefix) - weightAskedUnder(prefix, known, urls, askedPrefixes, asked);
            }
        }
        PatternCover wide =
                PatternCover.of(cleared.stream().map(UrlPattern::prefix).toList());
        for (String url : exact) {
            weight +=
                    wide.covers(UrlPattern.exact(url)) ? 0 : known.weightOf(url).orElse(0);
        }
        return weight;
    }

    private static long weightAskedUnder(
            String prefix,
            UrlIndex known,
            NavigableSet<String> urls,
            NavigableSet<String> askedPrefixes,
            PatternCover asked) {
        long weight = 0;
        for (String each : askedPrefixes.tailSet(prefix, true)) {
            if (!each.startsWith(prefix)) {
                break;
            }
            weight += known.weightUnder(each);
        }
        for (String url : urls.tailSet(prefix, true)) {
            if (!url.startsWith(prefix)) {
                break;
            }
            weight += asked.coversBeyondItself(UrlPattern.exact(url))
                    ? 0
                    : known.weightOf(url).orElse(0);
        }
        return weight;
    }

    /** Leaves out prefixes below others; in sorted order the outer one comes first. */
    private static List<String> outermost(NavigableSet<String> prefixes) {
        List<String> outer = new ArrayList<>();
        for (String prefix : prefixes) {
            if (outer.isEmpty() || !prefix.startsWith(outer.get(outer.size() - 1))) {
                outer.add(prefix);
            }
        }
        return outer;
    }
}

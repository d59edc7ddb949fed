package io.purgewise.cdn;

import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;

/** Answers quickly whether a set of items clears a pattern: O(length) look-ups among the prefixes above it. Immutable. */
final class PatternCover {

    private final Set<String> exact;
    private final Set<String> prefixes;
    private final TreeSet<Integer> prefixLengths = new TreeSet<>();

    private PatternCover(Set<String> exact, Set<String> prefixes) {
        this.exact = exact;
        this.prefixes = prefixes;
        prefixes.forEach(prefix -> prefixLengths.add(prefix.length()));
    }

    static PatternCover of(Collection<UrlPattern> patterns) {
        Set<String> exact = new HashSet<>();
        Set<String> prefixes = new HashSet<>();
        patterns.forEach(pattern -> (pattern.prefix() ? prefixes : exact).add(pattern.path()));
        return new PatternCover(exact, prefixes);
    }

    static PatternCover ofItems(Collection<InvalidationItem> items) {
        return of(items.stream()
                .filter(UrlPattern.class::isInstance)
                .map(UrlPattern.class::cast)
                .toList());
    }

    boolean covers(UrlPattern pattern) {
        return (pattern.prefix() ? prefixes : exact).contains(pattern.path()) || coversBeyondItself(pattern);
    }

    /** Tells whether a prefix other than the pattern itself covers it. */
    boolean coversBeyondItself(UrlPattern pattern) {
        String path = pattern.path();
        int longest = pattern.prefix() ? path.length() - 1 : path.length();
        for (int length : prefixLengths.headSet(longest, true)) {
            if (prefixes.contains(path.substring(0, length))) {
                return true;
            }
        }
        return false;
    }

    /** Returns the longest prefix that all patterns share; at least {@code /}, and with no escape cut in half. */
    static String commonPrefix(Collection<UrlPattern> patterns) {
        Iterator<UrlPattern> all = patterns.iterator();
        String prefix = all.next().path();
        while (all.hasNext()) {
            String path = all.next().path();
            int length = 0;
            while (length < Math.min(prefix.length(), path.length()) && prefix.charAt(length) == path.charAt(length)) {
                length++;
            }
            prefix = prefix.substring(0, length);
        }
        int escape = prefix.lastIndexOf('%');
        return escape >= 0 && escape + 3 > prefix.length() ? prefix.substring(0, escape) : prefix;
    }
}

package io.purgewise.examples.tool;

import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Tells quickly which of many patterns covers a URL. */
final class UrlCover {

    private final Set<String> exact = new HashSet<>();
    private final Set<String> prefixes = new HashSet<>();
    private final List<Integer> lengths;

    UrlCover(Collection<UrlPattern> patterns) {
        Set<Integer> seen = new TreeSet<>();
        for (UrlPattern pattern : patterns) {
            (pattern.prefix() ? prefixes : exact).add(pattern.path());
            if (pattern.prefix()) {
                seen.add(pattern.path().length());
            }
        }
        lengths = new ArrayList<>(seen);
    }

    /** Finds the widest prefix that covers a URL or another prefix. */
    Optional<String> prefixOf(String url) {
        for (int length : lengths) {
            if (length > url.length()) {
                break;
            }
            String prefix = url.substring(0, length);
            if (prefixes.contains(prefix)) {
                return Optional.of(prefix);
            }
        }
        return Optional.empty();
    }

    boolean hasExact(String url) {
        return exact.contains(url);
    }

    boolean covers(String url) {
        return hasExact(url) || prefixOf(url).isPresent();
    }
}

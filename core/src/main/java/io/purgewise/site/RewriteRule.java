package io.purgewise.site;

import io.purgewise.site.PathTemplate.Filled;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a rewrite of one site forwards and backwards, with the base path and the locale in it.
 *
 * @param source the visitors' path
 * @param destination the page's path
 */
record RewriteRule(PathTemplate source, PathTemplate destination) {

    /** Lists the paths that lead to another one. */
    Set<Filled> sourcesOf(String path) {
        List<Map<String, String>> matches = destination.match(path);
        if (matches == null) {
            return source.starts();
        }
        Set<Filled> sources = new LinkedHashSet<>();
        matches.forEach(values -> sources.addAll(source.fill(values, destination.names())));
        return sources;
    }

    /** Lists the paths that a path leads to, if they can be known. */
    Set<Filled> destinationsOf(String path) {
        List<Map<String, String>> matches = source.match(path);
        Set<Filled> destinations = new LinkedHashSet<>();
        if (matches != null) {
            matches.forEach(values -> destinations.addAll(destination.fill(values, source.names())));
        }
        destinations.removeIf(Filled::open);
        return destinations;
    }

    /** Tells whether the rule may lead to some path that starts with a prefix. */
    boolean mayLeadBelow(String prefix) {
        return destination.starts().stream()
                .anyMatch(start ->
                        start.start().startsWith(prefix) || (start.open() && prefix.startsWith(start.start())));
    }
}

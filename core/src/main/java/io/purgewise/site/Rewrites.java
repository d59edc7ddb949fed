package io.purgewise.site;

import io.purgewise.site.PathTemplate.Filled;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Follows the rewrites of a site, which Next.js tries in order, each once, so that one may lead to the next.
 *
 * <p>Paths hold base path and locale here, and the root is empty, see {@link PathTemplate}.
 */
final class Rewrites {

    private static final int MAX_PATHS = 1000;

    private final List<RewriteRule> rules;

    Rewrites(List<RewriteRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** Lists the paths from which rewrites lead to a path, nearest first; that path is not among them. */
    Set<Filled> leadingTo(String path) {
        Set<Filled> found = new LinkedHashSet<>(Set.of(new Filled(path, false)));
        for (int i = rules.size() - 1; i >= 0; i--) {
            for (Filled target : new ArrayList<>(found)) {
                found.addAll(sources(rules.get(i), target));
            }
            check(found, path);
        }
        found.remove(new Filled(path, false));
        return found;
    }

    private static Set<Filled> sources(RewriteRule rule, Filled target) {
        if (!target.open()) {
            return rule.sourcesOf(target.path());
        }
        return rule.mayLeadBelow(target.start()) ? rule.source().starts() : Set.of();
    }

    /** Lists the paths to which rewrites lead from a path, that path first. */
    Set<String> leadingFrom(String path) {
        Set<Filled> found = new LinkedHashSet<>(Set.of(new Filled(path, false)));
        for (RewriteRule rule : rules) {
            for (Filled start : new ArrayList<>(found)) {
                found.addAll(rule.destinationsOf(start.path()));
            }
            check(found, path);
        }
        Set<String> paths = new LinkedHashSet<>();
        found.forEach(each -> paths.add(each.path()));
        return paths;
    }

    private static void check(Set<Filled> found, String path) {
        if (found.size() > MAX_PATHS) {
            throw new IllegalArgumentException("more than " + MAX_PATHS + " paths are rewritten to or from "
                    + Quoted.of(path) + "; leave rewrites out and name the paths with visitorPaths");
        }
    }
}

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

    /** Beyond this many paths chains are not followed. */
    private static final int MAX_PATHS = 1000;

    private final List<RewriteRule> rules;

    Rewrites(List<RewriteRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * Lists the paths from which rewrites lead to a path, nearest first; that path is not among them. Of too many, those one
     * rewrite away are listed, and the others are left open.
     */
    Set<Filled> leadingTo(String path) {
        Filled self = new Filled(path, false);
        Set<Filled> found = new LinkedHashSet<>(Set.of(self));
        for (int i = rules.size() - 1; i >= 0 && found.size() <= MAX_PATHS; i--) {
            for (Filled target : new ArrayList<>(found)) {
                found.addAll(sources(rules.get(i), target));
            }
        }
        if (found.size() > MAX_PATHS) {
            found.clear();
            rules.forEach(rule -> found.addAll(rule.sourcesOf(path)));
            rules.forEach(rule -> found.addAll(rule.source().starts()));
        }
        found.remove(self);
        return found;
    }

    private static Set<Filled> sources(RewriteRule rule, Filled target) {
        if (!target.open()) {
            return rule.sourcesOf(target.path());
        }
        return rule.mayLeadBelow(target.start()) ? rule.source().starts() : Set.of();
    }

    /** Lists the paths to which rewrites lead from a path, that path first; of too many, those one rewrite away. */
    Set<String> leadingFrom(String path) {
        Set<Filled> found = new LinkedHashSet<>(Set.of(new Filled(path, false)));
        for (int i = 0; i < rules.size() && found.size() <= MAX_PATHS; i++) {
            for (Filled start : new ArrayList<>(found)) {
                found.addAll(rules.get(i).destinationsOf(start.path()));
            }
        }
        if (found.size() > MAX_PATHS) {
            found.clear();
            found.add(new Filled(path, false));
            rules.forEach(rule -> found.addAll(rule.destinationsOf(path)));
        }
        Set<String> paths = new LinkedHashSet<>();
        found.forEach(each -> paths.add(each.path()));
        return paths;
    }
}

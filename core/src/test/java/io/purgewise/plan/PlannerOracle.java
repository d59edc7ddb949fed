package io.purgewise.plan;

import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds the best plan by trying every set of wildcards, straight from the rules and without anything of the planner's.
 *
 * <p>A wildcard may be any prefix of any pattern that the rules allow. For each set of wildcards the exact items are what it
 * leaves uncovered; the plan counts if all is covered and the limits are kept.
 */
final class PlannerOracle {

    private final Set<String> exact = new TreeSet<>();
    private final Set<String> prefixes = new TreeSet<>();
    private final Set<String> standIns = new TreeSet<>();
    private final Map<String, Long> unasked;
    private final int otherItems;
    private final long otherCollateral;
    private final PlanPolicy policy;
    private final List<String> candidates = new ArrayList<>();
    private Optional<Answer> best = Optional.empty();

    /** The best plan: its items in order and its cost. */
    record Answer(List<String> items, Cost cost) {

        private static final Comparator<Answer> ORDER =
                Comparator.comparing(Answer::cost).thenComparing(Answer::items, PlannerOracle::compareLists);
    }

    private PlannerOracle(
            Collection<UrlPattern> required,
            Collection<UnnameableUrl> unnameable,
            Map<String, Long> unasked,
            PlanPolicy policy,
            int otherItems,
            long otherCollateral) {
        required.forEach(p -> (p.prefix() ? prefixes : exact).add(p.path()));
        this.unasked = unasked;
        this.policy = policy;
        this.otherItems = otherItems;
        this.otherCollateral = otherCollateral;
        Set<String> strings = new TreeSet<>(prefixes);
        required.forEach(pattern -> strings.addAll(allowedPrefixes(pattern.path())));
        for (UnnameableUrl url : unnameable) {
            if (prefixes.stream().noneMatch(url.url()::startsWith)) {
                List<String> allowed = allowedPrefixes(url.narrowestWildcard().path());
                standIns.add(allowed.isEmpty() ? "no wildcard" : allowed.get(allowed.size() - 1));
                strings.addAll(allowed);
            }
        }
        // Of the wildcards that clear the same patterns only the narrowest is meant: nobody knows all URLs of a site.
        for (String candidate : strings) {
            if (strings.stream()
                    .noneMatch(longer -> longer.length() > candidate.length()
                            && longer.startsWith(candidate)
                            && cleared(longer) == cleared(candidate))) {
                candidates.add(candidate);
            }
        }
    }

    private List<String> allowedPrefixes(String path) {
        return IntStream.rangeClosed(1, path.length())
                .mapToObj(length -> path.substring(0, length))
                .filter(this::isAllowed)
                .toList();
    }

    private long cleared(String wildcard) {
        return standIns.stream().filter(url -> url.startsWith(wildcard)).count()
                + exact.stream().filter(url -> url.startsWith(wildcard)).count()
                + prefixes.stream()
                        .filter(prefix -> prefix.startsWith(wildcard))
                        .count();
    }

    static Optional<Answer> solve(Collection<UrlPattern> required, Map<String, Long> known, PlanPolicy policy) {
        return solveRest(required, required, known, policy, 0, 0);
    }

    /** Finds the best plan that also clears what no path can name, if there is one. */
    static Optional<Answer> solve(
            Collection<UrlPattern> required,
            Collection<UnnameableUrl> unnameable,
            Map<String, Long> known,
            PlanPolicy policy) {
        Map<String, Long> unasked = new TreeMap<>(known);
        unasked.keySet()
                .removeIf(url -> required.stream().anyMatch(pattern -> pattern.matches(url))
                        || unnameable.stream()
                                .anyMatch(u -> u.prefix() ? url.startsWith(u.url()) : url.equals(u.url())));
        PlannerOracle oracle = new PlannerOracle(required, unnameable, unasked, policy, 0, 0);
        oracle.tryAll(0, new ArrayList<>());
        return oracle.best;
    }

    /** Finds the best plan for some of the required patterns, beside other items with their collateral. */
    static Optional<Answer> solveRest(
            Collection<UrlPattern> required,
            Collection<UrlPattern> rest,
            Map<String, Long> known,
            PlanPolicy policy,
            int otherItems,
            long otherCollateral) {
        Map<String, Long> unasked = new TreeMap<>(known);
        unasked.keySet().removeIf(url -> required.stream().anyMatch(pattern -> pattern.matches(url)));
        PlannerOracle oracle = new PlannerOracle(rest, List.of(), unasked, policy, otherItems, otherCollateral);
        oracle.tryAll(0, new ArrayList<>());
        return oracle.best;
    }

    private boolean isAllowed(String prefix) {
        if (policy.granularity() == PlanPolicy.Granularity.SEGMENT && !prefix.endsWith("/") && !prefix.endsWith("?")) {
            return false;
        }
        if (prefix.matches(".*%.?")) {
            return false;
        }
        return policy.wildcardsInside().stream().anyMatch(prefix::startsWith)
                && policy.protectedPrefixes().stream().noneMatch(q -> prefix.startsWith(q) || q.startsWith(prefix));
    }

    /** Tries all sets of wildcards in which none contains another: nested ones only cost. */
    private void tryAll(int from, List<String> chosen) {
        consider(chosen);
        if (chosen.size() == policy.maxWildcards()) {
            return;
        }
        for (int i = from; i < candidates.size(); i++) {
            String candidate = candidates.get(i);
            // Candidates are sorted, so one that contains a chosen one cannot come later.
            if (chosen.stream().noneMatch(candidate::startsWith)) {
                chosen.add(candidate);
                tryAll(i + 1, chosen);
                chosen.remove(chosen.size() - 1);
            }
        }
    }

    private void consider(List<String> wildcards) {
        if (!Stream.concat(prefixes.stream(), standIns.stream())
                .allMatch(p -> wildcards.stream().anyMatch(p::startsWith))) {
            return;
        }
        List<String> items = new ArrayList<>();
        wildcards.forEach(w -> items.add(w + "*"));
        for (String url : exact) {
            if (wildcards.stream().noneMatch(url::startsWith)) {
                items.add(url);
            }
        }
        items.sort(Comparator.naturalOrder());
        long collateral = otherCollateral;
        for (Map.Entry<String, Long> entry : unasked.entrySet()) {
            String url = entry.getKey();
            if (wildcards.stream().anyMatch(url::startsWith)) {
                collateral += entry.getValue();
            }
        }
        if (collateral > policy.maxCollateral()) {
            return;
        }
        Cost cost = Cost.of(policy, collateral, items.size() + otherItems, wildcards.size());
        if (policy.maxTime().isPresent()
                && cost.time().compareTo(policy.maxTime().get()) > 0) {
            return;
        }
        Answer answer = new Answer(items, cost);
        if (best.isEmpty() || Answer.ORDER.compare(answer, best.get()) < 0) {
            best = Optional.of(answer);
        }
    }

    private static int compareLists(List<String> a, List<String> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = a.get(i).compareTo(b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }
}

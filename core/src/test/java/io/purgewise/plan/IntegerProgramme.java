package io.purgewise.plan;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.UrlPattern;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/**
 * Finds the least objective with a general solver for integer programmes, which knows nothing of tries: a variable for each URL,
 * each wildcard at a prefix of one and each tag, and a row for each URL that must be cleared. Only for exact patterns, and without
 * a price of waiting.
 */
final class IntegerProgramme {

    private final ExpressionsBasedModel model = new ExpressionsBasedModel();
    private final Map<UrlPattern, Expression> cleared = new HashMap<>();
    private final Expression items;
    private final Expression wildcards;
    private final PriceList prices;

    private IntegerProgramme(List<UrlPattern> changed, PlanPolicy policy) {
        prices = policy.prices();
        Variable paid = model.newVariable("paid").lower(0).weight(prices.pathPrice());
        items = model.newExpression("items").upper(prices.freePaths());
        items.set(paid, -1);
        wildcards = model.newExpression("wildcards").upper(policy.maxWildcards());
        for (UrlPattern pattern : changed) {
            cleared.put(pattern, model.newExpression(pattern.path()).lower(1));
        }
    }

    static double least(List<UrlPattern> changed, UrlIndex known, List<TagOption> tags, PlanPolicy policy) {
        IntegerProgramme programme = new IntegerProgramme(changed, policy);
        changed.forEach(pattern -> programme.choice(pattern.path(), Set.of(pattern), 0));
        for (Map.Entry<Set<UrlPattern>, String> wildcard : wildcards(changed).entrySet()) {
            String prefix = wildcard.getValue();
            long besides = known.weightUnder(prefix) - wildcard.getKey().size();
            Variable taken = programme.choice(prefix + "*", wildcard.getKey(), besides);
            programme.wildcards.set(taken, 1);
        }
        tags.forEach(tag -> programme.choice(tag.tag().spelling(), tag.clears(), tag.collateral()));
        Optimisation.Result result = programme.model.minimise();
        if (!result.getState().isOptimal()) {
            throw new IllegalStateException("the solver found " + result.getState());
        }
        return result.getValue();
    }

    /** Returns the longest prefix that clears each set of two or more URLs. */
    private static Map<Set<UrlPattern>, String> wildcards(List<UrlPattern> changed) {
        Set<String> prefixes = new TreeSet<>();
        for (UrlPattern pattern : changed) {
            for (int length = 1; length <= pattern.path().length(); length++) {
                prefixes.add(pattern.path().substring(0, length));
            }
        }
        Map<String, Set<UrlPattern>> below = new TreeMap<>();
        for (String prefix : prefixes) {
            Set<UrlPattern> set = new TreeSet<>();
            changed.stream()
                    .filter(pattern -> pattern.path().startsWith(prefix))
                    .forEach(set::add);
            below.put(prefix, set);
        }
        Map<Set<UrlPattern>, String> longest = new HashMap<>();
        below.forEach((prefix, set) -> {
            if (set.size() > 1) {
                longest.merge(set, prefix, (a, b) -> a.length() > b.length() ? a : b);
            }
        });
        return longest;
    }

    private Variable choice(String name, Set<UrlPattern> clears, long collateral) {
        Variable taken = model.newVariable("take " + name).binary().weight(prices.refillPrice() * collateral);
        items.set(taken, 1);
        clears.forEach(pattern -> requireNonNull(cleared.get(pattern)).set(taken, 1));
        return taken;
    }
}

package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds the best plan with tags by trying every set of tags and every set of wildcards. */
final class TagOracle {

    private TagOracle() {}

    static Optional<Cost> solve(RandomInstance instance, List<TagOption> options) {
        Cost[] best = new Cost[1];
        for (int set = 0; set < 1 << options.size(); set++) {
            List<UrlPattern> left = new ArrayList<>(instance.required());
            // What a required prefix contains is cleared with it, by whatever clears the prefix.
            left.removeIf(p -> instance.required().stream().anyMatch(q -> !q.equals(p) && q.covers(p)));
            for (int t = 0; t < options.size(); t++) {
                if ((set >> t & 1) != 0) {
                    left.removeAll(options.get(t).clears());
                }
            }
            long besides = 0;
            for (int t = 0; t < options.size(); t++) {
                besides += (set >> t & 1) != 0 ? options.get(t).collateral() : 0;
            }
            int tags = Integer.bitCount(set);
            PlannerOracle.solveRest(instance.required(), left, instance.known(), instance.policy(), tags, besides)
                    .map(PlannerOracle.Answer::cost)
                    .filter(cost -> best[0] == null || cost.compareTo(best[0]) < 0)
                    .ifPresent(cost -> best[0] = cost);
        }
        return Arrays.stream(best).filter(cost -> cost != null).findFirst();
    }
}

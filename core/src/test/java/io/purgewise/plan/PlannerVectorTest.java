package io.purgewise.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.Vectors;
import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Compares plans with the optima that an exhaustive search proved. */
class PlannerVectorTest {

    @Test
    void plansReachTheProvenOptimum() {
        List<String> wrong = new ArrayList<>();
        for (JsonNode line : Vectors.read("planner.jsonl")) {
            JsonNode optimum = line.get("optimum");
            InvalidationPlan plan = plan(line);
            if (plan.exceeds().isEmpty()) {
                Cost cost = plan.cost();
                boolean same = !optimum.isNull()
                        && cost.objective() == optimum.get("cost").asLong()
                        && cost.collateral() == optimum.get("collateral").asLong()
                        && cost.items() == optimum.get("items").asInt()
                        && cost.wildcards() == optimum.get("wildcards").asInt()
                        && plan.gap() == 0;
                if (!same) {
                    wrong.add(plan.items() + " " + cost + " for " + line);
                }
            } else if (!optimum.isNull()) {
                wrong.add("infeasible for " + line);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static InvalidationPlan plan(JsonNode line) {
        PlanPolicy policy = PlanPolicy.balanced().toBuilder()
                .prices(new PriceList(
                        line.get("pathPrice").asLong(),
                        line.get("freePaths").asLong(),
                        line.get("refillPrice").asLong()))
                .maxWildcards(line.get("maxWildcards").asInt())
                .maxCollateral(line.get("maxCollateral").asLong())
                .granularity(
                        PlanPolicy.Granularity.valueOf(line.get("granularity").asText()))
                .protectedPrefixes(strings(line.get("protected")))
                .build();
        UrlIndexBuilder known = UrlIndex.builder();
        line.get("known")
                .forEach(url -> known.add(url.get(0).asText(), url.get(1).asLong()));
        List<UrlPattern> required = strings(line.get("requirements")).stream()
                .map(UrlPattern::parse)
                .toList();
        return InvalidationPlanner.of(policy).plan(required, known.build());
    }

    private static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}

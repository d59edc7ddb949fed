package io.purgewise.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.site.InvalidationItem;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares plans with an exhaustive search over all sets of wildcards: cost, and the list of items where costs tie. */
class PlannerOracleTest {

    private static final int INSTANCES = 25_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void plansAreThoseOfAnExhaustiveSearch(long seed) {
        int infeasible = compare(new Random(seed), (random, instance) -> instance);
        assertThat(infeasible).isBetween(INSTANCES / 100, INSTANCES / 4);
    }

    @ParameterizedTest
    @CsvSource({"5, true", "6, true", "7, false", "8, false"})
    void plansThatWeighAndLimitTimeAreThoseOfAnExhaustiveSearch(long seed, boolean rates) {
        int infeasible = compare(new Random(seed), (random, instance) -> instance.waiting(random, rates));
        assertThat(infeasible).isBetween(INSTANCES / 100, INSTANCES / 2);
    }

    private static int compare(Random random, BiFunction<Random, RandomInstance, RandomInstance> change) {
        int infeasible = 0;
        for (int i = 0; i < INSTANCES; i++) {
            RandomInstance instance = change.apply(random, RandomInstance.of(random, 6));
            Optional<PlannerOracle.Answer> expected =
                    PlannerOracle.solve(instance.required(), instance.known(), instance.policy());
            InvalidationPlan plan =
                    InvalidationPlanner.of(instance.policy()).plan(instance.required(), instance.index());
            if (plan.exceeds().isEmpty()) {
                PlannerOracle.Answer actual = new PlannerOracle.Answer(spellings(plan.items()), plan.cost());
                assertThat(Optional.of(actual)).as("%s", instance).isEqualTo(expected);
                assertThat(plan.gap()).isZero();
            } else {
                assertThat(expected).as("%s", instance).isEmpty();
                infeasible++;
            }
        }
        return infeasible;
    }

    private static List<String> spellings(List<InvalidationItem> items) {
        return items.stream().map(InvalidationItem::spelling).toList();
    }
}

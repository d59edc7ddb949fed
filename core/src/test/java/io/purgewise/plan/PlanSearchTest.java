package io.purgewise.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.site.CdnTag;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Checks the searches against each other and against the exhaustive one, where the planner itself would take only one. */
class PlanSearchTest {

    private static Instance problem(RandomInstance instance) {
        return InvalidationPlanner.of(instance.policy()).instance(instance.required(), instance.index(), List.of());
    }

    private static InvalidationPlan plan(RandomInstance instance) {
        return InvalidationPlanner.of(instance.policy()).plan(instance.required(), instance.index());
    }

    @Test
    void theKnapsackFindsTheSameWithAndWithoutPruning() {
        Random random = new Random(21);
        int compared = 0;
        for (int i = 0; i < 20_000; i++) {
            RandomInstance instance = RandomInstance.perhapsWaiting(random, 9);
            Instance problem = problem(instance);
            if (problem.trie().leaves() == 0) {
                continue;
            }
            Choice feasible = leastCollateral(problem);
            if (feasible == null || !problem.allows(feasible.totals())) {
                continue;
            }
            compared++;
            Found plain = ParetoSearch.solve(problem, feasible, false, Integer.MAX_VALUE);
            Found pruned = ParetoSearch.solve(problem, feasible, true, Integer.MAX_VALUE);
            Found planned = PlanSearch.solve(problem);
            assertThat(planned).isNotNull();
            assertThat(pruned.gap()).isZero();
            assertThat(pruned.choice().totals())
                    .as("%s", instance)
                    .isEqualTo(plain.choice().totals())
                    .isEqualTo(planned.choice().totals());
            assertThat(pruned.choice().units())
                    .as("%s", instance)
                    .isEqualTo(plain.choice().units())
                    .isEqualTo(planned.choice().units());
        }
        assertThat(compared).isGreaterThan(5_000);
    }

    @Test
    void theBoundIsNeverViolated() {
        Random random = new Random(22);
        int open = 0;
        for (int i = 0; i < 20_000; i++) {
            RandomInstance instance = RandomInstance.perhapsWaiting(random, 9);
            Instance problem = problem(instance);
            Found best = problem.trie().leaves() == 0 ? null : PlanSearch.solve(problem);
            if (best == null) {
                continue;
            }
            Choice feasible = leastCollateral(problem);
            if (feasible == null || !problem.allows(feasible.totals())) {
                continue;
            }
            Found bounded = ParetoSearch.bounded(problem, feasible);
            long objective = objective(problem, bounded.choice().totals());
            long least = objective(problem, best.choice().totals());
            assertThat(problem.allows(bounded.choice().totals())).isTrue();
            assertThat(objective).as("%s", instance).isGreaterThanOrEqualTo(least);
            assertThat(objective - bounded.gap()).as("%s", instance).isLessThanOrEqualTo(least);
            open += bounded.gap() > 0 ? 1 : 0;
        }
        assertThat(open).isGreaterThan(500);
    }

    @Test
    void mediumInstancesAreExactWhereTheFreeTierEndsOrCollateralIsLimited() {
        Random random = new Random(23);
        for (int i = 0; i < 300; i++) {
            RandomInstance instance = RandomInstance.perhapsWaiting(random, 120);
            Instance problem = problem(instance);
            Found best = problem.trie().leaves() == 0 ? null : PlanSearch.solve(problem);
            if (best == null) {
                continue;
            }
            Choice feasible = leastCollateral(problem);
            if (feasible == null || !problem.allows(feasible.totals())) {
                continue;
            }
            Found plain = ParetoSearch.solve(problem, feasible, false, Integer.MAX_VALUE);
            assertThat(best.gap()).isZero();
            assertThat(best.choice().totals())
                    .as("%s", instance)
                    .isEqualTo(plain.choice().totals());
            assertThat(best.choice().units())
                    .as("%s", instance)
                    .isEqualTo(plain.choice().units());
        }
    }

    @Test
    void aPlanBeyondALimitIsTheCheapestWithoutIt() {
        Random random = new Random(24);
        Map<InvalidationPlan.Limit, Integer> exceeded = new EnumMap<>(InvalidationPlan.Limit.class);
        for (int i = 0; i < 20_000; i++) {
            RandomInstance instance = RandomInstance.perhapsWaiting(random, 6);
            InvalidationPlan plan = plan(instance);
            if (plan.exceeds().isPresent()) {
                PlanPolicy.Builder without = instance.policy().toBuilder();
                lift(plan.exceeds().get(), without);
                Optional<PlannerOracle.Answer> expected =
                        PlannerOracle.solve(instance.required(), instance.known(), without.build());
                if (expected.isEmpty()) { // two limits leave no plan, each for itself
                    lift(InvalidationPlan.Limit.MAX_TIME, without);
                    expected = PlannerOracle.solve(instance.required(), instance.known(), without.build());
                }
                assertThat(expected.map(PlannerOracle.Answer::cost))
                        .as("%s %s", plan, instance)
                        .contains(plan.cost());
                exceeded.merge(plan.exceeds().get(), 1, Integer::sum);
            }
        }
        assertThat(exceeded).containsOnlyKeys(InvalidationPlan.Limit.values());
    }

    private static void lift(InvalidationPlan.Limit limit, PlanPolicy.Builder policy) {
        switch (limit) {
            case MAX_WILDCARDS -> policy.maxWildcards(1_000);
            case MAX_COLLATERAL -> policy.maxCollateral(PlanPolicy.NO_LIMIT);
            case MAX_TIME -> policy.maxTime(Duration.ofDays(1));
        }
    }

    @Test
    void tagsAreTakenWhenTheyAreCheaper() {
        Random random = new Random(25);
        int tagged = 0;
        for (int i = 0; i < 4_000; i++) {
            RandomInstance instance = RandomInstance.perhapsWaiting(random, 6);
            List<TagOption> options = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                List<UrlPattern> clears = instance.required().stream()
                        .filter(pattern -> random.nextBoolean())
                        .toList();
                options.add(TagOption.of(new CdnTag("t" + t), Set.copyOf(clears)));
            }
            InvalidationPlan plan = InvalidationPlanner.of(instance.policy())
                    .plan(instance.required(), List.of(), instance.index(), options);
            Optional<Cost> expected = TagOracle.solve(instance, options);
            if (plan.exceeds().isEmpty()) {
                assertThat(Optional.of(plan.cost()))
                        .as("%s %s", instance, options)
                        .isEqualTo(expected);
                assertThat(plan.gap()).isZero();
                tagged += plan.items().stream().anyMatch(CdnTag.class::isInstance) ? 1 : 0;
            } else {
                assertThat(expected).as("%s %s", instance, options).isEmpty();
            }
        }
        assertThat(tagged).isGreaterThan(200);
    }

    @Test
    void manyTagsKeepTheirBound() {
        Random random = new Random(26);
        for (int i = 0; i < 300; i++) {
            RandomInstance instance = RandomInstance.perhapsWaiting(random, 6);
            List<TagOption> options = new ArrayList<>();
            for (int t = 0; t < 12; t++) {
                List<UrlPattern> clears = instance.required().stream()
                        .filter(pattern -> random.nextInt(3) == 0)
                        .toList();
                options.add(TagOption.of(new CdnTag("t" + t), Set.copyOf(clears)));
            }
            InvalidationPlan plan = InvalidationPlanner.of(instance.policy())
                    .plan(instance.required(), List.of(), instance.index(), options);
            Optional<Cost> best = TagOracle.solve(instance, options);
            if (plan.exceeds().isEmpty()) {
                long objective = plan.cost().objective();
                assertThat(best).isPresent();
                assertThat(best.orElseThrow().objective()).isBetween(objective - plan.gap(), objective);
            }
        }
    }

    private static long objective(Instance problem, Totals totals) {
        return problem.objective(totals);
    }

    private static @Nullable Choice leastCollateral(Instance problem) {
        return WildcardLimitedSearch.solve(
                problem.trie(), new WildcardLimitedSearch.Prices(0, 1, 0), problem.maxWildcards(), wildcards -> 0);
    }
}

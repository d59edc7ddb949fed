package io.purgewise.testkit;

import io.purgewise.plan.Limit;
import io.purgewise.plan.PlanAnswer;
import org.assertj.core.api.AbstractAssert;

/**
 * Asserts whether the planner found a plan. Start with {@link PurgewiseAssertions#assertThat(PlanAnswer)}.
 *
 * <p>This class is not thread-safe.
 */
public final class PlanAnswerAssert extends AbstractAssert<PlanAnswerAssert, PlanAnswer> {

    PlanAnswerAssert(PlanAnswer actual) {
        super(actual, PlanAnswerAssert.class);
    }

    /**
     * Verifies that there is a plan within the policy's limits, and goes on with it.
     *
     * @return assertions about the plan
     */
    public InvalidationPlanAssert isPlanned() {
        isNotNull();
        if (actual instanceof PlanAnswer.Infeasible infeasible) {
            throw failure(
                    "Expected a plan%nbut none keeps%n  %s%nand without it the cheapest has%n  %d items, %d of them wildcards,"
                            + " collateral %d%nLikely mistake: %s.",
                    infeasible.limit(),
                    infeasible.withoutLimit().cost().items(),
                    infeasible.withoutLimit().cost().wildcards(),
                    infeasible.withoutLimit().cost().collateral(),
                    infeasible.limit() == Limit.MAX_WILDCARDS
                            ? "each page with query variants demands a wildcard of its own; without known URLs (UrlIndex) none"
                                    + " can be joined"
                            : "to keep the limit on wildcards the planner has to clear more than the policy's maxCollateral");
        }
        return new InvalidationPlanAssert(actual.orThrow());
    }

    /**
     * Verifies that a limit leaves no plan, and goes on with the cheapest plan without it.
     *
     * @param limit the limit that binds
     * @return assertions about the plan without the limit
     */
    public InvalidationPlanAssert isInfeasibleBy(Limit limit) {
        isNotNull();
        if (!(actual instanceof PlanAnswer.Infeasible infeasible)) {
            throw failure(
                    "Expected that %s leaves no plan%nbut there is one with%n  %s%n"
                            + "Likely mistake: the policy's limit is not the one that was meant, or wider wildcards keep it.",
                    limit, actual.orThrow().cost());
        }
        if (infeasible.limit() != limit) {
            throw failure("Expected that %s leaves no plan%nbut it is%n  %s", limit, infeasible.limit());
        }
        return new InvalidationPlanAssert(infeasible.withoutLimit());
    }
}

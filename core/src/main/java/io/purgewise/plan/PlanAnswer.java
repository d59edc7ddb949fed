package io.purgewise.plan;

/**
 * Is what the planner answers: a plan, or the limit that left none.
 *
 * <p>Answers are immutable and thread-safe.
 */
public sealed interface PlanAnswer {

    /**
     * Returns the plan, or throws when there is none.
     *
     * @return the plan
     * @throws InfeasiblePlanException if no plan keeps the policy's limits
     */
    InvalidationPlan orThrow();

    /**
     * Carries the cheapest plan that keeps all limits.
     *
     * @param plan the plan
     */
    record Planned(InvalidationPlan plan) implements PlanAnswer {
        @Override
        public InvalidationPlan orThrow() {
            return plan;
        }
    }

    /**
     * Says that no plan keeps all limits.
     *
     * @param limit the limit that binds: without it alone there is a plan; where that holds for more than one limit, the
     *     limit whose absence costs least
     * @param withoutLimit the cheapest plan without that limit
     */
    record Infeasible(Limit limit, InvalidationPlan withoutLimit) implements PlanAnswer {
        @Override
        public InvalidationPlan orThrow() {
            throw new InfeasiblePlanException(this);
        }
    }
}

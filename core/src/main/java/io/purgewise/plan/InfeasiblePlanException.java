package io.purgewise.plan;

import io.purgewise.PurgewiseException;

/** Reports that no plan keeps the policy's limits; nothing was sent. */
public final class InfeasiblePlanException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    private final transient PlanAnswer.Infeasible answer;

    InfeasiblePlanException(PlanAnswer.Infeasible answer) {
        super("no invalidation plan keeps " + answer.limit() + "; without it the cheapest one has "
                + answer.withoutLimit().cost().items() + " items, "
                + answer.withoutLimit().cost().wildcards() + " of them wildcards, and collateral "
                + answer.withoutLimit().cost().collateral() + ": raise the limit or send that plan in parts");
        this.answer = answer;
    }

    /**
     * Returns the planner's answer, with the binding limit and the cheapest plan without it.
     *
     * @return the answer
     */
    public PlanAnswer.Infeasible answer() {
        return answer;
    }
}

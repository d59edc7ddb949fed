package io.purgewise.plan;

/** Names a limit of a {@link PlanPolicy} that can leave no plan. */
public enum Limit {
    /** Stands for {@link PlanPolicy#maxWildcards()}: the patterns demand more wildcards than it allows. */
    MAX_WILDCARDS("maxWildcards"),
    /** Stands for {@link PlanPolicy#maxCollateral()}: so few wildcards would clear too much. */
    MAX_COLLATERAL("maxCollateral"),
    /** Stands for {@link PlanPolicy#maxTime()}: the quotas let so many items or wildcards through too late. */
    MAX_TIME("maxTime");

    private final String spelling;

    Limit(String spelling) {
        this.spelling = spelling;
    }

    /** Returns the name of the policy's field, such as {@code maxWildcards}. */
    @Override
    public String toString() {
        return spelling;
    }
}

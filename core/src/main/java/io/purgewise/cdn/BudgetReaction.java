package io.purgewise.cdn;

/** Says what to do when a budget of paths is used up. */
public enum BudgetReaction {
    /** Plan wider, with fewer items: the fewest at the soft limit, the single {@code /*} at the hard limit. */
    WIDEN,
    /** Keep the changes in the outbox until the next month, or until the budget is raised. */
    DEFER,
    /** Accept no more changes; what was accepted before is deferred at the hard limit, and cleared as planned at the soft one. */
    REFUSE
}

package io.purgewise.cdn;

import io.purgewise.PurgewiseException;

/** Reports that the month's budget of paths is used up and the policy is to refuse; the change was not accepted. */
public final class BudgetExceededException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    BudgetExceededException(long used, long limit) {
        super("the account has used " + used + " paths this month of at most " + limit
                + ", so this change was not accepted; raise the budget, or wait for the next month (UTC)");
    }
}

package io.purgewise.cdn;

/** Says how far a plan may clear more than was asked, in order to be smaller. */
public enum Widening {
    /** As the policy of the plan has it. */
    NONE,
    /** As few items as can be, at whatever collateral. */
    FEWEST_ITEMS,
    /** One item, {@code /*}. */
    EVERYTHING
}

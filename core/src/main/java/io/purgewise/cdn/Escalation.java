package io.purgewise.cdn;

/** Says how far a plan may clear more than was asked, in order to be smaller. */
public enum Escalation {
    /** As the policy of the plan has it. */
    NONE,
    /** As few items as the policy allows, at whatever collateral. */
    FEWEST_ITEMS,
    /** One item, {@code /*}, unless the policy protects a part of the site. */
    EVERYTHING
}

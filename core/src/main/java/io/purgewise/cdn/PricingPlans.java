package io.purgewise.cdn;

/**
 * Tells which pricing a distribution has now: the port to whoever can ask AWS, whose {@code PricingPlanManager} service lists the
 * subscriptions of an account with their tier and the distributions they are for ({@code ListSubscriptions}).
 *
 * <p>Asked for each plan and each submission, so an implementation keeps its answer for some minutes. Implementations are
 * thread-safe.
 */
@FunctionalInterface
public interface PricingPlans {

    /**
     * Tells what paths cost at a distribution.
     *
     * @param distribution the distribution
     * @return its pricing
     * @throws RuntimeException if that is not known now: the plan is made at the policy's prices and without cache tags, the
     *     ledger counts, and the plan says so
     */
    Pricing pricingOf(DistributionId distribution);
}

package io.purgewise.cdn;

import io.purgewise.site.InvalidationItem;
import java.time.Duration;
import java.util.List;

/**
 * Hears what happens on the way of a change to the CDN, for logs, metrics and alarms.
 *
 * <p>Every method does nothing unless overridden. Methods are called on the working thread, and must return soon and throw
 * nothing; implementations must be thread-safe.
 */
public interface CdnListener {

    /** Hears nothing. */
    CdnListener NONE = new CdnListener() {};

    /**
     * Hears that the CDN has accepted a batch.
     *
     * @param distribution where
     * @param invalidation what
     * @param attempts how many calls it took, at least 1; 0 if it was found to be accepted before
     */
    default void submitted(DistributionId distribution, Invalidation invalidation, int attempts) {}

    /**
     * Hears that an invalidation has reached all edge locations; only of those that somebody waits for.
     *
     * @param distribution where
     * @param invalidation what
     * @param sinceAccepted how long after its creation, as far as the CDN's clock and ours agree
     */
    default void completed(DistributionId distribution, Invalidation invalidation, Duration sinceAccepted) {}

    /**
     * Hears that a call failed and will be tried again.
     *
     * @param distribution where
     * @param failure why
     * @param delay how long it waits first
     */
    default void retrying(DistributionId distribution, CdnException failure, Duration delay) {}

    /**
     * Hears that a batch waits for earlier invalidations to complete, since it would not fit in the quota beside them.
     *
     * @param distribution where
     * @param itemsInProgress how many items are taken to be in progress
     * @param wildcardsInProgress how many of them are wildcards
     */
    default void waitingForQuota(DistributionId distribution, int itemsInProgress, int wildcardsInProgress) {}

    /**
     * Hears how much of the quota is left after a batch was accepted.
     *
     * @param distribution where
     * @param items how many more items may be in progress
     * @param wildcards how many more wildcards may be in progress
     */
    default void quotaLeft(DistributionId distribution, int items, int wildcards) {}

    /**
     * Hears that the CDN refuses an item for good; what it should clear stays cached.
     *
     * @param distribution where
     * @param rejected the item and the reason
     */
    default void rejected(DistributionId distribution, RejectedItem rejected) {}

    /**
     * Hears that changes have become a plan that is written down.
     *
     * @param drainId the plan's ID
     * @param changes how many changes it clears
     * @param items what will be sent to each distribution
     * @param collateral the weight of known URLs that the items clear although no change asks for it, as
     *     {@link ItemPlanner#collateral} gives it
     * @param oldestAge how long the oldest of the changes has waited
     */
    default void drainStarted(
            String drainId, int changes, List<InvalidationItem> items, long collateral, Duration oldestAge) {}

    /**
     * Hears that all batches of a plan are accepted and its changes are done with.
     *
     * @param drainId the plan's ID
     * @param changes how many changes it cleared
     * @param paths how many paths were billed for it
     * @param microDollars what they cost at CloudFront's price, in millionths of a dollar, after the free paths of the month
     * @param oldestAge how long the oldest of the changes had waited when the last batch was accepted
     */
    default void drainFinished(String drainId, int changes, long paths, long microDollars, Duration oldestAge) {}

    /**
     * Hears that a plan was made wider than the policy would have it.
     *
     * @param drainId the plan's ID
     * @param widening how wide
     * @param reason why: the backlog, its age, the budget, or tags that the distribution does not read
     */
    default void widened(String drainId, Escalation widening, String reason) {}

    /**
     * Hears that changes stay in the outbox because the budget is used up.
     *
     * @param changes how many changes wait
     * @param pathsThisMonth how many paths the account has used
     */
    default void deferred(int changes, long pathsThisMonth) {}

    /**
     * Hears that a change was refused at the door; the caller got an exception.
     *
     * @param reason why: the outbox is full, or the budget is used up
     */
    default void refused(String reason) {}

    /**
     * Hears that a distribution refuses its part of a plan for good, as an unknown or forbidden one does. Its part is kept and
     * tried again, ever more seldom; the other distributions go on.
     *
     * @param distribution where
     * @param failure why, and what to do next
     * @param batches how many batches it is owed of this plan
     */
    default void refusedBy(DistributionId distribution, SubmissionException failure, int batches) {}

    /**
     * Hears that a change was set aside because nothing can be done with it; the others go on.
     *
     * @param poisoned the change and the reason
     */
    default void poisoned(PoisonedEntry poisoned) {}

    /**
     * Hears that another instance took over, or that this one lost its lease; nothing is lost, and this one stops.
     *
     * @param failure what showed it
     */
    default void leaseLost(LeaseLostException failure) {}
}

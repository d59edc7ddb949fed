package io.purgewise.outbox;

import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Freshness;
import io.purgewise.plan.InvalidationPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Hears what becomes of accepted changes, for logs, metrics and alarms: always after it is done and kept.
 *
 * <p>Every method does nothing unless overridden. Methods are called on the working thread and must return soon; what they throw
 * is logged and harms nothing. Implementations must be thread-safe.
 */
public interface OutboxListener {

    /**
     * Changes were accepted.
     *
     * @param changes how many, without those that were accepted before under the same key
     */
    default void accepted(int changes) {}

    /**
     * A plan was written down, of which nothing was sent yet.
     *
     * @param drain what was written down: changes and batches
     * @param plan the plan behind it, with its cost
     */
    default void planned(Outbox.Drain drain, InvalidationPlan plan) {}

    /**
     * A drain was closed: its changes are carried through at this distribution.
     *
     * @param lane the distribution
     * @param finished what was done
     * @param age how long the lane had not been empty, as far as this instance knows
     */
    default void drained(DistributionId lane, DrainReport.Finished finished, Duration age) {}

    /**
     * Readers' copies were looked at after a drain, and cleared once more where they were proven stale; see
     * {@link OutboxDrainer.Builder#looking}.
     *
     * @param lane the distribution
     * @param finished the drain
     * @param found what readers get, as far as it was looked at
     * @param at when this was known
     */
    default void looked(DistributionId lane, DrainReport.Finished finished, Freshness found, Instant at) {}

    /**
     * A drain was closed, and nobody looks at what readers get: too many wait for their look, or it failed. Its changes are carried
     * through all the same.
     *
     * @param lane the distribution
     * @param finished the drain
     * @param reason why
     */
    default void notLooked(DistributionId lane, DrainReport.Finished finished, String reason) {}

    /**
     * A plan was made wider than the policy would have it, or dearer.
     *
     * @param lane the distribution
     * @param escalation how wide the backlog made it
     * @param reasons why, in words
     */
    default void widened(DistributionId lane, Clearing.Escalation escalation, List<String> reasons) {}

    /**
     * A change could not be carried through and is a dead letter now.
     *
     * @param letter the change and the reason
     */
    default void died(DeadLetter letter) {}

    /**
     * A lane waits: its distribution is busy or refuses, the budget defers, or changes failed for a reason that may pass.
     *
     * @param lane the distribution
     * @param outcome which of these
     * @param reason why, and what to do about it
     * @param comeBackAfter when it is tried again
     */
    default void waiting(DistributionId lane, DrainReport.Outcome outcome, String reason, Duration comeBackAfter) {}

    /**
     * Another instance took over a lane; nothing is lost, and this one stops.
     *
     * @param failure what showed it
     */
    default void leaseLost(LeaseLostException failure) {}

    /**
     * A round of the service failed; it goes on after a while.
     *
     * @param failure why, errors included
     */
    default void failed(Throwable failure) {}
}

package io.purgewise.cdn;

import java.util.List;
import java.util.Map;

/**
 * Says what a call of the drainer did.
 *
 * @param outcome why it ended
 * @param finished the drains that it finished, its own and those it found open
 * @param waiting how many changes wait still, as far as it looked
 */
public record DrainReport(Outcome outcome, List<FinishedDrain> finished, int waiting) {

    /**
     * Creates a report.
     *
     * @param outcome why the call ended
     * @param finished the drains that it finished
     * @param waiting how many changes wait still
     */
    public DrainReport {
        finished = List.copyOf(finished);
    }

    /** Says why a call of the drainer ended. */
    public enum Outcome {
        /** Nothing waits any more. */
        EMPTY,
        /** What waits is not due: its burst is not over, or its caches have not settled. */
        NOT_DUE,
        /** Another instance holds the lease, and drains. */
        BUSY,
        /** Draining is suspended. */
        SUSPENDED,
        /** The budget is used up, and its policy is to wait. */
        DEFERRED,
        /** Every distribution refuses what it was sent before; what waits will be sent when one of them takes calls again. */
        REFUSED
    }

    /**
     * Is a drain whose batches are all accepted, or owed to a distribution that refuses them.
     *
     * @param drainId the drain's ID
     * @param entries the entries that it cleared; none where it paid what a distribution was owed
     * @param invalidations what the CDN accepted
     * @param rejected what the CDN refuses to clear; set aside in the outbox
     * @param refusedBy the distributions that refuse their batches, with the reason; the batches are kept and tried again
     * @param widened why the plan was made wider than the policy would have it; empty if it was not, or if it was another
     *     instance that planned it
     */
    public record FinishedDrain(
            String drainId,
            List<EntryKey> entries,
            List<Submitted> invalidations,
            List<RejectedItem> rejected,
            Map<DistributionId, SubmissionException> refusedBy,
            List<String> widened) {

        /**
         * Creates a record of a finished drain.
         *
         * @param drainId the drain's ID
         * @param entries the entries that it cleared
         * @param invalidations what the CDN accepted
         * @param rejected what the CDN refuses to clear
         * @param refusedBy the distributions that refuse their batches
         * @param widened why the plan was made wider
         */
        public FinishedDrain {
            entries = List.copyOf(entries);
            invalidations = List.copyOf(invalidations);
            rejected = List.copyOf(rejected);
            refusedBy = Map.copyOf(refusedBy);
            widened = List.copyOf(widened);
        }
    }

    /**
     * Is an invalidation and where it was accepted.
     *
     * @param distribution the distribution
     * @param invalidation the invalidation as it was when it was accepted
     */
    public record Submitted(DistributionId distribution, Invalidation invalidation) {}
}

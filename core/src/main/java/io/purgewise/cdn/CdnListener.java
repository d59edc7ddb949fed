package io.purgewise.cdn;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens on the way of a change to the CDN, for logs, metrics and alarms.
 *
 * <p>Every method does nothing unless overridden. Methods are called on the working thread, and must return soon and throw
 * nothing; implementations must be thread-safe.
 */
public interface CdnListener {

    /** Names a stage of a change's way. */
    enum Stage {
        /** The pages of changes are found, and marked in the site's caches. */
        MARK,
        /** The marks are waited for until they count. */
        SETTLE,
        /** Pages are rendered anew. */
        RENDER,
        /** The cheapest items are looked for; at a distribution, as those that follow. */
        PLAN,
        /** Batches are brought to the CDN, waits for quotas included. */
        SUBMIT,
        /** The CDN is asked until it has cleared everything, if somebody waits for that. */
        WAIT
    }

    /** Hears that a stage ends. */
    @FunctionalInterface
    interface StageEnd {

        /** Hears nothing. */
        StageEnd NONE = failure -> {};

        /**
         * Hears that the stage ends, on the thread on which it began.
         *
         * @param failure what ended it, mostly null: what a stage could not do for one change is in the receipt
         */
        void ended(@Nullable Throwable failure);
    }

    /**
     * Hears that a stage of a change's way begins. Stages of one thread do not overlap; of an outbox each may hold many changes.
     *
     * @param stage the stage
     * @param distribution where; null for a stage before the CDN, which serves all distributions
     * @return hears of the end
     */
    default StageEnd began(Stage stage, @Nullable DistributionId distribution) {
        return StageEnd.NONE;
    }

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
    default void rejected(DistributionId distribution, Cleared.Rejected rejected) {}

    /**
     * Hears what was found when somebody had it proven that readers get what was cleared for.
     *
     * @param distribution where
     * @param found what readers get, and what was cleared once more
     * @param sinceChange how long after the change was made known
     */
    default void looked(DistributionId distribution, Freshness found, Duration sinceChange) {}
}

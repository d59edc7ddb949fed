package io.purgewise.cdn;

import io.purgewise.site.InvalidationItem;
import java.time.Duration;
import java.util.List;

/** Tells two listeners everything, one after the other. */
record ListenerPair(CdnListener first, CdnListener second) implements CdnListener {

    @Override
    public void submitted(DistributionId distribution, Invalidation invalidation, int attempts) {
        first.submitted(distribution, invalidation, attempts);
        second.submitted(distribution, invalidation, attempts);
    }

    @Override
    public void completed(DistributionId distribution, Invalidation invalidation, Duration sinceAccepted) {
        first.completed(distribution, invalidation, sinceAccepted);
        second.completed(distribution, invalidation, sinceAccepted);
    }

    @Override
    public void retrying(DistributionId distribution, CdnException failure, Duration delay) {
        first.retrying(distribution, failure, delay);
        second.retrying(distribution, failure, delay);
    }

    @Override
    public void waitingForRoom(DistributionId distribution, int itemsInProgress, int wildcardsInProgress) {
        first.waitingForRoom(distribution, itemsInProgress, wildcardsInProgress);
        second.waitingForRoom(distribution, itemsInProgress, wildcardsInProgress);
    }

    @Override
    public void headRoom(DistributionId distribution, int items, int wildcards) {
        first.headRoom(distribution, items, wildcards);
        second.headRoom(distribution, items, wildcards);
    }

    @Override
    public void rejected(DistributionId distribution, RejectedItem rejected) {
        first.rejected(distribution, rejected);
        second.rejected(distribution, rejected);
    }

    @Override
    public void drainStarted(
            String drainId, int changes, List<InvalidationItem> items, long collateral, Duration oldestAge) {
        first.drainStarted(drainId, changes, items, collateral, oldestAge);
        second.drainStarted(drainId, changes, items, collateral, oldestAge);
    }

    @Override
    public void drainFinished(String drainId, int changes, long paths, long microDollars, Duration oldestAge) {
        first.drainFinished(drainId, changes, paths, microDollars, oldestAge);
        second.drainFinished(drainId, changes, paths, microDollars, oldestAge);
    }

    @Override
    public void widened(String drainId, Escalation widening, String reason) {
        first.widened(drainId, widening, reason);
        second.widened(drainId, widening, reason);
    }

    @Override
    public void deferred(int changes, long pathsThisMonth) {
        first.deferred(changes, pathsThisMonth);
        second.deferred(changes, pathsThisMonth);
    }

    @Override
    public void refused(String reason) {
        first.refused(reason);
        second.refused(reason);
    }

    @Override
    public void refusedBy(DistributionId distribution, SubmissionException failure, int batches) {
        first.refusedBy(distribution, failure, batches);
        second.refusedBy(distribution, failure, batches);
    }

    @Override
    public void poisoned(PoisonedEntry poisoned) {
        first.poisoned(poisoned);
        second.poisoned(poisoned);
    }

    @Override
    public void leaseLost(LeaseLostException failure) {
        first.leaseLost(failure);
        second.leaseLost(failure);
    }
}

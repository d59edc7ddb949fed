package io.purgewise.cdn;

import io.purgewise.cdn.InProgress.Share;
import io.purgewise.internal.Listeners;
import io.purgewise.internal.SteadyTime;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Lets a batch through when it fits in the quota in progress, which it finds out by asking after what is. Thread-safe. */
final class QuotaGate {

    private static final System.Logger LOG = System.getLogger(InvalidationSubmitter.class.getName());

    private static final Duration FIRST_POLL = Duration.ofSeconds(1);
    private static final Duration LONGEST_POLL = Duration.ofSeconds(5);

    /** After so many in a row that are still in progress, younger ones hardly are complete. */
    private static final int STILL_IN_A_ROW = 3;

    /** Whoever may not ask takes an invalidation for complete after twice the 25 seconds that AWS states for most. */
    private static final Duration COMPLETE_UNSEEN = Duration.ofSeconds(50);

    private static final int REFUSALS_IN_A_ROW = 4;
    private static final int LISTED = 20;

    private final Cdn cdn;
    private final CdnQuotas quotas;
    private final InProgress inProgress;
    private final Listeners<CdnListener> listeners;
    private final boolean learns;
    private final Set<DistributionId> learned = ConcurrentHashMap.newKeySet();

    QuotaGate(Cdn cdn, CdnQuotas quotas, SteadyTime time, Listeners<CdnListener> listeners, boolean learns) {
        this.cdn = cdn;
        this.quotas = quotas;
        this.inProgress = new InProgress(quotas, time);
        this.listeners = listeners;
        this.learns = learns;
    }

    /**
     * Waits until there is quota for a batch and it is its turn.
     *
     * @return null when the batch may go, and has quota reserved; otherwise why it could not in time
     */
    @Nullable
    String enter(InvalidationBatch batch, Patience patience) throws InterruptedException {
        DistributionId distribution = batch.distribution();
        learnOnce(distribution, patience);
        Duration poll = FIRST_POLL;
        boolean told = false;
        while (!inProgress.reserve(batch)) {
            if (!told) {
                Share share = inProgress.total(distribution);
                LOG.log(
                        Level.DEBUG,
                        "{0}: a batch of {1} waits beside {2} items and {3} wildcards in progress",
                        distribution,
                        batch.quantity(),
                        share.items(),
                        share.wildcards());
                listeners.tell(each -> each.waitingForQuota(distribution, share.items(), share.wildcards()));
                told = true;
            }
            if (forgetCompleted(distribution, patience)) {
                continue;
            }
            if (!patience.reaches(poll)) {
                return "no quota was left beside the invalidations in progress";
            }
            patience.pause(poll);
            poll = poll.multipliedBy(2).compareTo(LONGEST_POLL) < 0 ? poll.multipliedBy(2) : LONGEST_POLL;
        }
        Duration turn = inProgress.book(batch, patience.left());
        if (turn == null) {
            leave(batch);
            return "its turn in the account's rate of calls comes too late";
        }
        patience.pause(turn);
        return null;
    }

    /** Gives back what was reserved for a batch. */
    void leave(InvalidationBatch batch) {
        inProgress.release(batch);
    }

    void accepted(InvalidationBatch batch, Invalidation invalidation) {
        DistributionId distribution = batch.distribution();
        leave(batch);
        if (invalidation.status() == Invalidation.Status.IN_PROGRESS) {
            inProgress.add(distribution, invalidation.id(), Share.of(batch));
        }
        Share share = inProgress.total(distribution);
        listeners.tell(each -> each.quotaLeft(
                distribution,
                quotas.itemsInProgress() - share.items(),
                quotas.wildcardsInProgress() - share.wildcards()));
    }

    /** Asks after what is in progress; one that hangs hides no other. */
    private boolean forgetCompleted(DistributionId distribution, Patience patience) {
        boolean any = false;
        int still = 0;
        for (String id : inProgress.toAsk(distribution)) {
            patience.alive();
            try {
                if (cdn.read(distribution, id).status() == Invalidation.Status.IN_PROGRESS) {
                    inProgress.asked(distribution, id);
                    if (++still == STILL_IN_A_ROW) {
                        return any;
                    }
                    continue;
                }
            } catch (CdnException e) {
                if (e.reason().repeatable()) {
                    return any;
                }
                if (e.reason() != CdnException.Reason.NO_SUCH_INVALIDATION) {
                    return inProgress.forget(distribution, COMPLETE_UNSEEN) || any;
                }
                // Gone from the CDN's history, so surely not in progress.
            }
            inProgress.remove(distribution, id);
            any = true;
            still = 0;
        }
        return any;
    }

    /**
     * Tells whether a batch that the CDN is too busy for is alone: then it is too large for the real quota, and waiting is of no
     * use.
     *
     * @param refusals how many times in a row the CDN was too busy for it
     */
    boolean isAlone(InvalidationBatch batch, int refusals, Patience patience) {
        if (refusals < REFUSALS_IN_A_ROW) {
            return false;
        }
        forgetCompleted(batch.distribution(), patience);
        if (!inProgress.total(batch.distribution()).equals(Share.NONE)) {
            return false;
        }
        try {
            int listed = 0;
            for (Invalidation.Summary summary : cdn.list(batch.distribution())) {
                if (summary.status() == Invalidation.Status.IN_PROGRESS) {
                    return false;
                }
                if (++listed == LISTED) {
                    break;
                }
            }
            return true;
        } catch (CdnException e) {
            // Whoever may not look goes by the refusals.
            return !e.reason().repeatable();
        }
    }

    /** Learns anew before the next batches, since another instance may have submitted meanwhile. */
    void learnAgain() {
        learned.clear();
    }

    private void learnOnce(DistributionId distribution, Patience patience) {
        if (!learns || !learned.add(distribution)) {
            return;
        }
        try {
            learn(distribution, patience);
        } catch (CdnException e) {
            if (e.reason().repeatable()) {
                learned.remove(distribution);
            }
            LOG.log(Level.DEBUG, "what is in progress on " + distribution + " cannot be learned now", e);
        }
    }

    void learn(DistributionId distribution, Patience patience) {
        for (Invalidation.Summary summary : cdn.list(distribution)) {
            if (summary.status() == Invalidation.Status.COMPLETED) {
                // Newest first: what is older than a complete one is complete too, but for rare stragglers.
                return;
            }
            if (!inProgress.knows(distribution, summary.id())) {
                patience.alive();
                inProgress.add(distribution, summary.id(), Share.of(cdn.read(distribution, summary.id())));
            }
        }
    }
}

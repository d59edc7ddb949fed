package io.purgewise.cdn;

import io.purgewise.cdn.CdnLoad.Share;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Waits until a batch fits in the quota in progress, by asking after what it knows to be in progress. Thread-safe. */
final class RoomKeeper {

    private static final Duration FIRST_POLL = Duration.ofSeconds(1);
    private static final Duration LONGEST_POLL = Duration.ofSeconds(5);
    private static final String RESERVED = "reserved ";

    private final Cdn cdn;
    private final CdnLoad load;
    private final CdnQuotas quotas;
    private final CdnListener listener;
    private final InstantSource clock;

    RoomKeeper(Cdn cdn, CdnLoad load, CdnQuotas quotas, CdnListener listener, InstantSource clock) {
        this.cdn = cdn;
        this.load = load;
        this.quotas = quotas;
        this.listener = listener;
        this.clock = clock;
    }

    /** Returns true when room is reserved, false when the deadline came first. */
    boolean enter(InvalidationBatch batch, Instant deadline, Pause pause) throws InterruptedException {
        DistributionId distribution = batch.distribution();
        Duration poll = FIRST_POLL;
        boolean told = false;
        while (!load.reserve(key(batch), batch)) {
            if (!told) {
                Share share = load.total(distribution);
                listener.waitingForRoom(distribution, share.items(), share.wildcards());
                told = true;
            }
            if (forgetCompleted(distribution)) {
                continue;
            }
            if (!clock.instant().isBefore(deadline)) {
                return false;
            }
            pause.waitFor(poll);
            poll = poll.multipliedBy(2).compareTo(LONGEST_POLL) < 0 ? poll.multipliedBy(2) : LONGEST_POLL;
        }
        return true;
    }

    void leave(InvalidationBatch batch) {
        load.release(batch.distribution(), key(batch));
    }

    void accepted(InvalidationBatch batch, Invalidation invalidation) {
        DistributionId distribution = batch.distribution();
        load.release(distribution, key(batch));
        if (invalidation.status() == InvalidationStatus.IN_PROGRESS) {
            load.add(distribution, invalidation.id(), Share.of(batch));
        }
        Share share = load.total(distribution);
        listener.headRoom(
                distribution,
                quotas.itemsInProgress() - share.items(),
                quotas.wildcardsInProgress() - share.wildcards());
    }

    /** Asks after what is in progress, the oldest first, until one is still in progress; later ones are hardly complete. */
    boolean forgetCompleted(DistributionId distribution) {
        boolean any = false;
        for (String key : load.keys(distribution)) {
            if (key.startsWith(RESERVED)) {
                continue;
            }
            try {
                if (cdn.read(distribution, key).status() == InvalidationStatus.IN_PROGRESS) {
                    return any;
                }
            } catch (CdnException e) {
                if (e.reason().repeatable()) {
                    return any;
                }
                if (e.reason() != CdnException.Reason.NO_SUCH_INVALIDATION) {
                    throw e;
                }
                // Gone from the CDN's history, so surely not in progress.
            }
            load.release(distribution, key);
            any = true;
        }
        return any;
    }

    void learn(DistributionId distribution) {
        for (InvalidationSummary summary : cdn.list(distribution)) {
            if (summary.status() == InvalidationStatus.COMPLETED) {
                // Newest first: what is older than a complete one is complete too, but for rare stragglers.
                return;
            }
            if (!load.knows(distribution, summary.id())) {
                load.add(distribution, summary.id(), Share.of(cdn.read(distribution, summary.id())));
            }
        }
    }

    private static String key(InvalidationBatch batch) {
        return RESERVED + batch.reference();
    }
}

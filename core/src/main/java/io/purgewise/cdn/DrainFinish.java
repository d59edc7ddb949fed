package io.purgewise.cdn;

import io.purgewise.cdn.DrainReport.FinishedDrain;
import io.purgewise.cdn.DrainReport.Submitted;
import io.purgewise.plan.PriceList;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings a drain that is written down to its end: submit each batch, count it, remove entries and drain. Killed anywhere in
 * it, the same drain is finished again by whoever finds it, and nothing is paid or counted twice. Used by one thread, once.
 */
final class DrainFinish {

    private final Outbox outbox;
    private final Lease lease;
    private final Drain drain;
    private final InvalidationSubmitter submitter;
    private final UsageLedger ledger;
    private final List<Submitted> submitted = new ArrayList<>();
    private final List<RejectedItem> rejected = new ArrayList<>();

    DrainFinish(Outbox outbox, Lease lease, Drain drain, InvalidationSubmitter submitter, UsageLedger ledger) {
        this.outbox = outbox;
        this.lease = lease;
        this.drain = drain;
        this.submitter = submitter;
        this.ledger = ledger;
    }

    /**
     * Finishes the drain.
     *
     * @param found whether it was found open, so that its batches may have been sent before
     * @param widened why its plan was made wider, for the report
     * @throws SubmissionException if a batch could not be submitted; the drain stays open
     */
    FinishedDrain run(boolean found, List<String> widened) {
        SubmissionException refused = null;
        for (DistributionBatch each : drain.batches()) {
            try {
                record(each.distribution(), send(each, found));
            } catch (SubmissionException e) {
                record(each.distribution(), e.done());
                if (e.retryable()) {
                    throw e;
                }
                // Another distribution may well take its batches; the drain stays open for this one.
                refused = e;
            }
        }
        if (refused != null) {
            throw refused;
        }
        setAsideRejected();
        outbox.close(lease, drain);
        tell();
        return new FinishedDrain(drain.id(), drain.entries(), submitted, rejected, widened);
    }

    private BatchResult send(DistributionBatch each, boolean found) {
        @Nullable Instant writtenAt = found ? drain.writtenAt() : null;
        return submitter.send(each.distribution(), each.batch(), writtenAt, () -> outbox.renew(lease));
    }

    private void record(DistributionId distribution, BatchResult result) {
        for (Invalidation invalidation : result.accepted()) {
            ledger.record(distribution, invalidation);
            submitted.add(new Submitted(distribution, invalidation));
        }
        rejected.addAll(result.rejected());
    }

    private void setAsideRejected() {
        for (int i = 0; i < rejected.size(); i++) {
            RejectedItem each = rejected.get(i);
            PoisonedEntry poisoned =
                    new PoisonedEntry(drain.id() + "." + i, each.item().spelling() + ": " + each.reason());
            outbox.setAside(lease, poisoned);
            submitter.settings().listener.poisoned(poisoned);
        }
    }

    private void tell() {
        Instant now = submitter.settings().clock.instant();
        long paths = submitted.stream()
                .mapToLong(each -> each.invalidation().quantity())
                .sum();
        long total = Math.max(paths, ledger.paths(YearMonth.from(now.atZone(ZoneOffset.UTC))));
        PriceList prices = PriceList.cloudFront(PriceList.CLOUDFRONT_FREE_PATHS);
        submitter
                .settings()
                .listener
                .drainFinished(
                        drain.id(),
                        drain.entries().size(),
                        paths,
                        prices.money(total) - prices.money(total - paths),
                        Duration.between(drain.oldestAcceptedAt(), now));
    }
}

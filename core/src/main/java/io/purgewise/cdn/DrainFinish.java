package io.purgewise.cdn;

import io.purgewise.cdn.DrainReport.FinishedDrain;
import io.purgewise.cdn.DrainReport.Submitted;
import io.purgewise.plan.PriceList;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings a drain that is written down to its end: submit each batch, count it, keep what is refused, remove entries and drain.
 * Killed anywhere in it, the same drain is finished again by whoever finds it, and nothing is paid or counted twice. Used by
 * one thread, once.
 */
final class DrainFinish {

    private final Outbox outbox;
    private final Lease lease;
    private final Drain drain;
    private final InvalidationSubmitter submitter;
    private final UsageLedger ledger;
    private final List<Submitted> submitted = new ArrayList<>();
    private final List<RejectedItem> rejected = new ArrayList<>();
    private final Map<DistributionId, SubmissionException> refusedBy = new LinkedHashMap<>();
    private final List<Debt> kept = new ArrayList<>();

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
     * @param maybeSent whether its batches may have been sent before, since it was found open or pays what is owed
     * @param widened why its plan was made wider, for the report
     * @throws SubmissionException if a batch could not be submitted, and may be later; the drain stays open
     */
    FinishedDrain run(boolean maybeSent, List<String> widened) {
        submitAll(maybeSent);
        setAsideRejected();
        keepRefused();
        long paths = submitted.stream()
                .mapToLong(each -> each.invalidation().quantity())
                .sum();
        long microDollars = microDollars(paths);
        outbox.close(lease, drain.withRepays(repaid()));
        CdnListener listener = submitter.settings().listener;
        Duration age = Duration.between(drain.oldestAcceptedAt(), now());
        listener.drainFinished(drain.id(), drain.entries().size(), paths, microDollars, age);
        return new FinishedDrain(drain.id(), drain.entries(), submitted, rejected, refusedBy, widened);
    }

    /** Submits every batch that its distribution takes; what one of them does not take holds up no other. */
    private void submitAll(boolean maybeSent) {
        Map<DistributionId, SubmissionException> busy = new LinkedHashMap<>();
        for (InvalidationBatch each : drain.batches()) {
            if (drain.notAsked().contains(each.distribution())) {
                kept.add(debt(each, false));
            } else if (refusedBy.containsKey(each.distribution())) {
                kept.add(debt(each, true));
            } else if (!busy.containsKey(each.distribution())) {
                try {
                    record(each.distribution(), send(each, maybeSent));
                } catch (SubmissionException e) {
                    record(each.distribution(), e.done());
                    if (Thread.currentThread().isInterrupted()) {
                        throw e;
                    }
                    if (e.retryable()) {
                        busy.put(each.distribution(), e);
                    } else {
                        refusedBy.put(each.distribution(), e);
                        kept.add(debt(each, true));
                    }
                }
            }
        }
        for (SubmissionException e : busy.values()) {
            throw e;
        }
    }

    private BatchResult send(InvalidationBatch each, boolean maybeSent) {
        @Nullable Instant writtenAt = maybeSent ? drain.writtenAt() : null;
        Runnable heartbeat = () -> outbox.renew(lease);
        try {
            return submitter.send(each, writtenAt, heartbeat);
        } catch (CacheTagsNotReadException e) {
            // The plan was made when the distribution still read tags, or did not say. Its reference gives the wider
            // batch
            // one that stays the same however often it is tried.
            submitter
                    .settings()
                    .listener
                    .widened(drain.id(), Escalation.EVERYTHING, each.distribution() + " reads no cache tags");
            InvalidationBatch everything = InvalidationBatch.of(
                    each.distribution(),
                    List.of(UrlPattern.prefix("/")),
                    each.reference().value());
            return submitter.send(everything, writtenAt, heartbeat);
        }
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

    private Debt debt(InvalidationBatch batch, boolean tried) {
        Set<DistributionId> served = new HashSet<>(drain.distributions());
        served.remove(batch.distribution());
        return new Debt(batch, drain.writtenAt(), tried, served);
    }

    /** Keeps what was not accepted as debts, under their own references, before the drain that holds them is closed. */
    private void keepRefused() {
        if (!kept.isEmpty()) {
            outbox.owe(lease, kept);
        }
        refusedBy.forEach((distribution, failure) -> submitter
                .settings()
                .listener
                .refusedBy(distribution, failure, (int) kept.stream()
                        .filter(debt -> debt.distribution().equals(distribution))
                        .count()));
    }

    /** Returns the debts that are paid: all, but for those that are refused once more as they are. */
    private List<CallerReference> repaid() {
        Set<CallerReference> open = kept.stream().map(Debt::reference).collect(Collectors.toSet());
        return drain.repays().stream()
                .filter(reference -> !open.contains(reference))
                .toList();
    }

    private long microDollars(long paths) {
        long total = Math.max(paths, ledger.paths(YearMonth.from(now().atZone(ZoneOffset.UTC))));
        PriceList prices = PriceList.cloudFront(PriceList.CLOUDFRONT_FREE_PATHS);
        return prices.money(total) - prices.money(total - paths);
    }

    private Instant now() {
        return submitter.settings().clock.instant();
    }
}

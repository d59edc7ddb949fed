package io.purgewise.cdn;

import io.purgewise.site.CdnTag;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brings the batches of one call to the CDN, one after the other, within one time. Used by one thread, once. */
final class Submission {

    private static final System.Logger LOG = System.getLogger(InvalidationSubmitter.class.getName());

    private final CdnAccount account;
    private final List<InvalidationBatch> batches;
    private final @Nullable Instant writtenAt;
    private final Instant sentSince;
    private final Patience patience;
    private final InvalidationSubmitter.Progress progress;
    private final Accounting accounting;
    private final @Nullable CacheTagUse tags;
    private final Map<DistributionId, HistorySearch.Found> past = new HashMap<>();

    Submission(
            CdnAccount account,
            List<InvalidationBatch> batches,
            @Nullable Instant writtenAt,
            Duration deadline,
            InvalidationSubmitter.Progress progress,
            Accounting accounting,
            @Nullable CacheTagUse tags) {
        this.accounting = accounting;
        this.tags = tags;
        this.account = account;
        this.batches = batches;
        this.writtenAt = writtenAt;
        this.sentSince = writtenAt == null ? account.ambient().clock().instant() : writtenAt;
        this.patience = account.patience(deadline, progress::alive);
        this.progress = progress;
    }

    Cleared run() {
        Cleared cleared = Cleared.NOTHING;
        for (int i = 0; i < batches.size(); i++) {
            Cleared one = submit(batches.get(i));
            cleared = cleared.and(one);
            CdnException stop = one.stoppedBy();
            if (stop != null) {
                List<InvalidationBatch> rest = batches.subList(i + 1, batches.size());
                return rest.isEmpty() ? cleared : cleared.and(Cleared.stopped(rest, stop));
            }
        }
        return cleared;
    }

    private Cleared submit(InvalidationBatch batch) {
        try {
            HistorySearch.Found found = past(batch.distribution());
            UsageLedger.Reservation reservation = accounting.reservation(batch, patience.left());
            if (!found.holdsAnyOf(batch)) {
                CdnException stop = isOfTagsThatClearNothing(batch)
                        ? CdnException.of(
                                CdnException.Reason.TAGS_NOT_READ,
                                "distribution " + batch.distribution()
                                        + " has no CacheTagConfig, or one for another header",
                                null)
                        : accounting.reserve(reservation);
                if (stop != null) {
                    return Cleared.stopped(List.of(batch), stop);
                }
            }
            Cleared cleared = new BatchSubmission(
                            account, batch, found, sentSince, patience, each -> accepted(batch, each))
                    .run();
            accounting.settle(reservation, cleared);
            CdnException refusal = refusalByTheDistribution(cleared);
            return refusal == null ? told(batch, cleared) : Cleared.stopped(List.of(batch), refusal);
        } catch (CdnException e) {
            return Cleared.stopped(List.of(batch), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Cleared.stopped(
                    List.of(batch),
                    CdnException.of(CdnException.Reason.INTERRUPTED, "interrupted while reading the history", null));
        }
    }

    private void accepted(InvalidationBatch batch, Invalidation invalidation) {
        accounting.count(batch.distribution(), invalidation);
        progress.accepted(batch, invalidation);
    }

    /** Where the distribution takes no path at all, those called invalid first are no worse than the others. */
    private static @Nullable CdnException refusalByTheDistribution(Cleared cleared) {
        CdnException stop = cleared.stoppedBy();
        boolean refused = stop != null && stop.reason() == CdnException.Reason.OTHER;
        return refused && cleared.accepted().isEmpty() ? stop : null;
    }

    private Cleared told(InvalidationBatch batch, Cleared cleared) {
        cleared.rejected().forEach(item -> account.listeners().tell(each -> each.rejected(batch.distribution(), item)));
        return cleared;
    }

    private boolean isOfTagsThatClearNothing(InvalidationBatch batch) {
        if (batch.items().stream().noneMatch(CdnTag.class::isInstance)) {
            return false;
        }
        TagReading.Answer answer = account.tags().of(batch.distribution(), tags);
        return !answer.inDoubt() && !answer.reads(tags);
    }

    /** Reads once through what a distribution was sent since the batches were written down. */
    private HistorySearch.Found past(DistributionId distribution) throws InterruptedException {
        HistorySearch.Found known = writtenAt == null ? HistorySearch.Found.NOTHING : past.get(distribution);
        int failures = 0;
        while (known == null) {
            try {
                known = account.history()
                        .read(
                                distribution,
                                references(distribution),
                                sentSince.minus(BatchSubmission.CLOCK_DIFFERENCE),
                                patience);
            } catch (CdnException e) {
                if (e.reason() == CdnException.Reason.DENIED) {
                    // Whoever may not look must rely on the CDN's memory of caller references.
                    known = HistorySearch.Found.NOTHING;
                    continue;
                }
                Duration delay =
                        account.backoff().after(++failures, account.ambient().random());
                if (!e.reason().repeatable() || !patience.reaches(delay)) {
                    throw e;
                }
                LOG.log(
                        failures == 1 ? Level.DEBUG : Level.WARNING,
                        "the history of {0} could not be read ({1} times), tried again in {2}: {3}",
                        distribution,
                        failures,
                        delay,
                        e.getMessage());
                account.listeners().tell(each -> each.retrying(distribution, e, delay));
                patience.pause(delay);
            }
        }
        past.put(distribution, known);
        return known;
    }

    private Set<CallerReference> references(DistributionId distribution) {
        return batches.stream()
                .filter(batch -> batch.distribution().equals(distribution))
                .map(InvalidationBatch::reference)
                .collect(Collectors.toSet());
    }
}

package io.purgewise.cdn;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings one batch to the CDN: all calls for it, until it is accepted, split or given up. Used by one thread, once. */
final class BatchSubmission {

    private static final System.Logger LOG = System.getLogger(InvalidationSubmitter.class.getName());

    /** By how much the CDN's clock may be behind ours where a batch is looked for. */
    static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);

    /** How late the CDN's list may show what it has accepted, before we take it for missing. */
    private static final Duration LATE_LIST = Duration.ofMinutes(2);

    private final CdnAccount account;
    private final InvalidationBatch batch;
    private final HistorySearch.Found past;
    private final Patience patience;
    private final Consumer<Invalidation> accepted;
    private final Instant sentSince;
    private boolean everUnknown;
    private boolean maybeSent;
    private int calls;
    private int failures;
    private int busy;

    /**
     * Prepares the submission.
     *
     * @param past what the history holds of what earlier attempts may have sent
     * @param sentSince when the batch was written down, or now if it never was
     * @param accepted is told of what the CDN accepted, of the batch or of parts of it
     */
    BatchSubmission(
            CdnAccount account,
            InvalidationBatch batch,
            HistorySearch.Found past,
            Instant sentSince,
            Patience patience,
            Consumer<Invalidation> accepted) {
        this.account = account;
        this.batch = batch;
        this.past = past;
        this.sentSince = sentSince;
        this.patience = patience;
        this.accepted = accepted;
    }

    /** Goes on until the batch is done with, or the patience is over. */
    Cleared run() {
        try {
            return untilDone();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return stopped(CdnException.Reason.INTERRUPTED, "interrupted while waiting", null);
        } finally {
            account.gate().leave(batch);
        }
    }

    private Cleared untilDone() throws InterruptedException {
        while (true) {
            Cleared done;
            try {
                done = sentBefore();
            } catch (CdnException e) {
                // Whether it was sent is not known, so it must not be sent now, whole or in parts.
                done = afterFailure(e);
                if (done == null) {
                    continue;
                }
            }
            if (done == null) {
                String late = account.gate().enter(batch, patience);
                done = late != null ? stopped(CdnException.Reason.BUSY, late, null) : send();
            }
            if (done != null) {
                return done;
            }
        }
    }

    /** Sends the batch, and returns what became of it, or null if it failed in a way that another call may mend. */
    private @Nullable Cleared send() throws InterruptedException {
        patience.alive();
        calls++;
        Invalidation invalidation;
        try {
            invalidation = account.cdn().submit(batch);
        } catch (CdnException e) {
            account.gate().leave(batch);
            busy = e.reason() == CdnException.Reason.BUSY ? busy + 1 : 0;
            switch (e.reason()) {
                case REFERENCE_USED -> {
                    return acceptedBefore(e);
                }
                case INVALID, TOO_LARGE -> {
                    return apart(e);
                }
                case BUSY -> {
                    if (batch.quantity() > 1 && !everUnknown && account.gate().isAlone(batch, busy, patience)) {
                        return apart(e);
                    }
                    maybeSent = everUnknown;
                }
                case OUTCOME_UNKNOWN -> {
                    everUnknown = true;
                    maybeSent = true;
                }
                default -> {}
            }
            return afterFailure(e);
        }
        return accepted(invalidation, calls);
    }

    /** Waits before the next call; returns null then, or why there is none. */
    private @Nullable Cleared afterFailure(CdnException failure) throws InterruptedException {
        if (!failure.reason().repeatable()) {
            return stopped(failure.reason(), "the CDN refuses", failure);
        }
        return waitAfter(failure) ? null : gaveUp(failure.reason(), failure);
    }

    /** Returns what became of the batch if it was sent before, or null if it was not. */
    private @Nullable Cleared sentBefore() {
        String id = past.idOf(batch);
        if (id != null) {
            return accepted(account.cdn().read(batch.distribution(), id), 0);
        }
        if (BatchSplitter.hasPartIn(batch, past.ids().keySet())) {
            return halves();
        }
        if (maybeSent) {
            Invalidation found = find(sentSince.minus(CLOCK_DIFFERENCE));
            if (found != null) {
                return accepted(found, 0);
            }
            maybeSent = false;
        }
        return null;
    }

    private @Nullable Invalidation find(Instant notBefore) {
        try {
            return account.history().find(batch, notBefore, patience).orElse(null);
        } catch (CdnException e) {
            if (e.reason() != CdnException.Reason.DENIED) {
                throw e;
            }
            // Whoever may not look must rely on the CDN's memory of caller references, which refuses a second time.
            return null;
        }
    }

    /** Finds the batch whose reference the CDN knows: in what is recent, again since the list may be late, and at last in all. */
    private Cleared acceptedBefore(CdnException used) throws InterruptedException {
        Duration lateUntil = patience.spent().plus(LATE_LIST);
        Instant notBefore = sentSince.minus(CLOCK_DIFFERENCE);
        while (true) {
            CdnException failure = used;
            try {
                Invalidation found = find(notBefore);
                if (found != null) {
                    return found.isOf(batch) ? accepted(found, 0) : foreign(used);
                }
                if (notBefore.equals(Instant.MIN)) {
                    return batch.reference().isDerived() ? unidentified(used) : foreign(used);
                }
            } catch (CdnException e) {
                if (!e.reason().repeatable()) {
                    return batch.reference().isDerived()
                            ? unidentified(e)
                            : stopped(e.reason(), "the CDN has accepted it before, and does not say which it is", e);
                }
                failure = e;
            }
            if (failure == used && patience.spent().compareTo(lateUntil) >= 0) {
                notBefore = Instant.MIN;
            } else if (!waitAfter(failure)) {
                // Whoever asks again may find it.
                return batch.reference().isDerived()
                        ? unidentified(failure)
                        : gaveUp(CdnException.Reason.OUTCOME_UNKNOWN, failure);
            }
        }
    }

    /** The reference is made of the batch's content, so it is this very batch that was accepted. */
    private Cleared unidentified(CdnException why) {
        LOG.log(
                Level.WARNING,
                "{0}: the CDN has accepted it before, and does not say under which ID ({1})",
                describe(),
                why.getMessage());
        return Cleared.unidentified(batch);
    }

    private Cleared foreign(CdnException used) {
        return stopped(
                CdnException.Reason.REFERENCE_USED,
                "the caller reference belongs to a batch with other paths; use another discriminator",
                used);
    }

    private boolean waitAfter(CdnException failure) throws InterruptedException {
        failures++;
        Duration delay = account.backoff().after(failures, account.ambient().random());
        if (!patience.reaches(delay)) {
            return false;
        }
        LOG.log(
                failures == 1 ? Level.DEBUG : Level.WARNING,
                "{0}: failure {1} after {2} calls, tried again in {3}: {4}",
                describe(),
                failures,
                calls,
                delay,
                failure.getMessage());
        account.listeners().tell(each -> each.retrying(batch.distribution(), failure, delay));
        patience.pause(delay);
        return true;
    }

    private Cleared accepted(Invalidation invalidation, int attempts) {
        account.history().remember(batch.distribution(), invalidation.id(), invalidation.callerReference());
        account.gate().accepted(batch, invalidation);
        account.refusals().accepted(batch.distribution());
        accepted.accept(invalidation);
        account.listeners().tell(each -> each.submitted(batch.distribution(), invalidation, attempts));
        return Cleared.accepted(invalidation);
    }

    /** Sends the halves of a batch that cannot be accepted whole; a single item is then known to be bad. */
    private Cleared apart(CdnException failure) {
        if (batch.quantity() > 1) {
            return halves();
        }
        Cleared.Rejected rejected = new Cleared.Rejected(batch.items().get(0), String.valueOf(failure.getMessage()));
        if (account.refusals().refused(batch.distribution(), rejected.item().spelling())) {
            return stopped(
                    CdnException.Reason.OTHER,
                    "the distribution calls every path invalid, so no path is at fault",
                    failure);
        }
        return Cleared.rejected(rejected);
    }

    private Cleared halves() {
        List<InvalidationBatch> halves = BatchSplitter.halves(batch);
        Cleared first = part(halves.get(0));
        CdnException stop = first.stoppedBy();
        return first.and(stop == null ? part(halves.get(1)) : Cleared.stopped(List.of(halves.get(1)), stop));
    }

    private Cleared part(InvalidationBatch half) {
        return new BatchSubmission(account, half, past, sentSince, patience, accepted).run();
    }

    private Cleared gaveUp(CdnException.Reason reason, CdnException last) {
        return stopped(
                reason,
                "gave up after " + calls + " calls to submit it and " + (failures - 1) + " waits in "
                        + patience.spent(),
                last);
    }

    private Cleared stopped(CdnException.Reason reason, String message, @Nullable CdnException cause) {
        // Whatever stops it, what the history holds is billed, and an attempt whose answer was lost may be.
        CdnException.Reason known =
                everUnknown || past.holdsAnyOf(batch) ? CdnException.Reason.OUTCOME_UNKNOWN : reason;
        return Cleared.stopped(List.of(batch), CdnException.of(known, describe() + ": " + message, cause));
    }

    private String describe() {
        return "batch of " + batch.quantity() + " items for " + batch.distribution() + ", caller reference "
                + batch.reference();
    }
}

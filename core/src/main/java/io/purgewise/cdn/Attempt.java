package io.purgewise.cdn;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Brings one batch to the CDN: all attempts at it, until it is accepted, split or given up. Used by one thread, once. */
final class Attempt {

    /** How far the CDN's clock may be behind ours in the search for a batch; a wider search follows if it must exist. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);

    private static final Duration HEARTBEAT = Duration.ofSeconds(3);

    private static final int READS_OF_A_QUICK_SEARCH = 200;
    private static final int READS_OF_A_LONG_SEARCH = 2000;

    private final InvalidationSubmitter submitter;
    private final InvalidationBatch batch;
    private final InvalidationSubmitter.Builder settings;
    private final Instant start;
    private final Instant deadline;
    private final Duration patience;
    private final @Nullable Instant sentSince;
    private final Runnable heartbeat;
    private boolean maybeSent;
    private int calls;
    private int failures;

    /**
     * Prepares an attempt.
     *
     * @param sentSince when the batch was written down, if another attempt may have sent it since; null for a new batch
     * @param heartbeat run before each call and every few seconds of waiting; what it throws ends the attempt
     */
    Attempt(
            InvalidationSubmitter submitter,
            InvalidationBatch batch,
            @Nullable Instant sentSince,
            Duration patience,
            Runnable heartbeat) {
        this.patience = patience;
        this.submitter = submitter;
        this.batch = batch;
        this.settings = submitter.settings();
        this.start = settings.clock.instant();
        this.deadline = start.plus(patience);
        this.maybeSent = sentSince != null;
        this.sentSince = sentSince;
        this.heartbeat = heartbeat;
    }

    BatchResult run() {
        try {
            return untilAccepted();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted while waiting; submit again", true, e);
        } finally {
            submitter.room().leave(batch);
        }
    }

    private BatchResult untilAccepted() throws InterruptedException {
        while (true) {
            CdnException failure;
            try {
                if (maybeSent) {
                    Optional<Invalidation> found = find();
                    if (found.isPresent()) {
                        return accepted(found.get(), 0);
                    }
                    maybeSent = false;
                }
                submitter.learnOnce(batch.distribution());
                if (!submitter.room().enter(batch, deadline, this::pause)) {
                    throw failed("no room beside the invalidations in progress; submit again", true, null);
                }
                Duration turn = submitter.load().book(batch, settings.clock.instant());
                if (!turn.isZero()) {
                    pause(turn);
                }
                heartbeat.run();
                calls++;
                return accepted(submitter.cdn().submit(batch), calls);
            } catch (CdnException e) {
                switch (e.reason()) {
                    case REFERENCE_USED -> {
                        return accepted(foundAtLast(e), 0);
                    }
                    case INVALID, TOO_LARGE -> {
                        return apart(e);
                    }
                    case OUTCOME_UNKNOWN -> maybeSent = true;
                    case BUSY, THROTTLED, UNAVAILABLE -> {}
                    default -> throw failed("the CDN refuses: " + e.getMessage(), false, e);
                }
                failure = e;
            }
            waitAfter(failure);
        }
    }

    private void pause(Duration duration) throws InterruptedException {
        Duration left = duration;
        while (left.compareTo(HEARTBEAT) > 0) {
            settings.pause.waitFor(HEARTBEAT);
            heartbeat.run();
            left = left.minus(HEARTBEAT);
        }
        settings.pause.waitFor(left);
    }

    private void waitAfter(CdnException failure) throws InterruptedException {
        submitter.room().leave(batch);
        failures++;
        Duration delay = settings.backoff.after(failures, settings.random);
        if (settings.clock.instant().plus(delay).isAfter(deadline)) {
            throw failed(
                    "gave up after " + calls + " calls in " + patience + ": " + failure.getMessage(), true, failure);
        }
        settings.listener.retrying(batch.distribution(), failure, delay);
        pause(delay);
    }

    /** Looks through what the CDN has accepted since the first attempt, with a margin for clocks that differ. */
    private Optional<Invalidation> find() {
        Instant since = (sentSince == null ? start : sentSince).minus(CLOCK_DIFFERENCE);
        try {
            return submitter.history().find(batch, since, READS_OF_A_QUICK_SEARCH, heartbeat);
        } catch (CdnException e) {
            if (e.reason() != CdnException.Reason.DENIED) {
                throw e;
            }
            // Whoever may not look must rely on the CDN's memory of caller references, which refuses a second time.
            return Optional.empty();
        }
    }

    /** Looks for a batch whose reference the CDN knows, however long ago it was accepted. */
    private Invalidation foundAtLast(CdnException e) throws InterruptedException {
        while (true) {
            try {
                return submitter
                        .history()
                        .find(batch, Instant.MIN, READS_OF_A_LONG_SEARCH, heartbeat)
                        .orElseThrow(() -> failed(
                                "the caller reference belongs to a batch with other paths, or one too old to be found; use"
                                        + " another discriminator",
                                false,
                                e));
            } catch (CdnException refused) {
                if (refused.reason().repeatable()) {
                    waitAfter(refused);
                    continue;
                }
                throw failed(
                        "the CDN has accepted it before, and does not say under which ID: " + refused.getMessage(),
                        false,
                        refused);
            }
        }
    }

    private BatchResult accepted(Invalidation invalidation, int attempts) {
        submitter.history().remember(batch.distribution(), invalidation);
        submitter.room().accepted(batch, invalidation);
        settings.listener.submitted(batch.distribution(), invalidation, attempts);
        return BatchResult.of(invalidation);
    }

    /** Sends the halves of a batch that cannot be accepted whole; down to a single item, which is then known to be bad. */
    private BatchResult apart(CdnException failure) {
        submitter.room().leave(batch);
        if (batch.quantity() == 1) {
            RejectedItem rejected = new RejectedItem(batch.items().get(0), String.valueOf(failure.getMessage()));
            settings.listener.rejected(batch.distribution(), rejected);
            return new BatchResult(List.of(), List.of(rejected));
        }
        List<InvalidationBatch> halves = BatchSplitter.halves(batch);
        BatchResult first;
        try {
            first = new Attempt(submitter, halves.get(0), sentSince, patience, heartbeat).run();
        } catch (SubmissionException e) {
            List<InvalidationBatch> open = new ArrayList<>(e.open());
            open.add(halves.get(1));
            throw new SubmissionException(String.valueOf(e.getMessage()), e.done(), open, e.retryable(), e);
        }
        try {
            return first.and(new Attempt(submitter, halves.get(1), sentSince, patience, heartbeat).run());
        } catch (SubmissionException e) {
            throw new SubmissionException(
                    String.valueOf(e.getMessage()), first.and(e.done()), e.open(), e.retryable(), e);
        }
    }

    private SubmissionException failed(String message, boolean retryable, @Nullable Throwable cause) {
        return new SubmissionException(
                "batch of " + batch.quantity() + " items for " + batch.distribution() + ", caller reference "
                        + batch.reference() + ": " + message,
                BatchResult.empty(),
                List.of(batch),
                retryable,
                cause);
    }
}

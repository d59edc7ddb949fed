package io.purgewise.cdn;

import io.purgewise.cdn.DrainReport.FinishedDrain;
import io.purgewise.cdn.DrainReport.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Drains again and again, until what waits is accepted or the thread is told to stop. Immutable and thread-safe. */
final class DrainLoop {

    private static final System.Logger LOG = System.getLogger(DrainLoop.class.getName());
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration FLUSH_POLL = Duration.ofMillis(250);

    private final OutboxDrainer drainer;
    private final DrainParts parts;

    DrainLoop(OutboxDrainer drainer, DrainParts parts) {
        this.drainer = drainer;
        this.parts = parts;
    }

    /** Returns whether all that waited at the start was accepted in time. */
    boolean flush(Duration timeout) throws InterruptedException {
        Instant deadline = parts.now().plus(timeout);
        Optional<Set<EntryKey>> before = Optional.empty();
        List<FinishedDrain> finished = new ArrayList<>();
        boolean askDebtors = true;
        while (true) {
            DrainReport report = drainer.round(false, askDebtors);
            askDebtors &= report.outcome() == Outcome.BUSY;
            finished.addAll(report.finished());
            if (report.outcome() == Outcome.EMPTY) {
                return orThrow(true, finished);
            }
            if (report.outcome() == Outcome.DEFERRED || report.outcome() == Outcome.REFUSED) {
                return orThrow(false, finished);
            }
            if (before.isEmpty()) {
                before = Optional.of(new HashSet<>(parts.outbox().keys()));
            } else if (parts.outbox().keys().stream().noneMatch(before.get()::contains)) {
                return orThrow(true, finished);
            }
            if (!parts.now().isBefore(deadline)) {
                return orThrow(false, finished);
            }
            pause(FLUSH_POLL);
        }
    }

    private static boolean orThrow(boolean accepted, List<FinishedDrain> finished) {
        OutboxDrainer.orThrow(new DrainReport(Outcome.EMPTY, finished, 0));
        return accepted;
    }

    void runUntilInterrupted() {
        int failures = 0;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Duration delay = POLL;
                try {
                    drainer.drainWhenDue();
                    failures = 0;
                } catch (RuntimeException e) {
                    failures++;
                    InvalidationSubmitter.Builder settings = parts.submitter().settings();
                    delay = settings.backoff.after(failures, settings.random);
                    LOG.log(System.Logger.Level.WARNING, "draining failed and will be tried again in " + delay, e);
                }
                pause(delay);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void pause(Duration duration) throws InterruptedException {
        parts.submitter().settings().pause.waitFor(duration);
    }
}

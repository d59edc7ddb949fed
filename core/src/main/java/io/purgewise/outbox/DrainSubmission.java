package io.purgewise.outbox;

import io.purgewise.StoreAccessException;
import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.Cleared;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.DrainReport.Finished;
import io.purgewise.outbox.DrainReport.Outcome;
import io.purgewise.revalidate.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Submits a drain that is written down, notes what is accepted as it is accepted, and closes the drain when all of it is. Used by
 * one thread, once.
 */
final class DrainSubmission implements InvalidationSubmitter.Progress {

    private static final System.Logger LOG = System.getLogger(OutboxDrainer.class.getName());

    /** How long one submission may wait for the distribution before it is seen whether it gets on. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Lane lane;
    private final Outbox.Lease lease;
    private final Heartbeat heartbeat;
    private final Outbox.Drain drain;
    private final Refusals refusals;
    private final TurnLog log;

    DrainSubmission(
            Lane lane, Outbox.Lease lease, Heartbeat heartbeat, Outbox.Drain drain, Refusals refusals, TurnLog log) {
        this.lane = lane;
        this.lease = lease;
        this.heartbeat = heartbeat;
        this.drain = drain;
        this.refusals = refusals;
        this.log = log;
    }

    /** Submits a drain that was written down just now. */
    Optional<TurnEnd> start(List<String> reasons, Duration until) {
        return submit(drain.batches(), null, reasons, until);
    }

    /** Submits what of a drain is not known to be accepted; it may have been sent all the same. */
    Optional<TurnEnd> resume(Set<CallerReference> accepted, Duration until) {
        List<InvalidationBatch> open = drain.batches().stream()
                .filter(batch -> !accepted.contains(batch.reference()))
                .toList();
        return submit(open, drain.writtenAt(), List.of(), until);
    }

    /** Returns why the drain stays open, or empty if it is closed. */
    private Optional<TurnEnd> submit(
            List<InvalidationBatch> batches, @Nullable Instant maybeSentSince, List<String> reasons, Duration until) {
        List<Invalidation> accepted = new ArrayList<>();
        List<InvalidationBatch> open = batches;
        Instant since = maybeSentSince;
        while (!open.isEmpty()) {
            Duration left = lane.time.until(until);
            if (left.isZero()) {
                return Optional.of(TurnEnd.outOfTime(open.size() + " batches are open"));
            }
            Cleared cleared = lane.clearing.submit(open, since, left.compareTo(PATIENCE) < 0 ? left : PATIENCE, this);
            accepted.addAll(cleared.accepted());
            refusals.addRejected(cleared.rejected());
            CdnException stoppedBy = cleared.stoppedBy();
            boolean getsOn = !cleared.accepted().isEmpty()
                    || !cleared.unidentified().isEmpty()
                    || !cleared.rejected().isEmpty();
            if (stoppedBy != null && stoppedBy.reason() == CdnException.Reason.TAGS_NOT_READ) {
                acceptAnew(stoppedBy);
                return Optional.empty();
            }
            if (stoppedBy != null && !getsOn) {
                return Optional.of(stopped(stoppedBy));
            }
            open = cleared.open();
            since = drain.writtenAt();
        }
        List<DeadLetter> dead = refusals.letters(heartbeat);
        lane.outbox.close(lease, drain, dead);
        log.finished(new Finished(drain.id(), drain.entries(), accepted, reasons), dead);
        return Optional.empty();
    }

    /**
     * Has changes whose tags nobody reads any more wait anew, to be planned by path, and closes their drain. Killed in between, the
     * drain is open still, and the same is done again under the same keys.
     */
    private void acceptAnew(CdnException notRead) {
        Map<Change, OutboxEntry> anew = new LinkedHashMap<>();
        for (OutboxEntry entry : drain.entries()) {
            OutboxEntry.Key key = OutboxEntry.Key.of("anew-" + drain.id(), entry.change());
            // A millisecond earlier, so that whoever waits for the newest of these entries waits for all of them still.
            anew.putIfAbsent(
                    entry.change(),
                    new OutboxEntry(key, entry.change(), entry.acceptedAt().minusMillis(1)));
        }
        lane.outbox.append(anew.values(), Set.of(lane.id()));
        List<DeadLetter> dead = refusals.letters(heartbeat);
        lane.outbox.close(lease, drain, dead);
        lane.marks.failed(drain.entries());
        log.acceptedAnew();
        log.died(dead);
        String reason = drain.entries().size() + " changes are planned anew, by path: " + notRead.getMessage();
        lane.listeners.tell(listener -> listener.widened(lane.id(), Clearing.Escalation.NONE, List.of(reason)));
    }

    private TurnEnd stopped(CdnException stoppedBy) {
        String reason = String.valueOf(stoppedBy.getMessage());
        Duration delay = stoppedBy.reason().repeatable()
                ? lane.retry().soon(reason)
                : lane.retry().seldom(reason);
        return log.waiting(Outcome.WAITING, reason, delay);
    }

    @Override
    public void alive() {
        heartbeat.run();
    }

    @Override
    public void accepted(InvalidationBatch batch, Invalidation invalidation) {
        // A part of a batch that was sent apart does not make the whole batch accepted.
        if (invalidation.callerReference().equals(batch.reference())) {
            note(batch);
        }
        heartbeat.run();
    }

    private void note(InvalidationBatch batch) {
        try {
            lane.outbox.accepted(lease, drain, batch.reference());
        } catch (StoreAccessException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "an accepted batch was not noted; if this process dies now, it is found in the CDN's history",
                    e);
        }
    }
}

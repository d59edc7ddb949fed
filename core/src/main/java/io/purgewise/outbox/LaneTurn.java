package io.purgewise.outbox;

import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.Planned;
import io.purgewise.cdn.Wanted;
import io.purgewise.internal.Interrupts;
import io.purgewise.outbox.DrainReport.Finished;
import io.purgewise.outbox.DrainReport.OfLane;
import io.purgewise.outbox.DrainReport.Outcome;
import io.purgewise.revalidate.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Does what the holder of a lane's lease does: finishes the drain that was left open, and then takes what waits through all steps,
 * with the plan written down before anything of it is sent. Used by one thread, once.
 */
final class LaneTurn {

    /** A budget may be raised before its month is over. */
    private static final Duration LONGEST_DEFERRAL = Duration.ofMinutes(10);

    private final Lane lane;
    private final Outbox outbox;
    private final Outbox.Lease lease;
    private final Heartbeat heartbeat;
    private final TurnLog log;
    private final Duration callEnds;
    private final Duration turnEnds;
    private final String newest;

    /** Changes that failed in this turn for a reason that may pass. */
    private final Set<OutboxEntry.Key> failing = new HashSet<>();

    private String whyFailing = "";

    /**
     * Starts a turn.
     *
     * @param callEnds when the call ends for which this turn is; nothing is waited for beyond it
     * @param newest the newest entry that is meant; what came later need not be taken
     */
    LaneTurn(Lane lane, Outbox.Lease lease, Duration callEnds, String newest) {
        this.lane = lane;
        this.outbox = lane.outbox;
        this.lease = lease;
        this.heartbeat = new Heartbeat(outbox, lease, lane.time);
        this.log = new TurnLog(lane);
        Duration ownEnd = lane.time.elapsed().plus(lane.turnTime);
        this.callEnds = callEnds;
        this.turnEnds = ownEnd.compareTo(callEnds) < 0 ? ownEnd : callEnds;
        this.newest = newest;
    }

    /** Drains; what a store throws is in the report, beside what was done before. */
    OfLane run() {
        if (lane.leaseKeeper != null) {
            heartbeat.keepOn(lane.leaseKeeper, lane.ambient.pause());
        }
        try {
            return log.report(work());
        } catch (LeaseLostException e) {
            lane.listeners.tell(listener -> listener.leaseLost(e));
            String reason = String.valueOf(e.getMessage());
            return log.report(new TurnEnd(Outcome.HELD_ELSEWHERE, reason, Duration.ofSeconds(1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return log.report(TurnEnd.outOfTime("the thread was told to stop"));
        } catch (Exception e) {
            Interrupts.keep(e);
            String reason = lane.failed(e);
            return log.report(new TurnEnd(Outcome.FAILED, reason, lane.retry().left()));
        } finally {
            heartbeat.end();
        }
    }

    private TurnEnd work() throws InterruptedException {
        Optional<TurnEnd> blocked = finishOpenDrain();
        if (blocked.isPresent()) {
            return blocked.get();
        }
        while (true) {
            Outbox.Contents contents = outbox.read(lease, lane.policy.maxEntries() + failing.size());
            log.died(contents.unreadable());
            List<OutboxEntry> entries = contents.entries().stream()
                    .filter(entry -> !failing.contains(entry.key()))
                    .toList();
            if (!entries.isEmpty()) {
                Optional<TurnEnd> end = carryThrough(entries, contents.more());
                if (end.isPresent()) {
                    return end.get();
                }
            }
            boolean toTheEnd = !contents.more() && !log.planAnew();
            if (entries.isEmpty() || toTheEnd || lane.isPast(newest)) {
                return allTaken();
            }
            if (lane.time.elapsed().compareTo(turnEnds) >= 0) {
                return TurnEnd.outOfTime("more waits");
            }
        }
    }

    private Optional<TurnEnd> finishOpenDrain() {
        Optional<Outbox.OpenDrain> open = outbox.openDrain(lease);
        if (open.isEmpty()) {
            return Optional.empty();
        }
        Outbox.Drain drain = open.get().drain();
        Refusals refusals = new Refusals(lane, drain, Map.of(), Map.of());
        Optional<TurnEnd> end = new DrainSubmission(lane, lease, heartbeat, drain, refusals, log)
                .resume(open.get().accepted(), turnEnds);
        if (end.isPresent()) {
            new BlockedLane(lane, lease, heartbeat).shorten(drain);
        }
        return end;
    }

    private TurnEnd allTaken() {
        if (!failing.isEmpty()) {
            return log.waiting(Outcome.WAITING, whyFailing, lane.retry().soon(whyFailing));
        }
        lane.retry().done();
        lane.backlog.caughtUp();
        return new TurnEnd(Outcome.EMPTY, "", Duration.ZERO);
    }

    private Optional<TurnEnd> carryThrough(List<OutboxEntry> entries, boolean more) throws InterruptedException {
        // The other lanes have to wait for the same, so a turn may last longer for it.
        Optional<Map<OutboxEntry, Receipt.OfChange>> marked = lane.marks.prepare(entries, heartbeat, callEnds);
        if (marked.isEmpty()) {
            String reason = "the caches settle only after the call's time";
            return Optional.of(new TurnEnd(Outcome.OUT_OF_TIME, reason, lane.marks.settlingTime(entries)));
        }
        Triage triage = new Triage(lane.id(), lane.ambient.clock().instant(), lane.policy);
        marked.get().forEach(triage::add);
        log.notDone(triage.problems);
        lane.marks.failed(triage.toRepeat);
        triage.toRepeat.forEach(entry -> failing.add(entry.key()));
        whyFailing = triage.whyRepeated().orElse(whyFailing);
        if (!triage.toRemove.isEmpty()) {
            remove(triage);
        }
        long backlog = more ? outbox.size(lane.id(), lane.policy.countedEntries()) : entries.size();
        Clearing.Escalation escalation = lane.policy.escalation(backlog, lane.backlog.age());
        if (escalation != Clearing.Escalation.NONE) {
            String reason = backlog + " changes or more wait, and the lane was not empty for " + lane.backlog.age();
            lane.listeners.tell(listener -> listener.widened(lane.id(), escalation, List.of(reason)));
        }
        while (!triage.toClear.isEmpty()) {
            heartbeat.run();
            Optional<TurnEnd> end = clear(triage, escalation);
            if (end.isPresent()) {
                return end;
            }
        }
        return Optional.empty();
    }

    /** Removes what needs no clearing. */
    private void remove(Triage triage) {
        List<DeadLetter> dead = triage.toRemove.stream()
                .map(triage.dead::get)
                .filter(Objects::nonNull)
                .toList();
        outbox.remove(lease, triage.toRemove, dead);
        log.finished(new Finished("", triage.toRemove, List.of(), List.of()), dead);
    }

    /** Clears as many changes as the budget reaches for, the oldest first. */
    private Optional<TurnEnd> clear(Triage triage, Clearing.Escalation escalation) {
        Instant now = lane.ambient.clock().instant();
        String id = OutboxEntry.Key.random(lane.ambient.random()).value();
        List<OutboxEntry> all = List.copyOf(triage.toClear.keySet());
        List<Wanted> wanted = triage.toClear.values().stream()
                .map(receipt -> receipt.wantedAt(lane.id()))
                .toList();
        Planned planned = lane.clearing.plan(wanted, escalation, id);
        heartbeat.run();
        if (postpone(triage, planned)) {
            return Optional.empty();
        }
        if (planned.taken() > 0) {
            Outbox.Drain drain =
                    new Outbox.Drain(id, lane.id(), now, all.subList(0, planned.taken()), planned.batches());
            Refusals refusals = new Refusals(lane, drain, triage.toClear, triage.dead);
            refusals.addLeft(planned.left());
            drain.entries().forEach(triage.toClear::remove);
            outbox.open(lease, drain);
            tell(drain, planned, escalation);
            Optional<TurnEnd> end = new DrainSubmission(lane, lease, heartbeat, drain, refusals, log)
                    .start(planned.reasons(), turnEnds);
            if (end.isPresent()) {
                return end;
            }
            log.finished(id).ifPresent(finished -> lane.look(drain, wanted.subList(0, planned.taken()), finished));
        }
        return planned.waiting().map(this::deferred);
    }

    /** Leaves changes for later that can be cleared by nothing but a tag of which it is not known now whether it is read. */
    private boolean postpone(Triage triage, Planned planned) {
        Map<String, String> later = new HashMap<>();
        planned.left().stream().filter(Planned.Left::repeatable).forEach(each -> later.put(each.item(), each.reason()));
        List<OutboxEntry> waiting = triage.toClear.entrySet().stream()
                .filter(each -> triage.isTriedAgain(each.getKey()))
                .filter(each -> each.getValue().wantedAt(lane.id()).tags().keySet().stream()
                        .anyMatch(tag -> later.containsKey(tag.spelling())))
                .map(Map.Entry::getKey)
                .toList();
        for (OutboxEntry entry : waiting) {
            triage.toClear.remove(entry);
            failing.add(entry.key());
            whyFailing = String.join("; ", new TreeSet<>(later.values()));
        }
        return !waiting.isEmpty();
    }

    private void tell(Outbox.Drain drain, Planned planned, Clearing.Escalation escalation) {
        lane.listeners.tell(listener -> listener.planned(drain, planned.plan()));
        if (!planned.reasons().isEmpty()) {
            lane.listeners.tell(listener -> listener.widened(lane.id(), escalation, planned.reasons()));
        }
    }

    private TurnEnd deferred(Planned.Deferral deferral) {
        Duration wait = Duration.between(lane.ambient.clock().instant(), deferral.until());
        lane.retry().stayAwayFor(wait.compareTo(LONGEST_DEFERRAL) < 0 ? wait : LONGEST_DEFERRAL, deferral.reason());
        return log.waiting(Outcome.DEFERRED, deferral.reason(), lane.retry().left());
    }
}

package io.purgewise.cdn;

import io.purgewise.cdn.DrainReport.FinishedDrain;
import io.purgewise.cdn.DrainReport.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Does what the holder of the lease does: finishes the drain that was left open, pays what can be paid of what distributions
 * are owed, and then, as long as there are changes that are due, reads them, plans, writes the plan down and finishes it. Used
 * by one thread, once.
 */
final class DrainRound {

    private final DrainParts parts;
    private final Outbox outbox;
    private final Lease lease;
    private final List<FinishedDrain> finished = new ArrayList<>();

    DrainRound(DrainParts parts, Lease lease) {
        this.parts = parts;
        this.outbox = parts.outbox();
        this.lease = lease;
    }

    /**
     * Drains.
     *
     * @param onlyWhenDue whether to wait for the end of a burst
     * @param askDebtors whether to ask distributions that refused again before their time
     * @throws SubmissionException if a batch could not be submitted, and may be later; its drain stays open
     */
    DrainReport run(boolean onlyWhenDue, boolean askDebtors) {
        Optional<Drain> open = outbox.openDrain(lease);
        if (open.isPresent()) {
            finish(open.get(), true, List.of());
        }
        Set<DistributionId> inDebt = new Repayment(parts, lease, this).run(askDebtors);
        while (true) {
            OutboxContents contents = outbox.read(lease, parts.policy().maxEntries());
            contents.poisoned().forEach(parts.listener()::poisoned);
            List<OutboxEntry> entries = contents.entries();
            Instant now = parts.now();
            Sightings sightings = parts.sightings();
            sightings.see(entries, now);
            if (!contents.more()) {
                sightings.retain(entries);
            }
            if (entries.isEmpty()) {
                return report(Outcome.EMPTY, 0);
            }
            List<OutboxEntry> settled = sightings.settled(entries, now);
            if (settled.isEmpty() || (onlyWhenDue && !sightings.burstIsOver(entries, parts.policy(), now))) {
                return report(Outcome.NOT_DUE, entries.size());
            }
            if (inDebt.containsAll(parts.distributions())) {
                return report(Outcome.REFUSED, entries.size());
            }
            long waiting = contents.more() ? outbox.size() : entries.size();
            Duration age = Duration.between(sightings.oldest(settled, now), now);
            List<String> widened = new ArrayList<>();
            Optional<Drain> drain = parts.planning().plan(newDrainId(), settled, waiting, age, inDebt, now, widened);
            if (drain.isEmpty()) {
                return report(Outcome.DEFERRED, entries.size());
            }
            outbox.open(lease, drain.get());
            inDebt.addAll(finish(drain.get(), false, widened).refusedBy().keySet());
        }
    }

    /** Returns what was done as far as it went. */
    DrainReport report(Outcome outcome, int waiting) {
        return new DrainReport(outcome, finished, waiting);
    }

    /** Brings a drain that is written down to its end. */
    FinishedDrain finish(Drain drain, boolean maybeSent, List<String> widened) {
        FinishedDrain done =
                new DrainFinish(outbox, lease, drain, parts.submitter(), parts.ledger()).run(maybeSent, widened);
        finished.add(done);
        parts.sightings().forget(drain.entries());
        parts.backlog().removed(drain.entries().size());
        done.refusedBy().keySet().forEach(each -> parts.repayments().refused(each, parts.now()));
        return done;
    }

    /** Tells whether a distribution has refused something in this round, so that it need not be asked again. */
    boolean hasRefused(DistributionId distribution) {
        return finished.stream().anyMatch(each -> each.refusedBy().containsKey(distribution));
    }

    /** Makes an ID that no other drain ever has: a second drain of the same items must not pass for the first. */
    String newDrainId() {
        return String.format(
                Locale.ROOT,
                "d%x-%d-%016x",
                parts.now().toEpochMilli(),
                lease.token(),
                parts.submitter().settings().random.nextLong());
    }
}

package io.purgewise.outbox;

import io.purgewise.cdn.DistributionId;
import io.purgewise.revalidate.Problem;
import io.purgewise.revalidate.Receipt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells marked changes apart: those that have something to clear, those that are done with, those that die, and those that are
 * tried again. Used by one thread, once.
 */
final class Triage {

    /** What has to be cleared, by entry. */
    final Map<OutboxEntry, Receipt.OfChange> toClear = new LinkedHashMap<>();

    /** Entries that need no clearing: a tag that no page carries, a page that nobody knows. */
    final List<OutboxEntry> toRemove = new ArrayList<>();

    /** Entries that failed for a reason that may pass. */
    final List<OutboxEntry> toRepeat = new ArrayList<>();

    /** What dies, by entry; it may have something to clear all the same. */
    final Map<OutboxEntry, DeadLetter> dead = new LinkedHashMap<>();

    /** What was not done for changes that go on all the same. */
    final List<Problem> problems = new ArrayList<>();

    private final DistributionId lane;
    private final Instant now;
    private final Instant giveUpBefore;

    Triage(DistributionId lane, Instant now, DrainPolicy policy) {
        this.lane = lane;
        this.now = now;
        this.giveUpBefore = now.minus(policy.giveUpAfter());
    }

    void add(OutboxEntry entry, Receipt.OfChange receipt) {
        List<Problem> grave = new ArrayList<>();
        for (Problem problem : receipt.problems()) {
            // A page that is not rendered was marked and is cleared: its next visitor waits, and nobody sees the old
            // one.
            (problem.kind() == Problem.Kind.NOT_RENDERED ? problems : grave).add(problem);
        }
        boolean mayPass = !grave.isEmpty() && grave.stream().allMatch(Problem::repeatable);
        if (mayPass && isTriedAgain(entry)) {
            toRepeat.add(entry);
            problems.addAll(grave);
            return;
        }
        if (!grave.isEmpty()) {
            String since = mayPass ? "tried since " + entry.acceptedAt() + " and given up: " : "";
            String more = grave.size() == 1 ? "" : " (and " + (grave.size() - 1) + " more)";
            dead.put(
                    entry,
                    new DeadLetter(
                            lane,
                            entry.change().toString(),
                            since + grave.get(0).message() + more,
                            now,
                            true));
        }
        if (receipt.wantedAt(lane).isEmpty()) {
            toRemove.add(entry);
        } else {
            toClear.put(entry, receipt);
        }
    }

    /** Tells whether a change that fails for a reason that may pass is young enough to be tried again. */
    boolean isTriedAgain(OutboxEntry entry) {
        return entry.acceptedAt().isAfter(giveUpBefore);
    }

    /** Says why changes are tried again. */
    Optional<String> whyRepeated() {
        return toRepeat.isEmpty()
                ? Optional.empty()
                : Optional.of(toRepeat.size() + " changes could not be marked and are tried again: "
                        + problems.get(problems.size() - 1));
    }
}

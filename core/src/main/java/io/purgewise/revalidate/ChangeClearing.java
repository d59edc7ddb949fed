package io.purgewise.revalidate;

import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.Cleared;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.Planned;
import io.purgewise.cdn.Wanted;
import io.purgewise.revalidate.Receipt.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Clears marked changes at one distribution: plans, submits, and puts what was not done into words. Immutable and thread-safe.
 *
 * @param clearing the distribution
 */
record ChangeClearing(Clearing clearing) {

    private static final Cleared NOTHING = new Cleared(List.of(), List.of(), List.of(), List.of(), null);

    /** Plans what the changes need here and sends nothing. */
    Submission plan(List<Receipt.OfChange> changes, String id) {
        List<Wanted> wanted = new ArrayList<>();
        List<Receipt.OfChange> concerned = new ArrayList<>();
        for (Receipt.OfChange change : changes) {
            Wanted here = change.wantedAt(clearing.distribution());
            if (!here.isEmpty()) {
                wanted.add(here);
                concerned.add(change);
            }
        }
        Planned planned = clearing.plan(wanted, Clearing.Escalation.NONE, id);
        return new Submission(clearing.distribution(), planned, NOTHING, problemsOf(planned, concerned));
    }

    private List<Problem> problemsOf(Planned planned, List<Receipt.OfChange> concerned) {
        List<Problem> problems = new ArrayList<>();
        planned.left()
                .forEach(left -> problems.add(new Problem(
                        Problem.Kind.NOT_CLEARED,
                        "item " + left.item() + " at " + clearing.distribution(),
                        left.reason(),
                        left.repeatable())));
        planned.waiting()
                .ifPresent(deferral -> concerned.stream()
                        .skip(planned.taken())
                        .forEach(change -> problems.add(new Problem(
                                Problem.Kind.BUSY,
                                change.change() + " at " + clearing.distribution(),
                                "marked, but not cleared: " + deferral.reason(),
                                true))));
        return problems;
    }

    /** Sends what was planned, for the first time. */
    Submission submit(Submission planned, Duration deadline) {
        return with(planned, clearing.submit(planned.planned().batches(), deadline));
    }

    /** Sends again what is open after a first attempt. */
    Submission submitRest(Submission planned, Submission first, Instant firstSent, Duration deadline) {
        Cleared earlier = first.cleared();
        Cleared later = clearing.submit(earlier.open(), firstSent, deadline, InvalidationSubmitter.Progress.NONE);
        List<Invalidation> accepted = new ArrayList<>(earlier.accepted());
        accepted.addAll(later.accepted());
        List<Cleared.Rejected> rejected = new ArrayList<>(earlier.rejected());
        rejected.addAll(later.rejected());
        List<InvalidationBatch> unidentified = new ArrayList<>(earlier.unidentified());
        unidentified.addAll(later.unidentified());
        return with(planned, new Cleared(accepted, rejected, unidentified, later.open(), later.stoppedBy()));
    }

    private Submission with(Submission planned, Cleared cleared) {
        List<Problem> problems = new ArrayList<>(planned.problems());
        cleared.rejected()
                .forEach(rejected -> problems.add(new Problem(
                        Problem.Kind.NOT_CLEARED,
                        "item " + rejected.item().spelling() + " at " + clearing.distribution(),
                        rejected.reason(),
                        false)));
        cleared.unidentified()
                .forEach(batch -> problems.add(new Problem(
                        Problem.Kind.NOT_CLEARED,
                        "batch " + batch.reference() + " at " + clearing.distribution(),
                        "the CDN says that it has taken this before, but shows no trace of it, so nobody can tell when it is"
                                + " cleared",
                        true)));
        if (!cleared.open().isEmpty()) {
            CdnException stop = Objects.requireNonNull(cleared.stoppedBy());
            boolean repeatable = stop.reason().repeatable();
            cleared.open()
                    .forEach(batch -> problems.add(new Problem(
                            repeatable ? Problem.Kind.BUSY : Problem.Kind.NOT_CLEARED,
                            "batch " + batch.reference() + " at " + clearing.distribution(),
                            Problem.messageOf(stop),
                            repeatable)));
        }
        return new Submission(clearing.distribution(), planned.planned(), cleared, problems);
    }
}

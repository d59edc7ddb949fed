package io.purgewise.revalidate;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.internal.Interrupts;
import io.purgewise.revalidate.Receipt.Submission;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the last step of a call: clears marked changes at every distribution. Immutable and thread-safe.
 *
 * @param clearings the distributions
 * @param deadline how long each of them is tried at the most
 */
record ClearingStep(List<Clearing> clearings, Duration deadline) {

    private static final System.Logger LOG = System.getLogger(ClearingStep.class.getName());

    /** How long a distribution is tried before the next one has its turn, if there are several. */
    private static final Duration FIRST_TURN = Duration.ofSeconds(5);

    /**
     * Holds what became of changes at all distributions.
     *
     * @param submissions those of the distributions that had something to clear
     * @param problems what went wrong beside them
     */
    record Outcome(List<Submission> submissions, List<Problem> problems) {

        /** Lists what was not done for changes: what is known of each of them, then of each distribution, then these problems. */
        List<Problem> problemsWith(List<Receipt.OfChange> changes) {
            List<Problem> all = new ArrayList<>();
            changes.forEach(change -> all.addAll(change.problems()));
            submissions.forEach(submission -> all.addAll(submission.problems()));
            all.addAll(problems);
            return List.copyOf(all);
        }
    }

    /** Plans, and sends nothing. */
    Outcome plan(List<Receipt.OfChange> changes) {
        List<Submission> plans = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        // The time alone would not tell apart two instances that clear the same page in the same millisecond.
        Ambient ambient = clearings.get(0).ambient();
        String id = ambient.clock().instant() + "/"
                + Long.toHexString(ambient.random().nextLong());
        for (Clearing clearing : clearings) {
            try {
                Submission plan = new ChangeClearing(clearing).plan(changes, id);
                if (!plan.planned().batches().isEmpty() || !plan.problems().isEmpty()) {
                    plans.add(plan);
                }
            } catch (Exception failure) {
                Interrupts.keep(failure);
                problems.add(notCleared(clearing, failure));
            }
        }
        return new Outcome(plans, problems);
    }

    /**
     * Plans and submits. A distribution that is busy holds up the others for a few seconds at the most: what it does not take
     * at once is tried again when each has had its turn.
     */
    Outcome submit(List<Receipt.OfChange> changes) {
        Outcome plans = plan(changes);
        List<Problem> problems = new ArrayList<>(plans.problems());
        List<Submission> submissions = new ArrayList<>();
        boolean turns = plans.submissions().size() > 1 && deadline.compareTo(FIRST_TURN) > 0;
        Instant start = clearings.get(0).ambient().clock().instant();
        for (Submission plan : plans.submissions()) {
            Clearing clearing = clearing(plan);
            try {
                submissions.add(new ChangeClearing(clearing).submit(plan, turns ? FIRST_TURN : deadline));
            } catch (Exception failure) {
                Interrupts.keep(failure);
                submissions.add(plan);
                problems.add(notCleared(clearing, failure));
            }
        }
        if (turns) {
            for (int i = 0; i < submissions.size(); i++) {
                Submission first = submissions.get(i);
                if (!first.cleared().open().isEmpty()) {
                    submissions.set(
                            i,
                            new ChangeClearing(clearing(first))
                                    .submitRest(plans.submissions().get(i), first, start, deadline.minus(FIRST_TURN)));
                }
            }
        }
        return new Outcome(submissions, problems);
    }

    private Clearing clearing(Submission submission) {
        return clearings.stream()
                .filter(each -> each.distribution().equals(submission.distribution()))
                .findFirst()
                .orElseThrow();
    }

    private static Problem notCleared(Clearing clearing, Exception failure) {
        LOG.log(Level.WARNING, clearing.distribution() + " could not be cleared", failure);
        return Problem.of(Problem.Kind.NOT_CLEARED, "distribution " + clearing.distribution(), failure);
    }
}

package io.purgewise.revalidate;

import io.purgewise.plan.InvalidationPlan;
import io.purgewise.revalidate.Receipt.Submission;
import java.util.List;
import java.util.Optional;

/** Says what a revalidation of some changes would do; nothing was written or sent. Instances are immutable and thread-safe. */
public final class Preview {

    private final List<Receipt.OfChange> changes;
    private final List<Submission> submissions;
    private final List<Problem> problems;

    Preview(List<Receipt.OfChange> changes, ClearingStep.Outcome outcome) {
        this.changes = List.copyOf(changes);
        this.submissions = List.copyOf(outcome.submissions());
        this.problems = outcome.problemsWith(changes);
    }

    /**
     * {@return what would be done for each change, in their order; the outcome of each mark is {@code PLANNED}}
     */
    public List<Receipt.OfChange> changes() {
        return changes;
    }

    /**
     * {@return the plan for the first distribution (those of the others are in {@link #submissions}); empty if there is
     * nothing to clear}
     */
    public Optional<InvalidationPlan> plan() {
        return submissions.stream()
                .findFirst()
                .map(submission -> submission.planned().plan());
    }

    /** {@return what would be sent to each distribution that has something to clear} */
    public List<Submission> submissions() {
        return submissions;
    }

    /** {@return what could not be done; empty if all could be} */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * Throws if something could not be done.
     *
     * @return this preview
     * @throws IncompleteRevalidationException if there is a problem; it carries no receipt
     */
    public Preview orThrow() {
        if (!problems.isEmpty()) {
            throw new IncompleteRevalidationException(problems, null);
        }
        return this;
    }

    /** Returns what would be done in one line. */
    @Override
    public String toString() {
        return "would " + Summary.of(changes, submissions, problems);
    }
}

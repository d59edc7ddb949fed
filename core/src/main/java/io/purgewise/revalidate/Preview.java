package io.purgewise.revalidate;

import io.purgewise.plan.InvalidationPlan;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says what a revalidation of some changes would do; nothing was written or sent. Instances are immutable and thread-safe. */
public final class Preview {

    private final List<ChangeReceipt> changes;
    private final @Nullable InvalidationPlan plan;

    Preview(List<ChangeReceipt> changes, @Nullable InvalidationPlan plan) {
        this.changes = List.copyOf(changes);
        this.plan = plan;
    }

    /**
     * Returns what would be done for each change; its marks are {@link io.purgewise.cache.WriteReport.Outcome#PLANNED}.
     *
     * @return a receipt for each change, in their order
     */
    public List<ChangeReceipt> changes() {
        return changes;
    }

    /**
     * Returns the plan that would be sent.
     *
     * @return the plan; empty if there is nothing to clear
     */
    public Optional<InvalidationPlan> plan() {
        return Optional.ofNullable(plan);
    }

    /**
     * Lists everything that could not be done.
     *
     * @return the problems; empty if all could be done
     */
    public List<Problem> problems() {
        return changes.stream().flatMap(change -> change.problems().stream()).toList();
    }

    /**
     * Insists that everything could be done.
     *
     * @return this preview
     * @throws IncompleteRevalidationException if there is a problem; it carries no receipt
     */
    public Preview orThrow() {
        List<Problem> problems = problems();
        if (!problems.isEmpty()) {
            throw new IncompleteRevalidationException(problems, null);
        }
        return this;
    }

    /** Returns what would be done in one line. */
    @Override
    public String toString() {
        return "would " + Summary.of(changes, plan, problems());
    }

    static Preview of(List<ChangeReceipt> changes, Optional<InvalidationPlan> plan) {
        return new Preview(Objects.requireNonNull(changes, "changes"), plan.orElse(null));
    }
}

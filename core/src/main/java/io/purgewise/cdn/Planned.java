package io.purgewise.cdn;

import io.purgewise.plan.InvalidationPlan;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a {@link Clearing} would send. Immutable and thread-safe.
 *
 * @param plan the plan for what was taken. What is sent stands in the batches, which may hold cache tags besides the plan's items:
 *     those of changes whose pages are not known
 * @param batches what to send, in this order; none where there is nothing to clear
 * @param taken how many of the changes, from the first on, the batches clear; less than all only if the budget defers the rest
 * @param left what the changes ask for and no batch clears, with the reason; it stays cached until somebody else clears it
 * @param reasons in words, why the plan is wider or dearer than the policy alone would have it; empty in the ordinary case
 * @param deferral why and until when the changes that were not taken wait, or null if all were taken
 */
public record Planned(
        InvalidationPlan plan,
        List<InvalidationBatch> batches,
        int taken,
        List<Left> left,
        List<String> reasons,
        @Nullable Deferral deferral) {

    /** Copies the lists. */
    public Planned {
        Objects.requireNonNull(plan, "plan");
        batches = List.copyOf(batches);
        left = List.copyOf(left);
        reasons = List.copyOf(reasons);
    }

    /**
     * Names what is not cleared.
     *
     * @param item what was asked for
     * @param reason why it is left, in words
     * @param repeatable whether asking again later may help
     */
    public record Left(String item, String reason, boolean repeatable) {
        /** Refuses null. */
        public Left {
            Objects.requireNonNull(item, "item");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * Says why changes wait.
     *
     * @param until the moment before which planning again is of no use, unless the budget is raised
     * @param reason what the budget allows and what is used, in words
     */
    public record Deferral(Instant until, String reason) {
        /** Refuses null. */
        public Deferral {
            Objects.requireNonNull(until, "until");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /**
     * Tells whether some of the changes wait for the budget.
     *
     * @return whether fewer were taken than were given
     */
    public boolean deferred() {
        return deferral != null;
    }

    /**
     * Returns why and until when changes wait.
     *
     * @return the deferral, or empty if all were taken
     */
    public Optional<Deferral> waiting() {
        return Optional.ofNullable(deferral);
    }

    /**
     * Returns how many paths the batches cost.
     *
     * @return the number of items of all batches
     */
    public long paths() {
        return batches.stream().mapToLong(InvalidationBatch::quantity).sum();
    }
}

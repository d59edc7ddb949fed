package io.purgewise.outbox;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.revalidate.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Says what a call of the drainer did in each lane.
 *
 * @param lanes what was done for each distribution
 */
public record DrainReport(List<OfLane> lanes) {

    /** Creates a report. */
    public DrainReport {
        Objects.requireNonNull(lanes, "lanes");
        lanes = List.copyOf(lanes);
    }

    /**
     * Tells whether nothing waits any more and nothing died.
     *
     * @return whether every lane is empty, and no change became a dead letter
     */
    public boolean isComplete() {
        return lanes.stream()
                .allMatch(lane ->
                        lane.outcome() == Outcome.EMPTY && lane.deadLetters().isEmpty());
    }

    /**
     * Throws if something waits or has died, for scripts.
     *
     * @return this report
     * @throws IncompleteDrainException if the report is not complete; it carries the report
     */
    public DrainReport orThrow() {
        if (!isComplete()) {
            throw new IncompleteDrainException(this);
        }
        return this;
    }

    /**
     * Lists what the CDN accepted, over all lanes.
     *
     * @return the invalidations
     */
    public List<Invalidation> invalidations() {
        return lanes.stream()
                .flatMap(lane -> lane.finished().stream())
                .flatMap(drain -> drain.invalidations().stream())
                .toList();
    }

    /**
     * Lists the changes that died in this call, over all lanes.
     *
     * @return the dead letters
     */
    public List<DeadLetter> deadLetters() {
        return lanes.stream().flatMap(lane -> lane.deadLetters().stream()).toList();
    }

    /** Says why a call ended in a lane. */
    public enum Outcome {
        /** Nothing waits any more of what waited when the call began. */
        EMPTY,
        /** What waits is not due: its burst is not over. */
        NOT_DUE,
        /** Another instance holds the lease, and drains. */
        HELD_ELSEWHERE,
        /** Draining is suspended. */
        SUSPENDED,
        /** The budget is used up, and it says to wait. */
        DEFERRED,
        /** The distribution is busy or refuses, or changes failed for a reason that may pass; it is tried again later. */
        WAITING,
        /** The call's time was over while the lane was at work; nothing is wrong, and the next call goes on. */
        OUT_OF_TIME,
        /** A store or the revalidator failed; nothing is lost, and it is tried again later. */
        FAILED
    }

    /**
     * What was done in a lane.
     *
     * @param lane the distribution
     * @param outcome why the call ended there
     * @param reason the same for people, with what to do about it; empty if there is nothing to say
     * @param comeBackAfter when it makes sense to look again; zero if it always does
     * @param finished the drains that were closed, those found open included
     * @param deadLetters the changes that cannot be carried through
     * @param problems what was not done for changes that are carried through all the same, such as a page not rendered anew
     */
    public record OfLane(
            DistributionId lane,
            Outcome outcome,
            String reason,
            Duration comeBackAfter,
            List<Finished> finished,
            List<DeadLetter> deadLetters,
            List<Problem> problems) {

        /** Creates a copy that nobody changes. */
        public OfLane {
            Objects.requireNonNull(lane, "lane");
            Objects.requireNonNull(outcome, "outcome");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(comeBackAfter, "comeBackAfter");
            Objects.requireNonNull(finished, "finished");
            Objects.requireNonNull(deadLetters, "deadLetters");
            Objects.requireNonNull(problems, "problems");
            finished = List.copyOf(finished);
            deadLetters = List.copyOf(deadLetters);
            problems = List.copyOf(problems);
        }
    }

    /**
     * A drain that was closed: the CDN has accepted all of it, but for its dead letters.
     *
     * @param drainId the drain's ID; empty if nothing had to be cleared
     * @param entries the changes that it carried through
     * @param invalidations what the CDN accepted in this call
     * @param reasons why the plan is other than the policy would have it, in words; none of a drain that was found open
     */
    public record Finished(
            String drainId, List<OutboxEntry> entries, List<Invalidation> invalidations, List<String> reasons) {

        /** Creates a copy that nobody changes. */
        public Finished {
            Objects.requireNonNull(drainId, "drainId");
            Objects.requireNonNull(entries, "entries");
            Objects.requireNonNull(invalidations, "invalidations");
            Objects.requireNonNull(reasons, "reasons");
            entries = List.copyOf(entries);
            invalidations = List.copyOf(invalidations);
            reasons = List.copyOf(reasons);
        }
    }
}

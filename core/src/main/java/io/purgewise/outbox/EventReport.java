package io.purgewise.outbox;

import io.purgewise.cdn.Invalidation;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Says what became of the changes of an event, whether this call carried them through, an earlier one, or another instance.
 *
 * @param acceptance the changes, and which of them were accepted by an earlier call
 * @param waiting the keys of changes that are not carried through everywhere yet; they are kept, and carried through later
 * @param deadLetters why changes could not be carried through: the letters for the same change that are not older than its
 *     acceptance, less five minutes by which clocks may differ. Repeating the event appends none of them anew;
 *     {@link OutboxDrainer#repeat} does, under a key of its own, of which this tells no more
 * @param invalidations what the CDN accepted in this call for the plans that hold the changes. None if an earlier call or another
 *     instance submitted them: this call paid nothing then
 */
public record EventReport(
        Acceptance acceptance,
        Set<OutboxEntry.Key> waiting,
        List<DeadLetter> deadLetters,
        List<Invalidation> invalidations) {

    /** Creates a copy that nobody changes. */
    public EventReport {
        Objects.requireNonNull(acceptance, "acceptance");
        Objects.requireNonNull(waiting, "waiting");
        Objects.requireNonNull(deadLetters, "deadLetters");
        Objects.requireNonNull(invalidations, "invalidations");
        waiting = Set.copyOf(waiting);
        deadLetters = List.copyOf(deadLetters);
        invalidations = List.copyOf(invalidations);
    }

    /**
     * Tells whether all changes are carried through: marked, and accepted by every distribution.
     *
     * @return whether none waits and none died
     */
    public boolean isDone() {
        return waiting.isEmpty() && deadLetters.isEmpty();
    }

    /** Returns what was done and what was not in one line. */
    @Override
    public String toString() {
        int repeated = acceptance.repeated().size();
        return acceptance.entries().size() + " changes"
                + (repeated == 0 ? "" : ", " + repeated + " of them accepted before")
                + (waiting.isEmpty() ? "" : ", " + waiting.size() + " wait")
                + (deadLetters.isEmpty() ? "" : ", not carried through: " + deadLetters)
                + (isDone() ? ", carried through" : "")
                + ", " + invalidations.size() + " invalidations accepted in this call";
    }
}

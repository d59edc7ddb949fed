package io.purgewise.outbox;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.internal.Listeners;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Lets changes into the outbox, or says why not before anything of them is accepted. Immutable and thread-safe. */
record Admission(Outbox outbox, Revalidator revalidator, Ambient ambient, Listeners<OutboxListener> listeners) {

    /** Accepts changes under keys that no other has. */
    Acceptance asNew(Collection<? extends Change> changes, Set<DistributionId> lanes) {
        require(changes);
        Instant now = ambient.clock().instant();
        List<OutboxEntry> entries = new ArrayList<>();
        List<Change> open = List.copyOf(changes);
        while (!open.isEmpty()) {
            List<OutboxEntry> drawn = open.stream()
                    .map(change -> new OutboxEntry(OutboxEntry.Key.random(ambient.random()), change, now))
                    .toList();
            Set<OutboxEntry.Key> accepted = append(drawn, lanes);
            drawn.stream().filter(entry -> accepted.contains(entry.key())).forEach(entries::add);
            // A key that is taken, as by an instance with the same seed, must not swallow a change.
            open = drawn.stream()
                    .filter(entry -> !accepted.contains(entry.key()))
                    .map(OutboxEntry::change)
                    .toList();
        }
        return new Acceptance(entries, Set.of());
    }

    /** Accepts the changes of an event, unless they were accepted before. */
    Acceptance once(String event, Collection<? extends Change> changes, Set<DistributionId> lanes) {
        Objects.requireNonNull(event, "event");
        require(changes);
        Instant now = ambient.clock().instant();
        List<OutboxEntry> entries = changes.stream()
                .map(change -> new OutboxEntry(OutboxEntry.Key.of(event, change), change, now))
                .toList();
        Set<OutboxEntry.Key> accepted = append(entries, lanes);
        Set<OutboxEntry.Key> repeated = entries.stream()
                .map(OutboxEntry::key)
                .filter(key -> !accepted.contains(key))
                .collect(Collectors.toSet());
        return new Acceptance(entries, repeated);
    }

    private void require(Collection<? extends Change> changes) {
        revalidator.check(changes);
        for (Clearing clearing : revalidator.clearings()) {
            Optional<String> refusal = clearing.refusalByBudget();
            if (refusal.isPresent()) {
                throw new NotAcceptedException(refusal.get());
            }
        }
    }

    private Set<OutboxEntry.Key> append(List<OutboxEntry> entries, Set<DistributionId> lanes) {
        Set<OutboxEntry.Key> accepted = entries.isEmpty() ? Set.of() : outbox.append(entries, lanes);
        if (!accepted.isEmpty()) {
            listeners.tell(listener -> listener.accepted(accepted.size()));
        }
        return accepted;
    }
}

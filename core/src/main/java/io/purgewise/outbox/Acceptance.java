package io.purgewise.outbox;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Says what an outbox accepted; nothing is marked or cleared yet.
 *
 * @param entries the changes, all of which are kept now
 * @param repeated the keys among them that were accepted before, within a day, so that nothing new is done for them
 */
public record Acceptance(List<OutboxEntry> entries, Set<OutboxEntry.Key> repeated) {

    /** Creates a copy that nobody changes. */
    public Acceptance {
        Objects.requireNonNull(entries, "entries");
        Objects.requireNonNull(repeated, "repeated");
        entries = List.copyOf(entries);
        repeated = Set.copyOf(repeated);
    }
}

package io.purgewise.cdn;

import java.util.List;

/**
 * Is what waits in an outbox.
 *
 * @param entries the entries, the oldest first, those of an open drain included
 * @param poisoned entries that were found to be unreadable and have been set aside just now
 * @param more whether there are entries beyond the number asked for
 */
public record OutboxContents(List<OutboxEntry> entries, List<PoisonedEntry> poisoned, boolean more) {

    /**
     * Creates a view of an outbox.
     *
     * @param entries the entries, the oldest first
     * @param poisoned entries that have been set aside just now
     * @param more whether there are more entries
     */
    public OutboxContents {
        entries = List.copyOf(entries);
        poisoned = List.copyOf(poisoned);
    }
}

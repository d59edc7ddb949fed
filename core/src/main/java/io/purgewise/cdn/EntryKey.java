package io.purgewise.cdn;

import java.time.Instant;

/**
 * Names an entry in its outbox: when it was accepted, for the order, and its ID.
 *
 * @param acceptedAt when it was accepted, to the millisecond
 * @param id the entry's ID
 */
public record EntryKey(Instant acceptedAt, String id) {

    /**
     * Creates a key; the time is cut to milliseconds.
     *
     * @param acceptedAt when the entry was accepted
     * @param id the entry's ID
     */
    public EntryKey {
        acceptedAt = Instant.ofEpochMilli(acceptedAt.toEpochMilli());
    }
}

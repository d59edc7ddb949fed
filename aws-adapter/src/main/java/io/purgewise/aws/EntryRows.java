package io.purgewise.aws;

import io.purgewise.outbox.OutboxEntry;
import io.purgewise.revalidate.Change;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Writes accepted changes as rows of a lane, and reads them back. */
final class EntryRows {

    private EntryRows() {}

    /** Names an entry in its lane, so that the oldest comes first. */
    static String sortKey(OutboxEntry entry) {
        return sortKey(entry.key(), entry.acceptedAt());
    }

    static String sortKey(OutboxEntry.Key key, Instant acceptedAt) {
        return String.format(Locale.ROOT, "%015d#%s", acceptedAt.toEpochMilli(), key);
    }

    static Map<String, AttributeValue> row(String partition, OutboxEntry entry) {
        Map<String, AttributeValue> row = new HashMap<>(Rows.key(partition, sortKey(entry)));
        row.put(PurgewiseTable.VERSION, Rows.number(PurgewiseTable.CURRENT_VERSION));
        row.put(PurgewiseTable.CHANGE, Rows.string(entry.change().toString()));
        return row;
    }

    /**
     * Reads an entry.
     *
     * @throws IllegalArgumentException if the row is of another version or malformed
     */
    static OutboxEntry entry(Map<String, AttributeValue> row) {
        requireCurrent(row);
        String sortKey = Rows.text(row, PurgewiseTable.SORT_KEY);
        int hash = sortKey.indexOf('#');
        if (hash < 0) {
            throw new IllegalArgumentException("an entry's sk must be MILLIS#KEY, but was " + sortKey);
        }
        return new OutboxEntry(
                new OutboxEntry.Key(sortKey.substring(hash + 1)),
                Change.parse(Rows.text(row, PurgewiseTable.CHANGE)),
                Instant.ofEpochMilli(Long.parseLong(sortKey.substring(0, hash))));
    }

    /** Reads from a sort key when an entry was accepted; empty if it is none of an entry, which a drain moves aside. */
    static Optional<Instant> acceptedAt(String sortKey) {
        String millis = sortKey.substring(0, Math.max(0, sortKey.indexOf('#')));
        return millis.matches("[0-9]{1,15}")
                ? Optional.of(Instant.ofEpochMilli(Long.parseLong(millis)))
                : Optional.empty();
    }

    static void requireCurrent(Map<String, AttributeValue> row) {
        long version = Rows.count(row, PurgewiseTable.VERSION);
        if (version != PurgewiseTable.CURRENT_VERSION) {
            throw new IllegalArgumentException("the row is of version " + version
                    + ", and this Purgewise reads version " + PurgewiseTable.CURRENT_VERSION
                    + "; let the Purgewise that wrote it drain the outbox first");
        }
    }
}

package io.purgewise.cdn;

import java.time.Instant;
import java.util.List;

/**
 * Is a plan that was written down before anything of it is sent: the entries that it clears, and its batches with their
 * caller references.
 *
 * <p>Whoever finds an open drain finishes it; since the references are fixed, nothing is paid twice. Instances are immutable
 * and thread-safe.
 *
 * @param id what names it; unique for ever, since the caller references are derived from it
 * @param writtenAt when it was written down, by the clock of whoever did
 * @param oldestAcceptedAt when the oldest of its entries was accepted
 * @param entries the entries that are cleared when all batches are accepted
 * @param batches what to submit
 */
public record Drain(
        String id,
        Instant writtenAt,
        Instant oldestAcceptedAt,
        List<EntryKey> entries,
        List<DistributionBatch> batches) {

    /**
     * Creates a drain.
     *
     * @param id what names it
     * @param writtenAt when it was written down
     * @param oldestAcceptedAt when the oldest of its entries was accepted
     * @param entries the entries that it clears
     * @param batches what to submit
     * @throws IllegalArgumentException if there is no entry
     */
    public Drain {
        entries = List.copyOf(entries);
        batches = List.copyOf(batches);
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("drain " + id + " has no entries");
        }
    }
}

package io.purgewise.outbox;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationBatch;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/**
 * A plan that was written down before anything of it is sent: the changes that it carries through at one distribution, and the
 * batches with their caller references.
 *
 * <p>Whoever finds an open drain finishes it; since the references are fixed, nothing is paid twice. Instances are immutable
 * and thread-safe.
 *
 * @param id what names it; unique for ever, since the caller references are derived from it
 * @param lane the distribution
 * @param writtenAt when it was planned, before any of its batches was sent, by the clock of whoever did, cut to the millisecond
 * @param entries the changes that are done with when it is closed; at least one
 * @param batches what to submit, in this order
 */
public record Drain(
        String id, DistributionId lane, Instant writtenAt, List<OutboxEntry> entries, List<InvalidationBatch> batches) {

    /**
     * Creates a drain.
     *
     * @throws IllegalArgumentException if there is no entry, or a batch is for another distribution
     */
    public Drain {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(writtenAt, "writtenAt");
        Objects.requireNonNull(entries, "entries");
        Objects.requireNonNull(batches, "batches");
        writtenAt = writtenAt.truncatedTo(ChronoUnit.MILLIS);
        entries = List.copyOf(entries);
        batches = List.copyOf(batches);
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("drain " + id + " carries no change through");
        }
    }
}

package io.purgewise.cdn;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Is a plan that was written down before anything of it is sent: the entries that it clears, and its batches with their
 * caller references.
 *
 * <p>Whoever finds an open drain finishes it; since the references are fixed, nothing is paid twice. Instances are immutable
 * and thread-safe.
 *
 * @param id what names it; unique for ever, since the caller references are derived from it
 * @param writtenAt when the oldest of its batches was written down, by the clock of whoever did
 * @param oldestAcceptedAt when the oldest of its entries was accepted
 * @param distributions the site's distributions when it was planned
 * @param notAsked those of them that owe earlier batches, so that theirs of this drain are kept too and not sent
 * @param entries the entries that are done with when all batches are accepted or owed
 * @param batches what to submit
 * @param repays the references of the debts that are done with when all batches are accepted
 */
public record Drain(
        String id,
        Instant writtenAt,
        Instant oldestAcceptedAt,
        Set<DistributionId> distributions,
        Set<DistributionId> notAsked,
        List<EntryKey> entries,
        List<InvalidationBatch> batches,
        List<CallerReference> repays) {

    /**
     * Creates a drain.
     *
     * @param id what names it
     * @param writtenAt when its batches were written down
     * @param oldestAcceptedAt when the oldest of its entries was accepted
     * @param distributions the site's distributions
     * @param notAsked those of them whose batches are kept and not sent
     * @param entries the entries that it clears
     * @param batches what to submit
     * @param repays the debts that it pays
     * @throws IllegalArgumentException if there is no entry, no batch and no debt
     */
    public Drain {
        distributions = Set.copyOf(distributions);
        notAsked = Set.copyOf(notAsked);
        entries = List.copyOf(entries);
        batches = List.copyOf(batches);
        repays = List.copyOf(repays);
        if (entries.isEmpty() && batches.isEmpty() && repays.isEmpty()) {
            throw new IllegalArgumentException("drain " + id + " has nothing to do");
        }
    }

    /**
     * Creates a drain of accepted changes, for the distributions of its batches.
     *
     * @param id what names it
     * @param writtenAt when it was written down
     * @param oldestAcceptedAt when the oldest of its entries was accepted
     * @param entries the entries that it clears
     * @param batches what to submit
     * @throws IllegalArgumentException if there is no entry and no batch
     */
    public Drain(
            String id,
            Instant writtenAt,
            Instant oldestAcceptedAt,
            List<EntryKey> entries,
            List<InvalidationBatch> batches) {
        this(
                id,
                writtenAt,
                oldestAcceptedAt,
                batches.stream().map(InvalidationBatch::distribution).collect(Collectors.toSet()),
                Set.of(),
                entries,
                batches,
                List.of());
    }

    /** Returns the same drain, which pays fewer debts. */
    Drain withRepays(List<CallerReference> fewer) {
        return new Drain(id, writtenAt, oldestAcceptedAt, distributions, notAsked, entries, batches, fewer);
    }
}

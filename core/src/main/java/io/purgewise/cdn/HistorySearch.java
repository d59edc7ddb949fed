package io.purgewise.cdn;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out from the CDN's history under which IDs batches were accepted. The list has no caller references, so each candidate
 * is read once; a search that runs out of time says so, and goes on from there when it is asked again, since what was read is
 * remembered. Thread-safe; holds no lock while it asks.
 */
final class HistorySearch {

    /** How many references of each distribution are remembered, at some 200 bytes; beyond, a search reads some again. */
    private static final int REMEMBERED = 50_000;

    private final Cdn cdn;
    private final Map<DistributionId, Map<String, CallerReference>> references = new HashMap<>();

    HistorySearch(Cdn cdn) {
        this.cdn = cdn;
    }

    /** What a part of the history holds: invalidation IDs by caller reference. */
    record Found(Map<CallerReference, String> ids) {

        static final Found NOTHING = new Found(Map.of());

        @Nullable
        String idOf(InvalidationBatch batch) {
            return ids.get(batch.reference());
        }

        /** Tells whether the batch was accepted, or a part of it that was sent apart. */
        boolean holdsAnyOf(InvalidationBatch batch) {
            return idOf(batch) != null || BatchSplitter.hasPartIn(batch, ids.keySet());
        }
    }

    /**
     * Reads through the history of a distribution, the newest first, until it has found all that is looked for or all that is
     * recent enough is read.
     *
     * @param notBefore a moment of the CDN's clock; nothing older is looked at
     * @throws CdnException if the CDN could not be asked, or the patience is over: then it is not known what else there is
     */
    Found read(DistributionId distribution, Set<CallerReference> wanted, Instant notBefore, Patience patience) {
        Map<CallerReference, String> ids = new HashMap<>();
        Set<CallerReference> missing = new HashSet<>(wanted);
        int reads = 0;
        for (Invalidation.Summary summary : cdn.list(distribution)) {
            if (missing.isEmpty() || summary.createTime().isBefore(notBefore)) {
                break;
            }
            patience.alive();
            CallerReference reference = recall(distribution, summary.id());
            if (reference == null) {
                if (patience.isOver() && reads > 0) {
                    throw unfinished(distribution, notBefore, reads);
                }
                reference = cdn.read(distribution, summary.id()).callerReference();
                reads++;
                remember(distribution, summary.id(), reference);
            }
            ids.putIfAbsent(reference, summary.id());
            missing.remove(reference);
        }
        return new Found(ids);
    }

    private static CdnException unfinished(DistributionId distribution, Instant notBefore, int reads) {
        return CdnException.of(
                CdnException.Reason.UNAVAILABLE,
                new CdnException.Answer(
                        "time is up after reading " + reads + " invalidations of " + distribution
                                + ", and the history since " + notBefore + " is not read through yet",
                        null,
                        null,
                        null));
    }

    /** Looks for one batch; empty means that what is recent enough holds it not. */
    Optional<Invalidation> find(InvalidationBatch batch, Instant notBefore, Patience patience) {
        String id = read(batch.distribution(), Set.of(batch.reference()), notBefore, patience)
                .idOf(batch);
        return id == null ? Optional.empty() : Optional.of(cdn.read(batch.distribution(), id));
    }

    /** Remembers a reference, so that a later search need not read it. */
    synchronized void remember(DistributionId distribution, String id, CallerReference reference) {
        references
                .computeIfAbsent(distribution, each -> new LinkedHashMap<>() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, CallerReference> eldest) {
                        return size() > REMEMBERED;
                    }
                })
                .put(id, reference);
    }

    private synchronized @Nullable CallerReference recall(DistributionId distribution, String id) {
        return references.getOrDefault(distribution, Map.of()).get(id);
    }
}

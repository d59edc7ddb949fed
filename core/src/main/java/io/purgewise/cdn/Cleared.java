package io.purgewise.cdn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says what became of batches. Immutable and thread-safe.
 *
 * @param accepted the invalidations, each billed once
 * @param rejected items that the CDN refuses as invalid, found by sending them apart; they are still cached
 * @param open batches that were not accepted, or of which it is not known; submitting them again is safe
 * @param stoppedBy why batches are open, or null if none is
 */
public record Cleared(
        List<Invalidation> accepted,
        List<RejectedItem> rejected,
        List<InvalidationBatch> open,
        @Nullable CdnException stoppedBy) {

    /** Copies the lists. */
    public Cleared {
        accepted = List.copyOf(accepted);
        rejected = List.copyOf(rejected);
        open = List.copyOf(open);
        if (open.isEmpty() != (stoppedBy == null)) {
            throw new IllegalArgumentException("batches are open for a reason, and a reason leaves batches open, but "
                    + open.size() + " are open for " + stoppedBy);
        }
    }

    /** Nothing was to be cleared. */
    static final Cleared NOTHING = new Cleared(List.of(), List.of(), List.of(), null);

    /** Tells both, of the same submission; this one comes first. */
    Cleared and(Cleared other) {
        return new Cleared(
                joined(accepted, other.accepted),
                joined(rejected, other.rejected),
                joined(open, other.open),
                stoppedBy == null ? other.stoppedBy : stoppedBy);
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /**
     * Tells whether every item was accepted.
     *
     * @return whether nothing was rejected and nothing is open
     */
    public boolean isComplete() {
        return rejected.isEmpty() && open.isEmpty();
    }

    /**
     * Returns how many paths were billed.
     *
     * @return the paths of the accepted invalidations
     */
    public long paths() {
        return accepted.stream().mapToLong(Invalidation::quantity).sum();
    }
}

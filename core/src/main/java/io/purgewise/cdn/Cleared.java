package io.purgewise.cdn;

import io.purgewise.site.InvalidationItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says what became of batches. Immutable and thread-safe.
 *
 * @param accepted the invalidations, each billed once
 * @param rejected items that the CDN refuses as invalid, found by sending them apart; they are still cached
 * @param unidentified batches that the CDN says it has accepted before, without a trace of the ID; they are not to be sent again,
 *     and nobody can tell when they are complete
 * @param open batches that were not accepted, or of which it is not known; submitting them again is safe
 * @param stoppedBy why batches are open, or null if none is
 */
public record Cleared(
        List<Invalidation> accepted,
        List<Rejected> rejected,
        List<InvalidationBatch> unidentified,
        List<InvalidationBatch> open,
        @Nullable CdnException stoppedBy) {

    /** Copies the lists. */
    public Cleared {
        Objects.requireNonNull(accepted, "accepted");
        Objects.requireNonNull(rejected, "rejected");
        Objects.requireNonNull(unidentified, "unidentified");
        Objects.requireNonNull(open, "open");
        accepted = List.copyOf(accepted);
        rejected = List.copyOf(rejected);
        unidentified = List.copyOf(unidentified);
        open = List.copyOf(open);
        if (open.isEmpty() != (stoppedBy == null)) {
            throw new IllegalArgumentException("batches are open for a reason, and a reason leaves batches open, but "
                    + open.size() + " are open for " + stoppedBy);
        }
    }

    /** Nothing was to be cleared. */
    static final Cleared NOTHING = new Cleared(List.of(), List.of(), List.of(), List.of(), null);

    static Cleared accepted(Invalidation invalidation) {
        return new Cleared(List.of(invalidation), List.of(), List.of(), List.of(), null);
    }

    static Cleared rejected(Rejected item) {
        return new Cleared(List.of(), List.of(item), List.of(), List.of(), null);
    }

    static Cleared unidentified(InvalidationBatch batch) {
        return new Cleared(List.of(), List.of(), List.of(batch), List.of(), null);
    }

    static Cleared stopped(List<InvalidationBatch> open, CdnException reason) {
        return new Cleared(List.of(), List.of(), List.of(), open, reason);
    }

    /** Tells both, of the same submission; this one comes first. */
    Cleared and(Cleared other) {
        return new Cleared(
                joined(accepted, other.accepted),
                joined(rejected, other.rejected),
                joined(unidentified, other.unidentified),
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

    /**
     * Names an item that the CDN refuses, found by sending it apart from its batch. What it should clear is still cached.
     *
     * @param item the item
     * @param reason what the CDN said, with its request ID
     */
    public record Rejected(InvalidationItem item, String reason) {

        /** Checks that no part is missing. */
        public Rejected {
            Objects.requireNonNull(item, "item");
            Objects.requireNonNull(reason, "reason");
        }
    }
}

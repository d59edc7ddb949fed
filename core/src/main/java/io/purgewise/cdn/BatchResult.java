package io.purgewise.cdn;

import java.util.List;
import java.util.stream.Stream;

/**
 * Says what became of a batch: one invalidation, or several where a part had to be sent apart, and the items that the CDN
 * refuses.
 *
 * @param accepted the invalidations, each billed once
 * @param rejected the items that the CDN refuses; empty in the ordinary case
 */
public record BatchResult(List<Invalidation> accepted, List<RejectedItem> rejected) {

    /**
     * Creates a result.
     *
     * @param accepted the invalidations
     * @param rejected the items that the CDN refuses
     */
    public BatchResult {
        accepted = List.copyOf(accepted);
        rejected = List.copyOf(rejected);
    }

    static BatchResult empty() {
        return new BatchResult(List.of(), List.of());
    }

    static BatchResult of(Invalidation accepted) {
        return new BatchResult(List.of(accepted), List.of());
    }

    BatchResult and(BatchResult other) {
        return new BatchResult(
                Stream.concat(accepted.stream(), other.accepted.stream()).toList(),
                Stream.concat(rejected.stream(), other.rejected.stream()).toList());
    }
}

package io.purgewise.cdn;

import java.time.Instant;
import java.util.Objects;

/**
 * Holds what a CDN lists of an invalidation: no paths and no caller reference, for which {@link Cdn#read} must be asked.
 *
 * @param id the CDN's ID
 * @param status whether all edge locations have been told
 * @param createTime when the CDN accepted it
 */
public record InvalidationSummary(String id, InvalidationStatus status, Instant createTime) {

    /** Checks that no part is missing. */
    public InvalidationSummary {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(createTime, "createTime");
    }
}

package io.purgewise.outbox;

import io.purgewise.cdn.DistributionId;
import java.util.Objects;

/**
 * The right to drain one lane, until another instance takes it over.
 *
 * @param lane the distribution whose lane it is
 * @param owner who holds it, for people to read
 * @param token the fencing token: each new holder of the lane has a greater one, and the outbox refuses writes with an older one
 */
public record Lease(DistributionId lane, String owner, long token) {
    /** Refuses null. */
    public Lease {
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(owner, "owner");
    }
}

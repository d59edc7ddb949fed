package io.purgewise.outbox;

import io.purgewise.cdn.DistributionId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * A change that could not be carried through at one distribution, with the reason, for people to look at: a page that nobody
 * knows, an item that the CDN refuses, a row of the store that cannot be read.
 *
 * <p>An outbox keeps one for each change and lane, the newest, for 90 days. Instances are immutable and thread-safe.
 *
 * @param lane the distribution whose lane it was in
 * @param change the change as {@link io.purgewise.revalidate.Change#parse} reads it; of an unreadable row, what names the row
 * @param reason why, and what to do about it
 * @param diedAt when, by the clock of whoever gave it up, cut to the millisecond
 * @param repeatable whether {@link OutboxDrainer#repeat} can append the change again
 */
public record DeadLetter(DistributionId lane, String change, String reason, Instant diedAt, boolean repeatable) {

    /**
     * Creates a dead letter.
     *
     * @throws NullPointerException if a part is null
     */
    public DeadLetter {
        Objects.requireNonNull(diedAt, "diedAt");
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(reason, "reason");
        diedAt = diedAt.truncatedTo(ChronoUnit.MILLIS);
    }
}

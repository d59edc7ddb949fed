package io.purgewise.spring;

import io.purgewise.cdn.Freshness;
import io.purgewise.outbox.DrainReport;
import io.purgewise.outbox.OutboxEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Counts how soon after their acceptance changes were proven to be what readers get. This class is not thread-safe. */
final class FreshnessCensus {

    private long looked;
    private long within5Seconds;
    private long within30Seconds;
    private long within5Minutes;
    private long notProven;

    void add(DrainReport.Finished finished, Freshness found, Instant at) {
        for (OutboxEntry entry : finished.entries()) {
            Duration took = Duration.between(entry.acceptedAt(), at);
            looked++;
            if (!found.isProven()) {
                notProven++;
                continue;
            }
            within5Seconds += isWithin(took, Duration.ofSeconds(5));
            within30Seconds += isWithin(took, Duration.ofSeconds(30));
            within5Minutes += isWithin(took, Duration.ofMinutes(5));
        }
    }

    private static int isWithin(Duration took, Duration limit) {
        return took.compareTo(limit) <= 0 ? 1 : 0;
    }

    /** Says it in one line; empty if nothing was looked at yet. */
    Optional<String> text() {
        return looked == 0
                ? Optional.empty()
                : Optional.of("of " + looked + " changes " + within5Seconds + " were proven fresh within 5 s, "
                        + within30Seconds + " within 30 s, " + within5Minutes + " within 5 min; " + notProven
                        + " were not proven");
    }
}

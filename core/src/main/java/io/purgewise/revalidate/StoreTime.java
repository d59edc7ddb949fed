package io.purgewise.revalidate;

import io.purgewise.PurgewiseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Dates the marks of one call by the clock of the store that dates entries, since servers compare the two.
 *
 * <p>A writer whose clock is behind would miss the pages stored just before its mark, and they stayed old; one whose clock is
 * ahead would have pages rendered over and over until the store's clock has caught up. The store tells its time in whole
 * seconds, so a difference below a second cannot be seen and need not be: a mark later than the store's second is later than
 * the date of everything stored by then.
 *
 * @param ahead how far the store's clock is ahead of this machine's at the least; negative if it is behind; zero if no
 *     difference is proven
 * @param now the store's time when it was read, as far as it is known
 * @param mark the time that marks bear
 * @param notes what a person should know about the clocks; mostly empty
 */
record StoreTime(Duration ahead, Instant now, Instant mark, List<String> notes) {

    private static final Duration WORTH_A_NOTE = Duration.ofSeconds(1);

    /**
     * Reads the store's clock.
     *
     * @param clock this machine's clock
     * @param store the store's clock; empty if it does not tell
     * @return when the call takes place
     */
    static StoreTime read(InstantSource clock, Supplier<Optional<Instant>> store) {
        Instant before = clock.instant();
        Optional<Instant> told;
        try {
            told = store.get();
        } catch (PurgewiseException failure) {
            // What cannot be read here cannot be marked either, and is reported there; but a table may be up without
            // S3.
            return unknown(
                    clock.instant(),
                    List.of("marks are dated by this machine's clock, since the store's could not be read: "
                            + failure.getMessage()));
        }
        Instant after = clock.instant();
        return told.map(time -> at(time.truncatedTo(ChronoUnit.SECONDS), before, after))
                .orElseGet(() -> unknown(after, List.of()));
    }

    private static StoreTime at(Instant second, Instant before, Instant after) {
        Duration least = Duration.between(after, second);
        Duration most = Duration.between(before, second.plusSeconds(1));
        boolean behind = !least.isNegative() && !least.isZero();
        Duration difference = behind ? least : most.isNegative() ? most.negated() : Duration.ZERO;
        if (difference.isZero()) {
            return new StoreTime(Duration.ZERO, after, later(after, second), List.of());
        }
        List<String> notes = difference.compareTo(WORTH_A_NOTE) < 0
                ? List.of()
                : List.of("this machine's clock is " + (behind ? "behind" : "ahead of") + " the store's by at least "
                        + difference.truncatedTo(ChronoUnit.MILLIS)
                        + ", so marks are dated by the store's; synchronise this machine's clock");
        return new StoreTime(least, second, later(second, second), notes);
    }

    private static StoreTime unknown(Instant now, List<String> notes) {
        return new StoreTime(Duration.ZERO, now, later(now, now.truncatedTo(ChronoUnit.SECONDS)), notes);
    }

    /** S3 dates a page stored within a second by its start, and a page is outdated only if it is older than its mark. */
    private static Instant later(Instant now, Instant second) {
        Instant mark = now.truncatedTo(ChronoUnit.MILLIS);
        return mark.isAfter(second) ? mark : second.plusMillis(1);
    }

    /** Puts marks off, so that they are later than pages that slow renders store after the change. */
    StoreTime plus(Duration slowestRender) {
        return new StoreTime(ahead, now, mark.plus(slowestRender), notes);
    }

    /** Returns when marks count, by this machine's clock: from the store's next whole second on, and an index's delay. */
    Instant settled(Duration indexDelay) {
        return mark.truncatedTo(ChronoUnit.SECONDS)
                .plusSeconds(1)
                .plus(indexDelay)
                .minus(ahead);
    }
}

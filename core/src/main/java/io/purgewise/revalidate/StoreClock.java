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
 * Dates marks by the clock of the store that dates entries, since servers compare the two.
 *
 * <p>A writer whose clock is behind would miss the pages stored just before its mark, and they stayed old; one whose clock is
 * ahead would have pages rendered over and over until the store's clock has caught up. The store tells its time in whole
 * seconds, so its distance from this machine's clock is known to a second, and dates are taken from the side that is safe.
 *
 * @param clock this machine's clock
 * @param least how far the store's clock is ahead of this machine's at the least; negative if it may be behind
 * @param most how far it is ahead at the most
 * @param notes what a person should know about the clocks; mostly empty
 */
record StoreClock(InstantSource clock, Duration least, Duration most, List<String> notes) {

    /** How far the table's index may lag behind the table. AWS promises no figure; OpenNext assumes a second. */
    static final Duration INDEX_DELAY = Duration.ofSeconds(1);

    private static final Duration WORTH_A_NOTE = Duration.ofSeconds(1);

    /**
     * Reads the store's clock.
     *
     * @param clock this machine's clock
     * @param store the store's clock; empty if it does not tell
     */
    static StoreClock read(InstantSource clock, Supplier<Optional<Instant>> store) {
        Instant before = clock.instant();
        Optional<Instant> told;
        try {
            told = store.get();
        } catch (PurgewiseException failure) {
            // What cannot be read here cannot be marked either, and is reported there; but a table may be up without
            // S3.
            return unknown(
                    clock,
                    List.of("marks are dated by this machine's clock, since the store's could not be read: "
                            + failure.getMessage()));
        }
        Instant after = clock.instant();
        return told.map(time -> told(clock, time.truncatedTo(ChronoUnit.SECONDS), before, after))
                .orElseGet(() -> unknown(clock, List.of()));
    }

    private static StoreClock unknown(InstantSource clock, List<String> notes) {
        return new StoreClock(clock, Duration.ZERO, Duration.ZERO, notes);
    }

    private static StoreClock told(InstantSource clock, Instant second, Instant before, Instant after) {
        Duration least = Duration.between(after, second);
        Duration most = Duration.between(before, second.plusSeconds(1));
        boolean behind = !least.isNegative();
        Duration difference = behind ? least : most.isNegative() ? most.negated() : Duration.ZERO;
        List<String> notes = difference.compareTo(WORTH_A_NOTE) < 0
                ? List.of()
                : List.of("this machine's clock is " + (behind ? "behind" : "ahead of") + " the store's by at least "
                        + difference.truncatedTo(ChronoUnit.MILLIS)
                        + ", so marks are dated by the store's; synchronise this machine's clock");
        return new StoreClock(clock, least, most, notes);
    }

    /**
     * Returns the date of a mark on pages whose data is already marked. It is later than the date of any page that a
     * server can still render from old data: for as long as the index lags and a render takes, it may miss the marks on
     * the data.
     *
     * @param slowestRender how long a render may take that began with the old data
     */
    Instant mark(Duration slowestRender) {
        // S3 dates a page stored within a second by its start, and a page is outdated only if it is older than its
        // mark.
        return clock.instant()
                .plus(most)
                .plus(INDEX_DELAY)
                .plus(slowestRender)
                .truncatedTo(ChronoUnit.MILLIS)
                .plusMillis(1);
    }

    /**
     * Returns how long it takes until marks count that are already written: until every index shows them, and until the
     * first whole second after their date has begun by the store's clock. A page that is stored before that would be
     * judged older than its mark.
     *
     * @param lastMark the latest date that a mark bears
     */
    Duration untilMarksCount(Instant lastMark) {
        Duration dated = Duration.between(
                        clock.instant(),
                        lastMark.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1))
                .minus(least);
        return dated.compareTo(INDEX_DELAY) < 0 ? INDEX_DELAY : dated;
    }
}

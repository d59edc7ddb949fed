package io.purgewise.revalidate;

import io.purgewise.PurgewiseException;
import io.purgewise.internal.SteadyTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Dates marks by the clock of the store that dates entries, since servers compare the two.
 *
 * <p>A writer whose clock is behind would miss the pages stored just before its mark, and they stayed old; one whose clock is
 * ahead would have pages rendered over and over until the store's clock has caught up. The store tells its time in whole
 * seconds, so its distance from this machine's clock is known to a second, and dates are taken from the side that is safe. A clock
 * of this machine that is set back after that, in the middle of a marking, changes no date.
 *
 * @param since when the store's clock was read, by this machine's
 * @param time what has passed since then
 * @param least how far the store's clock is ahead of this machine's at the least; negative if it may be behind
 * @param most how far it is ahead at the most
 * @param notes what a person should know about the clocks; mostly empty
 * @param failure why a store that tells its time could not be asked, or null: then no mark can be dated for sure, since this machine's
 *     clock may be wrong by any time
 */
record StoreClock(
        Instant since,
        SteadyTime time,
        Duration least,
        Duration most,
        List<String> notes,
        @Nullable PurgewiseException failure) {

    /** How far the table's index may lag behind the table. AWS promises no figure; OpenNext assumes a second. */
    static final Duration INDEX_DELAY = Duration.ofSeconds(1);

    /** By how much the two clocks may differ where the store tells its time and could not be asked. */
    private static final Duration UNREAD = Duration.ofSeconds(2);

    private static final Duration WORTH_A_NOTE = Duration.ofSeconds(1);

    /**
     * Reads the store's clock.
     *
     * @param clock this machine's clock
     * @param store the store's clock; empty if it does not tell
     */
    static StoreClock read(InstantSource clock, Supplier<Optional<Instant>> store) {
        Instant before = clock.instant();
        SteadyTime time = new SteadyTime(clock);
        Optional<Instant> told;
        try {
            told = store.get();
        } catch (PurgewiseException failure) {
            return new StoreClock(before, time, UNREAD.negated(), UNREAD, List.of(), failure);
        }
        return told.map(second -> told(before, time, second.truncatedTo(ChronoUnit.SECONDS)))
                .orElseGet(() -> new StoreClock(before, time, Duration.ZERO, Duration.ZERO, List.of(), null));
    }

    private static StoreClock told(Instant before, SteadyTime time, Instant second) {
        Instant after = before.plus(time.elapsed());
        Duration least = Duration.between(after, second);
        Duration most = Duration.between(before, second.plusSeconds(1));
        boolean behind = !least.isNegative();
        Duration difference = behind ? least : most.isNegative() ? most.negated() : Duration.ZERO;
        List<String> notes = difference.compareTo(WORTH_A_NOTE) < 0
                ? List.of()
                : List.of("this machine's clock is " + (behind ? "behind" : "ahead of") + " the store's by at least "
                        + difference.truncatedTo(ChronoUnit.MILLIS)
                        + ", so marks are dated by the store's; synchronise this machine's clock");
        return new StoreClock(before, time, least, most, notes, null);
    }

    private Instant now() {
        return since.plus(time.elapsed());
    }

    /**
     * Returns the date of a mark on pages whose data is already marked. It is later than the date of any page that a
     * server can still render from old data: for as long as the index lags and a render takes, it may miss the marks on
     * the data.
     *
     * @param slowestRender how long a render may take that began with the old data
     * @throws PurgewiseException if the store could not be asked for its time; nothing must be marked then, and it can be tried again
     */
    Instant mark(Duration slowestRender) {
        if (failure != null) {
            throw failure;
        }
        return markedByOthers(slowestRender);
    }

    /** Returns the latest date of marks that the site writes now by its own clock. */
    Instant markedByOthers(Duration slowestRender) {
        // S3 dates a page stored within a second by its start, and a page is outdated only if it is older than its
        // mark.
        return now().plus(most)
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
                        now(), lastMark.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1))
                .minus(least);
        return dated.compareTo(INDEX_DELAY) < 0 ? INDEX_DELAY : dated;
    }
}

package io.purgewise.revalidate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gives the marks of one call their dates, each when it is asked for, and knows when all of them count. Not thread-safe. */
final class MarkDates implements Supplier<Instant> {

    private final StoreClock clock;
    private final Duration slowestRender;
    private @Nullable Instant last;

    MarkDates(StoreClock clock, Duration slowestRender) {
        this.clock = clock;
        this.slowestRender = slowestRender;
    }

    /** Returns the date for a mark on pages whose data is already marked. */
    @Override
    public Instant get() {
        return clock.mark(slowestRender);
    }

    /** Notes that the site has marked by itself just now. */
    void markedByOthers() {
        latest(clock.markedByOthers(slowestRender));
    }

    /** Notes the latest date that a mark bears; only from then on it counts with every reader. */
    void latest(Instant dated) {
        last = last == null || dated.isAfter(last) ? dated : last;
    }

    /** Says what a person should know about the clocks. */
    List<String> notes() {
        return new ArrayList<>(clock.notes());
    }

    /** Returns how long it takes from now, when all marks are written, until all of them count; zero if there are none. */
    Duration settle() {
        return last == null ? Duration.ZERO : clock.untilMarksCount(last);
    }
}

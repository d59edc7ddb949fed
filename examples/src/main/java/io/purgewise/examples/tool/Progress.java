package io.purgewise.examples.tool;

import io.purgewise.cache.TagIndex;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.DistributionId;
import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows on standard error how far work has come, from its first second on: one line that is written over, so that standard output
 * stays clean. A library for bars would bring JLine along and draw no bar here, since none of the work knows its end.
 *
 * <p>This class is not thread-safe: the tool gives its clearings no executor, so that all of it is called on the main thread.
 */
final class Progress implements AutoCloseable {

    /** What does not fit into a line of a terminal could not be written over. */
    private static final int LONGEST = 79;

    private static final long NANOS_BETWEEN = 100_000_000;

    private final @Nullable PrintStream screen;
    private long shownAt = System.nanoTime() - NANOS_BETWEEN;
    private int width;

    private Progress(@Nullable PrintStream screen) {
        this.screen = screen;
    }

    /** Shows progress if it was asked for or a person sits at the terminal. */
    static Progress shown(boolean asked) {
        return new Progress(asked || isTerminal(System.console()) ? System.err : null);
    }

    /** From Java 22 on there is a console even where there is no terminal; it says so itself. */
    static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            Method tells = Console.class.getMethod("isTerminal");
            return (boolean) tells.invoke(console);
        } catch (ReflectiveOperationException olderJava) {
            return true;
        }
    }

    /** Counts work whose end is not known. */
    LongConsumer counting(String what) {
        return count -> show(String.format(Locale.ROOT, "%s: %,d", what, count));
    }

    /** Counts the entries that an index has listed and read. */
    Consumer<TagIndex.Step> steps(String what) {
        long[] counts = new long[2];
        return step -> {
            counts[0] += step.listed();
            counts[1] += step.read();
            show(String.format(Locale.ROOT, "%s: %,d entries listed, %,d read", what, counts[0], counts[1]));
        };
    }

    /** Shows what is done next, at once. */
    void now(String what) {
        shownAt = System.nanoTime() - NANOS_BETWEEN;
        show(what);
    }

    /** Shows the stages of a change's way, and what it waits for. */
    CdnListener stages() {
        return new CdnListener() {
            @Override
            public StageEnd began(Stage stage, @Nullable DistributionId distribution) {
                now(
                        switch (stage) {
                            case MARK -> "marking pages in OpenNext's caches";
                            case SETTLE -> "waiting until the marks count";
                            case RENDER -> "rendering pages anew";
                            case PLAN -> "planning the cheapest paths";
                            case SUBMIT -> "asking CloudFront to clear";
                            case WAIT -> "waiting for CloudFront to clear";
                        });
                return StageEnd.NONE;
            }

            @Override
            public void retrying(DistributionId distribution, CdnException failure, Duration delay) {
                now("trying " + distribution + " again in " + HumanText.duration(delay) + ": " + failure.getMessage());
            }

            @Override
            public void waitingForQuota(DistributionId distribution, int items, int wildcards) {
                now(String.format(
                        Locale.ROOT,
                        "waiting for %s, where %,d paths are in progress, %,d of them wildcards",
                        distribution,
                        items,
                        wildcards));
            }
        };
    }

    private void show(String line) {
        long now = System.nanoTime();
        if (screen == null || now - shownAt < NANOS_BETWEEN) {
            return;
        }
        shownAt = now;
        String shown = Output.escaped(line);
        String fits = shown.length() <= LONGEST ? shown : shown.substring(0, LONGEST - 3) + "...";
        screen.print("\r" + fits + " ".repeat(Math.max(0, width - fits.length())));
        screen.flush();
        width = fits.length();
    }

    /** Wipes the line, before output that goes to the same terminal. */
    void wipe() {
        if (screen != null && width > 0) {
            screen.print("\r" + " ".repeat(width) + "\r");
            screen.flush();
            width = 0;
        }
    }

    @Override
    public void close() {
        wipe();
    }
}

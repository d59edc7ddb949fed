package io.purgewise.examples.tool;

import io.purgewise.cache.TagIndex;
import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows on standard error how far long work has come: one line that is written over, so that standard output stays clean.
 * This class is not thread-safe.
 */
final class Progress implements AutoCloseable {

    private static final int BAR = 30;
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

    /** Draws a bar for work whose end is known. */
    void at(String what, long done, long total) {
        int filled = total == 0 ? BAR : (int) (BAR * Math.min(done, total) / total);
        show(String.format(
                Locale.ROOT, "%s [%s%s] %,d of %,d", what, "#".repeat(filled), ".".repeat(BAR - filled), done, total));
    }

    private void show(String line) {
        long now = System.nanoTime();
        if (screen == null || now - shownAt < NANOS_BETWEEN) {
            return;
        }
        shownAt = now;
        screen.print("\r" + Output.escaped(line) + " ".repeat(Math.max(0, width - line.length())));
        screen.flush();
        width = line.length();
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

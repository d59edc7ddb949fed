package io.purgewise.examples.tool;

import io.purgewise.cache.WriteReport;
import io.purgewise.plan.InvalidationPlan;
import io.purgewise.revalidate.Preview;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Receipt.Submission;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes what people read. */
final class HumanText {

    /** How many lines of a list are shown before the rest is counted. */
    private static final int LINES = 10;

    private HumanText() {}

    static void print(Output out, Preview preview) {
        preview.changes().forEach(change -> print(out, change));
        preview.plan().ifPresent(plan -> print(out, plan));
        preview.problems().forEach(problem -> out.line("NOT DONE  %s", problem));
        out.line(
                preview.problems().isEmpty()
                        ? "Nothing was written: this was a dry run."
                        : "Not all can be done; nothing was written: this was a dry run.");
    }

    static void print(Output out, Receipt receipt, boolean waited, boolean cleared) {
        receipt.changes().forEach(change -> print(out, change));
        receipt.plan().ifPresent(plan -> print(out, plan));
        for (Submission submission : receipt.submissions()) {
            submission
                    .cleared()
                    .accepted()
                    .forEach(invalidation -> out.line(
                            "%s: invalidation %s, %s, %s",
                            submission.distribution(),
                            invalidation.id(),
                            count(invalidation.quantity(), "path"),
                            waited && cleared ? "cleared" : "accepted"));
        }
        receipt.problems().forEach(problem -> out.line("NOT DONE  %s", problem));
        if (!receipt.problems().isEmpty()) {
            out.line("Not all is done.");
        } else if (waited && !cleared) {
            out.line("CloudFront has not cleared everything in the time given.");
        } else {
            out.line(cleared && waited ? "Done." : "Done; CloudFront clears in a moment.");
        }
    }

    private static void print(Output out, Receipt.OfChange change) {
        out.line("%s", change.change());
        WriteReport marks = change.marks();
        List<String> counts = new ArrayList<>();
        for (WriteReport.Outcome outcome : WriteReport.Outcome.values()) {
            int rows = marks.count(outcome);
            if (rows > 0) {
                counts.add(count(rows, "row") + " " + said(outcome));
            }
        }
        if (!change.pages().isEmpty()) {
            counts.add(count(change.pages().size(), "page"));
        }
        if (!counts.isEmpty()) {
            out.line("  %s", String.join(", ", counts));
        }
        change.notes().forEach(note -> out.line("  note: %s", note));
        list(out, change.pages().stream().map(Object::toString).toList());
        change.unnameable()
                .forEach(wide -> out.line(
                        "  %s has no name at CloudFront, cleared by %s", wide.url(), wide.narrowestWildcard()));
        change.renderings()
                .forEach(rendering -> out.line(
                        "  %s %s: %s",
                        rendering.url(), rendering.outcome().name().toLowerCase(Locale.ROOT), rendering.detail()));
    }

    private static String said(WriteReport.Outcome outcome) {
        return switch (outcome) {
            case WRITTEN -> "marked";
            case NEWER -> "marked already";
            case PLANNED -> "would be marked";
            case FAILED -> "NOT MARKED";
        };
    }

    private static void print(Output out, InvalidationPlan plan) {
        out.line(
                "%s to clear, with %s; costs %s beyond the free tier, clears %s",
                count(plan.items().size(), "path"),
                count(plan.cost().wildcards(), "wildcard"),
                dollars(plan.cost().money()),
                count(plan.cost().collateral(), "other page"));
        list(out, plan.items().stream().map(item -> item.spelling()).toList());
    }

    /** Writes micro-dollars in dollars with at least two places, such as {@code $3.81}. */
    static String dollars(long micros) {
        BigDecimal dollars = BigDecimal.valueOf(micros, 6).stripTrailingZeros();
        return String.format(Locale.ROOT, "$%,." + Math.max(2, dollars.scale()) + "f", dollars);
    }

    /** Writes a number and what it counts. */
    static String count(long number, String what) {
        return String.format(Locale.ROOT, number == 1 ? "%,d %s" : "%,d %ss", number, what);
    }

    private static void list(Output out, List<String> lines) {
        lines.stream().limit(LINES).forEach(line -> out.line("  %s", line));
        if (lines.size() > LINES) {
            out.line("  and %,d more", lines.size() - LINES);
        }
    }

    /** Writes a time in its two largest units. */
    static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds >= 86_400) {
            return seconds / 86_400 + " d " + seconds % 86_400 / 3_600 + " h";
        }
        if (seconds >= 3_600) {
            return seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
        }
        return seconds >= 60 ? seconds / 60 + " min " + seconds % 60 + " s" : seconds + " s";
    }

    static String bytes(long bytes) {
        if (bytes < 10_000) {
            return bytes + " bytes";
        }
        return bytes < 10_000_000 ? bytes / 1_000 + " kB" : bytes / 1_000_000 + " MB";
    }
}

package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says what became of each row of a write.
 *
 * @param results one for each distinct row, in no particular order
 */
public record WriteReport(List<Result> results) {

    /** A report of nothing. */
    public static final WriteReport EMPTY = new WriteReport(List.of());

    /** Names what became of a row. */
    public enum Outcome {
        /** The mark stands in the table. */
        WRITTEN,
        /** A mark at least as strong and new stood there already and was left alone. */
        NEWER,
        /** The mark would have been written, but this was a dry run. */
        PLANNED,
        /** The mark could not be written. */
        FAILED
    }

    /**
     * Says what became of one row.
     *
     * @param row the mark that was asked for
     * @param outcome what became of it
     * @param reason why it failed, with AWS's request ID where there is one; null if it did not
     */
    public record Result(
            TagRow row, Outcome outcome, @Nullable String reason) {

        public Result {
            requireNonNull(row, "row");
            requireNonNull(outcome, "outcome");
        }
    }

    public WriteReport {
        requireNonNull(results, "results");
        results = List.copyOf(results);
    }

    /**
     * Counts the rows with an outcome.
     *
     * @param outcome the outcome
     * @return how many rows had it
     */
    public int count(Outcome outcome) {
        requireNonNull(outcome, "outcome");
        return (int)
                results.stream().filter(result -> result.outcome == outcome).count();
    }

    /** {@return the rows that could not be written, each with its reason} */
    public List<Result> failures() {
        return results.stream()
                .filter(result -> result.outcome == Outcome.FAILED)
                .toList();
    }

    /**
     * Adds the rows of another report.
     *
     * @param other the other report
     * @return both
     */
    public WriteReport plus(WriteReport other) {
        requireNonNull(other, "other");
        List<Result> both = new ArrayList<>(results);
        both.addAll(other.results);
        return new WriteReport(both);
    }
}

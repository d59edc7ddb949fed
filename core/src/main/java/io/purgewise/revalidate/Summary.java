package io.purgewise.revalidate;

import io.purgewise.revalidate.Receipt.Submission;
import java.util.List;
import java.util.stream.Collectors;

/** Puts what was done for changes into one line for a log. */
final class Summary {

    /** How many changes and problems a line names. */
    private static final int NAMED = 5;

    private Summary() {}

    static String of(List<Receipt.OfChange> changes, List<Submission> submissions, List<Problem> problems) {
        int rows = changes.stream()
                .mapToInt(change -> change.marks().results().size())
                .sum();
        int pages = changes.stream().mapToInt(change -> change.pages().size()).sum();
        return "revalidate "
                + named(changes.stream().map(Receipt.OfChange::change).toList())
                + ": " + rows + " marks, " + pages + " pages, "
                + submissions.stream().mapToLong(each -> each.planned().paths()).sum() + " paths to clear"
                + (problems.isEmpty() ? "" : ", NOT DONE: " + named(problems));
    }

    static String named(List<?> things) {
        String first = things.stream().limit(NAMED).map(String::valueOf).collect(Collectors.joining(", ", "[", ""));
        return first + (things.size() > NAMED ? " and " + (things.size() - NAMED) + " more]" : "]");
    }
}

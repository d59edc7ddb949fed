package io.purgewise.revalidate;

import io.purgewise.PurgewiseException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reports that readers may still see some of the changed pages as they were before; {@link #problems} says which, why,
 * and whether repeating the call may help.
 */
public final class IncompleteRevalidationException extends PurgewiseException {

    private static final long serialVersionUID = 2L;

    private static final int NAMED = 10;

    // Not transient: a receipt holds a live connection to the CDN, and serialising it is refused rather than done by
    // halves.
    @SuppressWarnings("serial")
    private final List<Problem> problems;

    @SuppressWarnings("serial")
    private final @Nullable Receipt receipt;

    IncompleteRevalidationException(List<Problem> problems, @Nullable Receipt receipt) {
        super(message(problems));
        this.problems = List.copyOf(problems);
        this.receipt = receipt;
    }

    /** Names what went wrong, each thing once, and at most ten of them. */
    private static String message(List<Problem> problems) {
        List<String> distinct =
                problems.stream().map(Problem::toString).distinct().toList();
        int more = distinct.size() - NAMED;
        boolean repeatable = problems.stream().anyMatch(Problem::repeatable);
        return distinct.stream()
                .limit(NAMED)
                .collect(Collectors.joining(
                        "; ",
                        "not everything was revalidated: ",
                        (more > 0 ? "; and " + more + " more" : "")
                                + (repeatable ? "; repeat what may succeed later, which is safe" : "")));
    }

    /** {@return what was not done; at least one problem} */
    public List<Problem> problems() {
        return problems;
    }

    /** {@return whether repeating the call may help with every problem} */
    public boolean repeatable() {
        return problems.stream().allMatch(Problem::repeatable);
    }

    /** {@return what was done and what was not; empty if this came from a preview} */
    public Optional<Receipt> receipt() {
        return Optional.ofNullable(receipt);
    }
}

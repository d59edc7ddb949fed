package io.purgewise.revalidate;

import io.purgewise.PurgewiseException;
import java.util.List;
import java.util.stream.Collectors;

/** Reports that some of the asked changes may still be seen in their old form; the receipt says which and why. */
public final class IncompleteRevalidationException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    private static final int NAMED = 10;

    private final transient Receipt receipt;

    IncompleteRevalidationException(Receipt receipt) {
        super(message(
                receipt.problems().stream().map(Problem::toString).distinct().toList()));
        this.receipt = receipt;
    }

    /** Names what went wrong, each thing once and no more of them than a log line bears; the receipt has all. */
    private static String message(List<String> problems) {
        int more = problems.size() - NAMED;
        return problems.stream()
                .limit(NAMED)
                .collect(Collectors.joining(
                        "; ",
                        "not everything was revalidated: ",
                        (more > 0 ? "; and " + more + " more in the receipt" : "") + "; revalidate these again"));
    }

    /**
     * Returns what was done and what was not.
     *
     * @return the receipt
     */
    public Receipt receipt() {
        return receipt;
    }
}

package io.purgewise.revalidate;

import io.purgewise.PurgewiseException;
import java.util.stream.Collectors;

/** Reports that some of the asked changes may still be seen in their old form; the receipt says which and why. */
public final class IncompleteRevalidationException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    private final transient Receipt receipt;

    IncompleteRevalidationException(Receipt receipt) {
        super(receipt.problems().stream()
                .map(Problem::toString)
                .collect(Collectors.joining("; ", "not everything was revalidated: ", "; revalidate these again")));
        this.receipt = receipt;
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

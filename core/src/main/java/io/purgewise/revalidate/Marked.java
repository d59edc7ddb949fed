package io.purgewise.revalidate;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Says what became of changes up to their marks: nothing was sent to the CDN yet.
 *
 * @param changes what was found and marked for each change, in their order
 * @param settle how long to wait, from the moment at which this was returned, before pages are rendered anew and the CDN is
 *     cleared: until then servers may miss the marks, and would give the CDN the old pages once more
 */
public record Marked(List<ChangeReceipt> changes, Duration settle) {

    /**
     * Creates a report from its parts.
     *
     * @throws IllegalArgumentException if {@code settle} is negative
     */
    public Marked {
        Objects.requireNonNull(changes, "changes");
        changes = List.copyOf(changes);
        if (Objects.requireNonNull(settle, "settle").isNegative()) {
            throw new IllegalArgumentException("settle must not be negative, but was " + settle);
        }
    }

    /**
     * Lists everything that was not done, over all changes.
     *
     * @return the problems; empty if all is done so far
     */
    public List<Problem> problems() {
        return changes.stream().flatMap(change -> change.problems().stream()).toList();
    }

    /**
     * Insists that everything was marked.
     *
     * @return this report
     * @throws IncompleteRevalidationException if there is a problem; it carries no receipt
     */
    public Marked orThrow() {
        List<Problem> problems = problems();
        if (!problems.isEmpty()) {
            throw new IncompleteRevalidationException(problems, null);
        }
        return this;
    }
}

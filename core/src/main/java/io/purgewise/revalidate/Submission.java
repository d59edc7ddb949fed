package io.purgewise.revalidate;

import io.purgewise.cdn.Cleared;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Planned;
import java.util.List;
import java.util.Objects;

/**
 * Says what became of changes at one distribution.
 *
 * @param distribution the distribution
 * @param planned what was to be sent, and why
 * @param cleared what the CDN made of it
 * @param problems why not everything was accepted; empty if it was
 */
public record Submission(DistributionId distribution, Planned planned, Cleared cleared, List<Problem> problems) {

    /** Creates a submission from its parts. */
    public Submission {
        Objects.requireNonNull(distribution, "distribution");
        Objects.requireNonNull(planned, "planned");
        Objects.requireNonNull(cleared, "cleared");
        problems = List.copyOf(problems);
    }

    /** Returns the distribution, and how much it accepted. */
    @Override
    public String toString() {
        return distribution + " accepted " + cleared.paths() + " paths in "
                + cleared.accepted().size() + " invalidations" + (problems.isEmpty() ? "" : ", not all");
    }
}

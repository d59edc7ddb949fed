package io.purgewise.outbox;

import io.purgewise.PurgewiseException;
import java.util.stream.Collectors;

/** Reports that a drain left changes waiting, or gave some up; it carries the whole report. */
public final class IncompleteDrainException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    // Not transient: a report holds invalidations and changes, and serialising it is refused rather than done by
    // halves.
    @SuppressWarnings("serial")
    private final DrainReport report;

    IncompleteDrainException(DrainReport report) {
        super("not everything was carried through: "
                + report.lanes().stream()
                        .filter(lane -> lane.outcome() != DrainReport.Outcome.EMPTY
                                || !lane.deadLetters().isEmpty())
                        .map(IncompleteDrainException::line)
                        .collect(Collectors.joining("; "))
                + ". Nothing that waits is lost: drain again later");
        this.report = report;
    }

    private static String line(DrainReport.OfLane lane) {
        String dead = lane.deadLetters().isEmpty()
                ? ""
                : ", " + lane.deadLetters().size() + " dead letters, such as "
                        + lane.deadLetters().get(0);
        String reason = lane.reason().isEmpty() ? "" : " (" + lane.reason() + ")";
        return lane.lane() + " " + lane.outcome() + reason + dead;
    }

    /**
     * Returns what was done and what was not.
     *
     * @return the report
     */
    public DrainReport report() {
        return report;
    }
}

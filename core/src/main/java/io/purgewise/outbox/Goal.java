package io.purgewise.outbox;

import io.purgewise.outbox.DrainReport.OfLane;
import io.purgewise.outbox.DrainReport.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What waits in all lanes when it is first looked at, and is to be carried through: what comes later makes it no longer. Used by
 * one thread.
 */
final class Goal {

    /** What waited in one lane. */
    private static final class OfOneLane {

        final Lane lane;

        @Nullable
        String newest;

        boolean reached;
        boolean tried;

        OfOneLane(Lane lane) {
            this.lane = lane;
        }

        OfLane turn(Duration until) {
            Duration away = lane.retry().left();
            if (tried && !away.isZero()) {
                return lane.nothingDone(Outcome.WAITING, lane.retry().reason(), away);
            }
            tried = true;
            return lane.guarded(() -> lookAndTurn(until));
        }

        private OfLane lookAndTurn(Duration until) {
            Optional<Outbox.Waiting> waiting = lane.look();
            String last = waiting.map(Outbox.Waiting::newest).orElse("");
            newest = Objects.requireNonNullElse(newest, last);
            if (waiting.isEmpty() || waiting.get().oldest().compareTo(newest) > 0) {
                reached = true;
                return lane.nothingDone(Outcome.EMPTY, "", Duration.ZERO);
            }
            OfLane report = lane.turnWithLease(until, newest);
            reached = report.outcome() == Outcome.EMPTY;
            return report;
        }
    }

    private final List<OfOneLane> lanes;

    Goal(List<Lane> lanes) {
        this.lanes = lanes.stream().map(OfOneLane::new).toList();
    }

    boolean isReached() {
        return lanes.stream().allMatch(lane -> lane.reached);
    }

    /** Gives each lane turns until it is done, waits for something, or time is over. */
    DrainReport run(Duration until) {
        Map<OfOneLane, OfLane> reports = new LinkedHashMap<>();
        List<OfOneLane> open = lanes;
        while (!open.isEmpty()) {
            List<OfOneLane> again = new ArrayList<>();
            for (OfOneLane each : open) {
                OfLane report =
                        each.reached ? each.lane.nothingDone(Outcome.EMPTY, "", Duration.ZERO) : each.turn(until);
                reports.merge(each, report, Goal::joined);
                boolean goesOn = report.outcome() == Outcome.OUT_OF_TIME
                        && report.comeBackAfter().isZero();
                if (goesOn && each.lane.mayGoOn(until)) {
                    again.add(each);
                }
            }
            open = again;
        }
        return new DrainReport(List.copyOf(reports.values()));
    }

    private static OfLane joined(OfLane first, OfLane then) {
        return new OfLane(
                then.lane(),
                then.outcome(),
                then.reason(),
                then.comeBackAfter(),
                joined(first.finished(), then.finished()),
                joined(first.deadLetters(), then.deadLetters()),
                joined(first.problems(), then.problems()));
    }

    private static <T> List<T> joined(List<T> first, List<T> then) {
        List<T> all = new ArrayList<>(first);
        all.addAll(then);
        return all;
    }
}

package io.purgewise.outbox;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.internal.Listeners;
import io.purgewise.internal.SteadyTime;
import io.purgewise.outbox.DrainReport.OfLane;
import io.purgewise.outbox.DrainReport.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Gives the lanes of an outbox their turns, one after the other. Thread-safe. */
final class Lanes {

    /** How long to wait before a lane is looked at again that another instance drains, or that waits for its distribution. */
    static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    /** Is longer than anything lasts. */
    static final Duration NO_LIMIT = Duration.ofDays(36_500);

    private static final Duration TURN_AMONG_OTHERS = Duration.ofSeconds(30);

    private final List<Lane> all;
    private final SteadyTime time;
    private final Ambient.Pause pause;

    private Lanes(List<Lane> all, SteadyTime time, Ambient.Pause pause) {
        this.all = all;
        this.time = time;
        this.pause = pause;
    }

    /** Makes a lane for each clearing. */
    static Lanes of(OutboxDrainer.Builder settings, SteadyTime time, Listeners<OutboxListener> listeners) {
        List<Clearing> clearings = settings.revalidator.clearings();
        Ambient.Pause pause = clearings.get(0).ambient().pause();
        Duration turnTime = clearings.size() == 1 ? NO_LIMIT : TURN_AMONG_OTHERS;
        MarkedChanges marks = new MarkedChanges(settings.revalidator, clearings.size(), time, pause);
        List<Lane> lanes = clearings.stream()
                .map(clearing -> new Lane(clearing, settings, listeners, marks, time, turnTime))
                .toList();
        return new Lanes(lanes, time, pause);
    }

    Set<DistributionId> ids() {
        return all.stream().map(Lane::id).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns what waits now as what is to be carried through. */
    Goal goal() {
        return new Goal(all);
    }

    /** Lets each lane drain that is due. An error in one of them is thrown when the others have had their turn. */
    DrainReport turnsWhenDue() {
        List<OfLane> turns = new ArrayList<>();
        Error failed = null;
        for (Lane lane : all) {
            try {
                turns.add(lane.turnWhenDue(NO_LIMIT));
            } catch (Error e) {
                failed = Objects.requireNonNullElse(failed, e);
            }
        }
        if (failed != null) {
            throw failed;
        }
        return new DrainReport(turns);
    }

    /** Says of each lane that it waits for the end of a suspension. */
    DrainReport suspended() {
        return new DrainReport(all.stream()
                .map(lane -> lane.nothingDone(Outcome.SUSPENDED, "", LOOK_AGAIN))
                .toList());
    }

    /** Carries through what waits now, as often as it takes; false if time is over first, or if a change died. */
    boolean flush(Outbox outbox, Duration end) throws InterruptedException {
        Goal goal = goal();
        boolean nothingDied = true;
        boolean othersDrained = false;
        List<DeadLetter> before = List.of();
        while (true) {
            DrainReport report = goal.run(end);
            nothingDied &= report.deadLetters().isEmpty();
            if (goal.isReached()) {
                return nothingDied && (!othersDrained || before.containsAll(outbox.deadLetters()));
            }
            if (!othersDrained && report.lanes().stream().anyMatch(lane -> lane.outcome() == Outcome.HELD_ELSEWHERE)) {
                othersDrained = true;
                before = outbox.deadLetters();
            }
            Duration left = time.until(end);
            if (left.isZero()) {
                return false;
            }
            time.pause(left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN, pause::waitFor);
        }
    }
}

package io.purgewise.outbox;

import io.purgewise.outbox.DrainReport.Finished;
import io.purgewise.outbox.DrainReport.OfLane;
import io.purgewise.revalidate.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Writes down what a lane's turn has done, once it is done, and tells the listeners. Used by one thread, once. */
final class TurnLog {

    private final Lane lane;
    private final List<Finished> finished = new ArrayList<>();
    private final List<DeadLetter> letters = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private boolean planAnew;

    TurnLog(Lane lane) {
        this.lane = lane;
    }

    void died(Collection<DeadLetter> dead) {
        letters.addAll(dead);
        dead.forEach(letter -> lane.listeners.tell(listener -> listener.died(letter)));
    }

    /** Some changes wait anew, and are to be taken in this turn still. */
    void acceptedAnew() {
        planAnew = true;
    }

    /** Tells whether changes were accepted anew since this was asked last. */
    boolean planAnew() {
        boolean was = planAnew;
        planAnew = false;
        return was;
    }

    void notDone(Collection<Problem> more) {
        problems.addAll(more);
    }

    /** Changes are carried through, and out of the outbox. */
    void finished(Finished drain, Collection<DeadLetter> dead) {
        lane.retry().done();
        lane.marks.taken(drain.entries());
        finished.add(drain);
        Duration age = lane.backlog.age();
        lane.listeners.tell(listener -> listener.drained(lane.id(), drain, age));
        died(dead);
    }

    /** Returns what was done for a drain, if it is closed. */
    Optional<Finished> finished(String drainId) {
        return finished.stream().filter(each -> each.drainId().equals(drainId)).findFirst();
    }

    /** Returns an end that lets the lane wait, after it was told. */
    TurnEnd waiting(DrainReport.Outcome outcome, String reason, Duration comeBackAfter) {
        lane.listeners.tell(listener -> listener.waiting(lane.id(), outcome, reason, comeBackAfter));
        return new TurnEnd(outcome, reason, comeBackAfter);
    }

    OfLane report(TurnEnd end) {
        return new OfLane(lane.id(), end.outcome(), end.reason(), end.comeBackAfter(), finished, letters, problems);
    }
}

package io.purgewise.outbox;

import io.purgewise.outbox.DrainReport.Outcome;
import java.time.Duration;

/** Why a lane's turn is over, and when to come back. */
record TurnEnd(Outcome outcome, String reason, Duration comeBackAfter) {

    static TurnEnd outOfTime(String reason) {
        return new TurnEnd(Outcome.OUT_OF_TIME, reason, Duration.ZERO);
    }
}

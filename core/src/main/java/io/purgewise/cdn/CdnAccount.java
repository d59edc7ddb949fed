package io.purgewise.cdn;

import io.purgewise.internal.Listeners;
import io.purgewise.internal.SteadyTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Holds what all submissions of one account share. Thread-safe. */
record CdnAccount(
        Cdn cdn,
        QuotaGate gate,
        HistorySearch history,
        TagReading tags,
        Refusals refusals,
        AbandonedReservations abandoned,
        SteadyTime time,
        Ambient ambient,
        Backoff backoff,
        Listeners<CdnListener> listeners) {

    Patience patience(Duration length, Runnable alive) {
        return new Patience(time, ambient.pause(), length, alive);
    }

    /**
     * Counts paths in a row that a distribution calls invalid although any distribution must take them: then it is the
     * distribution that takes nothing, as a staging one, and no path is at fault. Memory only; thread-safe.
     */
    static final class Refusals {

        private static final int ENOUGH = 2;
        private static final int ENOUGH_OF_ONE_THAT_TOOK_SOME = 10;

        private final Map<DistributionId, Integer> inARow = new HashMap<>();
        private final Set<DistributionId> tookSome = new HashSet<>();

        synchronized void accepted(DistributionId distribution) {
            inARow.remove(distribution);
            tookSome.add(distribution);
        }

        /** Counts a refusal, and tells whether it is the distribution that refuses. */
        synchronized boolean refused(DistributionId distribution, String spelling) {
            int enough = tookSome.contains(distribution) ? ENOUGH_OF_ONE_THAT_TOOK_SOME : ENOUGH;
            return isPlain(spelling) && inARow.merge(distribution, 1, Integer::sum) >= enough;
        }

        /** Tells whether a path has only characters that CloudFront's rules (RFC 1738) cannot object to. */
        private static boolean isPlain(String spelling) {
            return spelling.startsWith("/")
                    && spelling.chars()
                            .allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || "/-_.?=&*".indexOf(c) >= 0));
        }
    }
}

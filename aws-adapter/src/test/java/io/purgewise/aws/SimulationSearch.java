package io.purgewise.aws;

import io.purgewise.aws.Simulation.Played;
import java.util.Set;
import java.util.concurrent.Callable;

/** Plays schedules from the first on until one breaks an invariant; loaded anew with a seeded bug, so it is called through the JDK's types. */
public final class SimulationSearch implements Callable<String> {

    private static final long LONGEST = Long.getLong("purgewise.bug.seconds", 600) * 1_000_000_000L;

    /** Creates a search; reflection does. */
    public SimulationSearch() {}

    /** Returns which schedule broke which invariant, or an empty text if ten minutes of them broke none. */
    @Override
    public String call() {
        long start = System.nanoTime();
        for (long schedule = 0; System.nanoTime() - start < LONGEST; schedule++) {
            Played played = Simulation.play(schedule, Set.of());
            if (played.failure() != null) {
                return schedule + " | " + played.failure().getMessage();
            }
        }
        return "";
    }
}

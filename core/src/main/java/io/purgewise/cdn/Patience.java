package io.purgewise.cdn;

import io.purgewise.internal.SteadyTime;
import java.time.Duration;

/** Holds how long a call may go on, and shows signs of life while it waits. Used by one thread. */
final class Patience {

    private static final Duration BETWEEN_SIGNS = Duration.ofSeconds(3);

    private final SteadyTime time;
    private final Ambient.Pause pause;
    private final Duration start;
    private final Duration end;
    private final Runnable alive;

    /** Starts to count; {@code alive} is run before each call and every few seconds of a wait. */
    Patience(SteadyTime time, Ambient.Pause pause, Duration length, Runnable alive) {
        this.time = time;
        this.pause = pause;
        this.start = time.elapsed();
        this.end = start.plus(length);
        this.alive = alive;
    }

    void alive() {
        alive.run();
    }

    Duration spent() {
        return time.elapsed().minus(start);
    }

    Duration left() {
        return end.minus(time.elapsed());
    }

    boolean isOver() {
        return left().isNegative() || left().isZero();
    }

    /** Tells whether a wait would end in time. */
    boolean reaches(Duration wait) {
        return wait.compareTo(left()) <= 0;
    }

    void pause(Duration duration) throws InterruptedException {
        Duration left = duration;
        while (left.compareTo(BETWEEN_SIGNS) > 0) {
            time.pause(BETWEEN_SIGNS, pause::waitFor);
            alive.run();
            left = left.minus(BETWEEN_SIGNS);
        }
        if (!left.isZero()) {
            time.pause(left, pause::waitFor);
        }
    }
}

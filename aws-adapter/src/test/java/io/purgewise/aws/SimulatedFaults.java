package io.purgewise.aws;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides from one number what goes wrong and where, remembers what did, and leaves out what it is told to, so that a failure can be
 * made smaller. Whether something goes wrong at a place depends on the number and the place alone. Used by one thread at a time.
 */
final class SimulatedFaults {

    /** What can go wrong, and in how many of a thousand places it does where the number of a schedule lets it. */
    enum Kind {
        /** The running process dies. */
        KILL(5),
        /** Another process goes on. */
        SWITCH(60),
        /** The running process stands still for longer than its lease, and another goes on. */
        PAUSE(6),
        /** The running process's clock is set back by minutes. */
        CLOCK_SET_BACK(2),
        /** The site is deployed anew, with a new build ID. */
        DEPLOY(2),
        TABLE_REFUSES(12),
        TABLE_ANSWER_LOST(12),
        TABLE_CONFLICT(12),
        LEDGER_FAILS(40),
        CDN_REQUEST_LOST(60),
        CDN_ANSWER_LOST(120),
        CDN_THROTTLES(80),
        CDN_BUSY(60),
        MARKS_FAIL(15),
        /** One row of a table cannot be written. */
        ROW_FAILS(25),
        STORE_FAILS(15),
        RENDERING_FAILS(100);

        private final int perMille;

        Kind(int perMille) {
            this.perMille = perMille;
        }
    }

    /** Something that went wrong: the {@code place}-th time that it could have. */
    record Fault(Kind kind, int place) {

        @Override
        public String toString() {
            return kind + "@" + place;
        }
    }

    private final long seed;
    private final Set<Fault> leftOut;
    private final List<Fault> happened = new ArrayList<>();
    private final Map<Kind, Boolean> possible = new EnumMap<>(Kind.class);
    private final Map<Kind, Integer> places = new EnumMap<>(Kind.class);
    private final int intensity;
    private boolean over;

    SimulatedFaults(long seed, Set<Fault> leftOut) {
        this.seed = seed;
        this.leftOut = leftOut;
        this.intensity = mixed(seed ^ 0x5eed) % 4 == 0 ? 3 : 1;
        // Of all kinds about half can happen in one schedule: together they would hide one another.
        for (Kind kind : Kind.values()) {
            possible.put(kind, mixed(seed * 31 + kind.name().hashCode()) % 2 == 0);
        }
    }

    /** Tells whether something goes wrong the next time that it can. */
    boolean happens(Kind kind) {
        int place = places.merge(kind, 1, Integer::sum);
        if (over || !canHappen(kind)) {
            return false;
        }
        long drawn = mixed(seed ^ ((long) kind.name().hashCode() << 32) ^ ((long) place << 20));
        if (drawn % 1000 >= (long) kind.perMille * intensity) {
            return false;
        }
        Fault fault = new Fault(kind, place);
        if (leftOut.contains(fault)) {
            return false;
        }
        happened.add(fault);
        return true;
    }

    boolean canHappen(Kind kind) {
        return Boolean.TRUE.equals(possible.get(kind));
    }

    /** From here on nothing goes wrong any more. */
    void end() {
        over = true;
    }

    List<Fault> happened() {
        return List.copyOf(happened);
    }

    /** The finalizer of SplitMix64, without a sign. */
    private static long mixed(long number) {
        long z = number * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return (z ^ (z >>> 31)) >>> 1;
    }
}

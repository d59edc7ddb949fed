package io.purgewise.testkit;

import io.purgewise.cdn.DistributionId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Counts the calls to a fake account and decides which of them go wrong, and how. Thread-safe. */
final class FakeFaults {

    private final Map<CdnCall, Queue<Fault>> next = new EnumMap<>(CdnCall.class);
    private final Map<CdnCall, AtomicLong> calls = new EnumMap<>(CdnCall.class);
    private volatile FaultPlan plan = call -> Fault.NONE;

    FakeFaults() {
        for (CdnCall call : CdnCall.values()) {
            next.put(call, new ConcurrentLinkedQueue<>());
            calls.put(call, new AtomicLong());
        }
    }

    void failNext(CdnCall call, List<Fault> faults) {
        Objects.requireNonNull(next.get(call)).addAll(faults);
    }

    void failBy(FaultPlan faults) {
        this.plan = faults;
    }

    long calls(CdnCall call) {
        return Objects.requireNonNull(calls.get(call)).get();
    }

    /** Does the same for a call that concerns one distribution. */
    Fault before(CdnCall call, DistributionId distribution) {
        return before(call, () -> plan.next(call, distribution));
    }

    /** Counts a call, carries out a fault that comes before the work, and returns one that comes after it. */
    Fault before(CdnCall call) {
        return before(call, () -> plan.next(call));
    }

    private Fault before(CdnCall call, Supplier<Fault> planned) {
        Objects.requireNonNull(calls.get(call)).incrementAndGet();
        Fault queued = Objects.requireNonNull(next.get(call)).poll();
        Fault fault = queued == null ? planned.get() : queued;
        switch (fault) {
            case DROP_REQUEST -> throw FakeError.dropped();
            case UNAVAILABLE -> throw FakeError.unavailable();
            case THROTTLED -> throw FakeError.throttled();
            case TOO_MANY -> throw FakeError.tooMany();
            default -> {
                return fault;
            }
        }
    }

    static void after(Fault fault) {
        if (fault == Fault.DROP_ANSWER) {
            throw FakeError.dropped();
        }
        if (fault == Fault.UNAVAILABLE_BUT_DONE) {
            throw FakeError.unavailable();
        }
    }
}

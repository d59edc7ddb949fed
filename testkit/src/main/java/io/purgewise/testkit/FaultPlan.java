package io.purgewise.testkit;

import io.purgewise.cdn.DistributionId;
import java.util.Objects;

/** Decides for each call to {@link FakeCloudFront} whether and how it goes wrong. */
@FunctionalInterface
public interface FaultPlan {

    /**
     * Decides about the next call.
     *
     * @param call what is called
     * @return the fault, {@link Fault#NONE} for none
     */
    Fault next(CdnCall call);

    /**
     * Decides about the next call to one distribution; unless overridden, all distributions are alike.
     *
     * @param call what is called
     * @param distribution where
     * @return the fault, {@link Fault#NONE} for none
     */
    default Fault next(CdnCall call, DistributionId distribution) {
        Objects.requireNonNull(call, "call");
        Objects.requireNonNull(distribution, "distribution");
        return next(call);
    }

    /**
     * Spoils some of the calls, all kinds alike.
     *
     * @param seed what chances come from; one thread meets the same faults in every run
     * @param percent how many of a hundred calls go wrong; 0 for none
     * @param faults what happens to them, each as likely as the others; at least one
     * @return a thread-safe plan
     * @throws IllegalArgumentException if {@code percent} is not from 0 to 100 or there is no fault
     */
    static FaultPlan seeded(long seed, int percent, Fault... faults) {
        Objects.requireNonNull(faults, "faults");
        Fault[] kinds = faults.clone();
        if (kinds.length == 0) {
            throw new IllegalArgumentException("a plan of faults needs at least one kind of fault");
        }
        Dice.percent(percent);
        Dice dice = new Dice(seed);
        return call -> dice.hits(percent) ? kinds[dice.below(kinds.length)] : Fault.NONE;
    }
}

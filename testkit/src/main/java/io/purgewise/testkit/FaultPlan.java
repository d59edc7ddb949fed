package io.purgewise.testkit;

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
}

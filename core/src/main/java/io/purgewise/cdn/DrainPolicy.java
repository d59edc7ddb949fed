package io.purgewise.cdn;

import java.time.Duration;

/**
 * Says when changes are drained, how many may wait, and when a plan is made wider to keep up.
 *
 * <p>Instances are immutable and thread-safe.
 *
 * @param quietWindow a burst is over when no change came for this long
 * @param maxDelay no change waits longer than this for its burst to be over; not less than {@code quietWindow}
 * @param sizeTrigger so many changes are drained at once, quiet or not; at least 1
 * @param maxEntries the most changes of one drain; at least 1
 * @param capacity the most changes that may wait; beyond it none is accepted; at least 1
 * @param widenAtEntries from this backlog on, a plan has the fewest items
 * @param widenAtAge from this age of the oldest change on, a plan has the fewest items
 * @param everythingAtEntries from this backlog on, a plan is the single {@code /*}
 * @param everythingAtAge from this age of the oldest change on, a plan is the single {@code /*}
 */
public record DrainPolicy(
        Duration quietWindow,
        Duration maxDelay,
        int sizeTrigger,
        int maxEntries,
        long capacity,
        long widenAtEntries,
        Duration widenAtAge,
        long everythingAtEntries,
        Duration everythingAtAge) {

    /**
     * Creates a policy of checked limits.
     *
     * @param quietWindow when a burst is over
     * @param maxDelay how long a change waits at most
     * @param sizeTrigger how many changes are drained at once
     * @param maxEntries the most changes of one drain
     * @param capacity the most changes that may wait
     * @param widenAtEntries the backlog that widens plans
     * @param widenAtAge the age that widens plans
     * @param everythingAtEntries the backlog that clears everything
     * @param everythingAtAge the age that clears everything
     * @throws IllegalArgumentException if a time is negative, a count less than 1, or limits are in the wrong order
     */
    public DrainPolicy {
        if (quietWindow.isNegative() || maxDelay.compareTo(quietWindow) < 0) {
            throw new IllegalArgumentException(
                    "a policy needs 0 <= quietWindow <= maxDelay, but had " + quietWindow + " and " + maxDelay);
        }
        if (sizeTrigger < 1 || maxEntries < 1 || capacity < 1 || widenAtEntries < 1) {
            throw new IllegalArgumentException("counts must be at least 1, but were sizeTrigger " + sizeTrigger
                    + ", maxEntries " + maxEntries + ", capacity " + capacity + ", widenAtEntries " + widenAtEntries);
        }
        if (widenAtAge.isNegative()
                || everythingAtEntries < widenAtEntries
                || everythingAtAge.compareTo(widenAtAge) < 0) {
            throw new IllegalArgumentException("clearing everything must not come before widening, but was at "
                    + everythingAtEntries + " changes and " + everythingAtAge + ", against " + widenAtEntries + " and "
                    + widenAtAge);
        }
    }

    /**
     * Returns the defaults: a quiet window of 2 seconds (CloudFront takes a call every 2 seconds), no change waits longer than
     * 10, 1,000 changes start at once, 10,000 per drain, 100,000 may wait; wider plans from 20,000 changes or 15 minutes on,
     * everything from 50,000 changes or an hour on (as docs.rs did).
     *
     * @return the policy
     */
    public static DrainPolicy ofDefaults() {
        return new DrainPolicy(
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                1_000,
                10_000,
                100_000,
                20_000,
                Duration.ofMinutes(15),
                50_000,
                Duration.ofHours(1));
    }

    /**
     * Returns a policy with another coalescing window.
     *
     * @param quiet when a burst is over
     * @param max how long a change waits at most
     * @return the policy
     */
    public DrainPolicy withWindow(Duration quiet, Duration max) {
        return new DrainPolicy(
                quiet,
                max,
                sizeTrigger,
                maxEntries,
                capacity,
                widenAtEntries,
                widenAtAge,
                everythingAtEntries,
                everythingAtAge);
    }

    /**
     * Returns a policy with other counts.
     *
     * @param trigger how many changes are drained at once
     * @param perDrain the most changes of one drain
     * @param mayWait the most changes that may wait
     * @return the policy
     */
    public DrainPolicy withCounts(int trigger, int perDrain, long mayWait) {
        return new DrainPolicy(
                quietWindow,
                maxDelay,
                trigger,
                perDrain,
                mayWait,
                widenAtEntries,
                widenAtAge,
                everythingAtEntries,
                everythingAtAge);
    }

    /**
     * Returns a policy with other limits beyond which plans are wider.
     *
     * @param widenEntries the backlog that widens plans
     * @param widenAge the age that widens plans
     * @param everythingEntries the backlog that clears everything
     * @param everythingAge the age that clears everything
     * @return the policy
     */
    public DrainPolicy withEscalation(
            long widenEntries, Duration widenAge, long everythingEntries, Duration everythingAge) {
        return new DrainPolicy(
                quietWindow,
                maxDelay,
                sizeTrigger,
                maxEntries,
                capacity,
                widenEntries,
                widenAge,
                everythingEntries,
                everythingAge);
    }

    Escalation escalation(long backlog, Duration age) {
        if (backlog >= everythingAtEntries || age.compareTo(everythingAtAge) >= 0) {
            return Escalation.EVERYTHING;
        }
        return backlog >= widenAtEntries || age.compareTo(widenAtAge) >= 0 ? Escalation.FEWEST_ITEMS : Escalation.NONE;
    }
}

package io.purgewise.outbox;

import io.purgewise.cdn.Clearing;
import java.time.Duration;
import java.util.Objects;

/**
 * Says when changes are drained, how many at once, when a plan is made wider to keep up, and when a change is given up.
 *
 * <p>Instances are immutable and thread-safe.
 */
public final class DrainPolicy {

    private final Builder settings;

    private DrainPolicy(Builder builder) {
        this.settings = builder.copy();
    }

    /**
     * Returns the defaults, which {@link Builder} names.
     *
     * @return the policy
     */
    public static DrainPolicy ofDefaults() {
        return builder().build();
    }

    /**
     * Starts a policy from the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns after which time without a new change a burst is over.
     *
     * @return the time
     */
    public Duration quietWindow() {
        return settings.quietWindow;
    }

    /**
     * Returns how long a change waits at most for its burst to be over.
     *
     * @return the time
     */
    public Duration maxDelay() {
        return settings.maxDelay;
    }

    /**
     * Returns how many changes a drain takes at most.
     *
     * @return the number
     */
    public int maxEntries() {
        return settings.maxEntries;
    }

    /**
     * Returns for how long a change is tried that fails for a reason that may pass.
     *
     * @return the time since it was accepted
     */
    public Duration giveUpAfter() {
        return settings.giveUpAfter;
    }

    /** Returns beyond how many waiting changes it makes no difference how many there are. */
    long countedEntries() {
        return settings.everythingAtEntries;
    }

    Clearing.Escalation escalation(long backlog, Duration age) {
        if (backlog >= settings.everythingAtEntries || age.compareTo(settings.everythingAtAge) >= 0) {
            return Clearing.Escalation.EVERYTHING;
        }
        return backlog >= settings.fewestItemsAtEntries || age.compareTo(settings.fewestItemsAtAge) >= 0
                ? Clearing.Escalation.FEWEST_ITEMS
                : Clearing.Escalation.NONE;
    }

    /** Collects the settings of a policy. This class is not thread-safe. */
    public static final class Builder {

        private Duration quietWindow = Duration.ofSeconds(2);
        private Duration maxDelay = Duration.ofSeconds(10);
        private int maxEntries = 10_000;
        private long fewestItemsAtEntries = 20_000;
        private Duration fewestItemsAtAge = Duration.ofMinutes(15);
        private long everythingAtEntries = 50_000;
        private Duration everythingAtAge = Duration.ofHours(1);
        private Duration giveUpAfter = Duration.ofDays(1);

        private Builder() {}

        private Builder copy() {
            Builder copy = new Builder();
            copy.quietWindow = quietWindow;
            copy.maxDelay = maxDelay;
            copy.maxEntries = maxEntries;
            copy.fewestItemsAtEntries = fewestItemsAtEntries;
            copy.fewestItemsAtAge = fewestItemsAtAge;
            copy.everythingAtEntries = everythingAtEntries;
            copy.everythingAtAge = everythingAtAge;
            copy.giveUpAfter = giveUpAfter;
            return copy;
        }

        /**
         * Sets how long bursts gather.
         *
         * @param quiet a burst is over when no change came for this long; default 2 seconds, since CloudFront takes a call every
         *     2 seconds
         * @param longest no change waits longer than this for its burst to be over; default 10 seconds
         * @return this builder
         * @throws IllegalArgumentException unless {@code 0 <= quiet <= longest}
         */
        public Builder window(Duration quiet, Duration longest) {
            Objects.requireNonNull(quiet, "quiet");
            Objects.requireNonNull(longest, "longest");
            if (quiet.isNegative() || longest.compareTo(quiet) < 0) {
                throw new IllegalArgumentException(
                        "a window needs 0 <= quiet <= longest, but had " + quiet + " and " + longest);
            }
            this.quietWindow = quiet;
            this.maxDelay = longest;
            return this;
        }

        /**
         * Sets how many changes a drain takes at most.
         *
         * @param entries the number; at least 1; default 10,000
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxEntries(int entries) {
            if (entries < 1) {
                throw new IllegalArgumentException("a drain must take at least 1 change, but was to take " + entries);
            }
            this.maxEntries = entries;
            return this;
        }

        /**
         * Sets from when on a plan has the fewest items.
         *
         * @param entries so many changes wait in a lane; default 20,000
         * @param age a lane has not been empty for so long; default 15 minutes
         * @return this builder
         * @throws IllegalArgumentException if one is less than 1 or negative
         */
        public Builder fewestItemsAt(long entries, Duration age) {
            Objects.requireNonNull(age, "age");
            requireLimits(entries, age);
            this.fewestItemsAtEntries = entries;
            this.fewestItemsAtAge = age;
            return this;
        }

        /**
         * Sets from when on a plan clears everything, as far as the clearing's policy lets it.
         *
         * @param entries so many changes wait in a lane; default 50,000
         * @param age a lane has not been empty for so long; default an hour
         * @return this builder
         * @throws IllegalArgumentException if one is less than 1 or negative
         */
        public Builder everythingAt(long entries, Duration age) {
            Objects.requireNonNull(age, "age");
            requireLimits(entries, age);
            this.everythingAtEntries = entries;
            this.everythingAtAge = age;
            return this;
        }

        private static void requireLimits(long entries, Duration age) {
            if (entries < 1 || age.isNegative()) {
                throw new IllegalArgumentException(
                        "limits must be at least 1 change and no negative time, but were " + entries + " and " + age);
            }
        }

        /**
         * Sets for how long a change is tried that fails for a reason that may pass, as a table that throttles; then it becomes a
         * dead letter.
         *
         * @param time the time since it was accepted, which may be off by what two machines' clocks differ; default a day
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder giveUpAfter(Duration time) {
            Objects.requireNonNull(time, "time");
            if (time.isNegative()) {
                throw new IllegalArgumentException("the time must not be negative, but was " + time);
            }
            this.giveUpAfter = time;
            return this;
        }

        /**
         * Builds the policy.
         *
         * @return the policy
         * @throws IllegalArgumentException if everything would be cleared before plans have the fewest items
         */
        public DrainPolicy build() {
            if (everythingAtEntries < fewestItemsAtEntries || everythingAtAge.compareTo(fewestItemsAtAge) < 0) {
                throw new IllegalArgumentException(
                        "clearing everything must not come before the fewest items, but was at "
                                + everythingAtEntries + " changes and " + everythingAtAge + ", against "
                                + fewestItemsAtEntries
                                + " and " + fewestItemsAtAge);
            }
            return new DrainPolicy(this);
        }
    }
}

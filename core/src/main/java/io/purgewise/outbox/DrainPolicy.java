package io.purgewise.outbox;

import io.purgewise.cdn.Clearing;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says when changes are drained, how many at once, when a plan is made wider to keep up, and when a change is given up.
 *
 * <p>Instances are immutable and thread-safe.
 */
public final class DrainPolicy {

    private static final long MOST_WEIGHED = 10_000;

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
     * Returns how much waiting one sending is worth.
     *
     * @return the waiting of all changes together, or nothing where {@link #quietWindow} decides
     */
    public Optional<Duration> waitOrPay() {
        return Optional.ofNullable(settings.worth);
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

    /** Returns how many waiting changes are counted for {@link #waitOrPay}: more are due within a millisecond anyway. */
    long mostWeighed() {
        Duration worth = settings.worth;
        if (worth == null) {
            return 0;
        }
        return worth.compareTo(Duration.ofMillis(MOST_WEIGHED)) < 0 ? 1 + worth.toMillis() : MOST_WEIGHED;
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
        private @Nullable Duration worth;
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
            copy.worth = worth;
            copy.maxEntries = maxEntries;
            copy.fewestItemsAtEntries = fewestItemsAtEntries;
            copy.fewestItemsAtAge = fewestItemsAtAge;
            copy.everythingAtEntries = everythingAtEntries;
            copy.everythingAtAge = everythingAtAge;
            copy.giveUpAfter = giveUpAfter;
            return copy;
        }

        /**
         * Sets how long bursts gather, by two timers; {@link #waitOrPay} is the other way.
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
            this.worth = null;
            return this;
        }

        /**
         * Gathers changes until their waiting has cost as much as sending them, instead of waiting for a quiet {@link #window}. The
         * sum of both, whatever comes when, is at most twice what it would be for one who knows the future; and no change waits
         * longer than {@code longest}.
         *
         * <p>Sending costs {@code worth}, and each change costs the time that it waits. What waits is sent as soon as all of it has
         * together waited for {@code worth}, or the oldest for {@code longest}. <b>Proof.</b> Cut time after each sending. In each piece this
         * pays {@code worth} once, and for waiting no more than {@code worth}: no more than {@code 2 worth}. Take any other schedule
         * that lets no change wait longer than {@code longest}. If it sends within the piece, it pays {@code worth} there. If not, all
         * changes that came within the piece wait beyond its end. Then the piece did not end because the oldest had waited for
         * {@code longest}; so it ended because their waiting within it had cost {@code worth}, and the other schedule pays that as
         * well. Pieces do not overlap, so it pays at least {@code worth} for each. No rule that does not know the future has a better
         * guarantee (Dooly, Goldman and Scott, "TCP dynamic acknowledgment delay", 1998, for one without {@code longest}).
         *
         * <p>A change counts from the time at which a look into the outbox finds it, so look often:
         * {@link OutboxDrainer#start} does each second. Each look counts what waits, up to 10,000 changes. Time that a sending itself takes, as caches settle, is the same for every rule and not part of the sum.
         *
         * @param worth how much waiting, of all changes together, one sending is worth; such as 5 seconds, since a path costs
         *     $0.005, and a second is worth $0.001 to {@link io.purgewise.plan.PlanPolicy#balanced()}
         * @param longest no change waits longer than this for others
         * @return this builder
         * @throws IllegalArgumentException if one is negative
         */
        public Builder waitOrPay(Duration worth, Duration longest) {
            Objects.requireNonNull(worth, "worth");
            Objects.requireNonNull(longest, "longest");
            if (worth.isNegative() || longest.isNegative()) {
                throw new IllegalArgumentException(
                        "what sending is worth and the longest wait must not be negative, but were " + worth + " and "
                                + longest);
            }
            this.worth = worth;
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

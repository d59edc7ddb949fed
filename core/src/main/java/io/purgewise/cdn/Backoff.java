package io.purgewise.cdn;

import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Says how long to wait after failures in a row: the first time {@code first}, then twice as long each time up to
 * {@code longest}, of which half is random, so that several instances do not come back together.
 *
 * <p>Instances are immutable and thread-safe.
 *
 * @param first the longest wait after the first failure; positive
 * @param longest the longest wait of all; not less than {@code first}
 */
public record Backoff(Duration first, Duration longest) {

    /** The default for a busy CDN: 2 seconds, doubling up to a minute. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1));

    /**
     * Checks the times.
     *
     * @throws IllegalArgumentException if {@code first} is not positive or {@code longest} is less
     */
    public Backoff {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(longest, "longest");
        if (first.isZero() || first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "backoff needs 0 < first <= longest, but had " + first + " and " + longest);
        }
    }

    Duration after(int failures, RandomGenerator random) {
        int doublings = Math.min(failures - 1, 30);
        long longestMillis = longest.toMillis();
        long millis = Math.min(longestMillis, Math.max(1, first.toMillis()) << Math.min(doublings, 30));
        return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
    }
}

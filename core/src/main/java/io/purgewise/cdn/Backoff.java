package io.purgewise.cdn;

import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Says how long to wait after failures in a row: the first time {@code first}, then twice as long each time up to
 * {@code longest}, of which half is random, so that several instances do not come back together. Immutable and thread-safe.
 */
record Backoff(Duration first, Duration longest) {

    static final Backoff DEFAULT = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1));

    Backoff {
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

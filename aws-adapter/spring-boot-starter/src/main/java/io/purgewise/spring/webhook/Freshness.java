package io.purgewise.spring.webhook;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Tells whether a signed time is near enough to ours.
 *
 * @param maxAge how far it may be, before or after
 * @param clock our time
 */
record Freshness(Duration maxAge, InstantSource clock) {

    Freshness {
        requireNonNull(maxAge, "maxAge");
        requireNonNull(clock, "clock");
        if (maxAge.isNegative() || maxAge.isZero()) {
            throw new IllegalArgumentException("maxAge must be positive, but was " + maxAge);
        }
    }

    /** Tells whether a time in milliseconds since 1970, as text, is a number and fresh. */
    boolean covers(String milliseconds) {
        try {
            Instant signed = Instant.ofEpochMilli(Long.parseLong(milliseconds));
            return Duration.between(signed, clock.instant()).abs().compareTo(maxAge) <= 0;
        } catch (NumberFormatException e) {
            return false; // Whoever sends this is not the CMS.
        }
    }
}

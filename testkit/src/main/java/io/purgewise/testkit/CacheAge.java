package io.purgewise.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.Function;

/**
 * Reckons how old a response is when it arrives in a cache, as RFC 9111, 4.2.3, says: the greater of what its Age says and of what its
 * Date says by the cache's clock.
 *
 * @param clockAhead by how much the cache's clock is ahead of the true time; negative if it is behind
 * @param countsDelay whether the time that the fetch took is added to Age, as the RFC says, or not
 * @param dates reads a Date header
 */
record CacheAge(Duration clockAhead, boolean countsDelay, Function<String, Instant> dates) {

    static final CacheAge EXACT = new CacheAge(Duration.ZERO, false, CacheAge::parsed);

    Duration onArrival(EdgeResponse response, Instant at, Duration took) {
        Duration sent = sent(response);
        Duration corrected = countsDelay ? sent.plus(took) : sent;
        if (clockAhead.isZero()) {
            return corrected;
        }
        return response.header("date")
                .map(date -> Duration.between(dates.apply(date), at.plus(clockAhead)))
                .filter(apparent -> apparent.compareTo(corrected) > 0)
                .orElse(corrected);
    }

    /** Returns the Age that a response bears; zero if it comes from no cache. */
    static Duration sent(EdgeResponse response) {
        return response.header("age")
                .map(Long::parseLong)
                .map(Duration::ofSeconds)
                .orElse(Duration.ZERO);
    }

    static String date(Instant instant) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
    }

    static Instant parsed(String date) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
    }
}

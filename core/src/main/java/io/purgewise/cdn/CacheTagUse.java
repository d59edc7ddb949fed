package io.purgewise.cdn;

import java.time.Instant;
import java.util.Objects;

/**
 * Says from when on a distribution may be cleared by cache tags. Immutable.
 *
 * @param header the header in which the site sends them
 * @param since the moment from which on every cached object carries its tags
 */
record CacheTagUse(String header, Instant since) {

    CacheTagUse {
        Objects.requireNonNull(header, "header");
        Objects.requireNonNull(since, "since");
        if (header.isBlank()) {
            throw new IllegalArgumentException("header must be the name of an HTTP header, but was \"" + header + "\"");
        }
    }
}

package io.purgewise.testkit;

import java.time.Duration;
import java.util.Objects;

/**
 * Is what a reader gets from an {@link EdgeCache}.
 *
 * @param response the response
 * @param source where it came from
 * @param age how long ago the edge got it from the origin
 */
public record EdgeAnswer(EdgeResponse response, Source source, Duration age) {

    /**
     * Creates an answer from its parts.
     *
     * @param response the response
     * @param source where it came from
     * @param age how long ago the edge got it from the origin
     */
    public EdgeAnswer {
        Objects.requireNonNull(response, "response");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(age, "age");
    }

    /** Says where an answer came from, as CloudFront's {@code x-cache} header does. */
    public enum Source {
        /** The cache held it, fresh. */
        HIT,
        /** The origin was asked. */
        MISS,
        /** The cache held it, no longer fresh but within stale-while-revalidate; the origin was asked for the next time. */
        STALE
    }

    /**
     * Returns the content.
     *
     * @return the body
     */
    public String body() {
        return response.body();
    }
}

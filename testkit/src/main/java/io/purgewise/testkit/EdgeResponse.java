package io.purgewise.testkit;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Is what an origin answers, and what a CDN passes on.
 *
 * <p>Instances are immutable and thread-safe.
 *
 * @param status the HTTP status
 * @param headers the response headers, their names in lower case; {@code cache-control} decides how long an edge keeps it
 * @param body the content
 */
public record EdgeResponse(int status, Map<String, String> headers, String body) {

    /**
     * Creates a response; header names are put in lower case.
     *
     * @param status the HTTP status
     * @param headers the response headers
     * @param body the content
     */
    public EdgeResponse {
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(body, "body");
        headers = EdgeRequest.lowerCase(headers);
    }

    /**
     * Creates a response as OpenNext sends a static page: 200, kept by the CDN for a year.
     *
     * @param body the content
     * @return the response
     */
    public static EdgeResponse ok(String body) {
        Objects.requireNonNull(body, "body");
        return new EdgeResponse(
                200, Map.of("cache-control", "s-maxage=31536000, stale-while-revalidate=2592000"), body);
    }

    /**
     * Returns a header.
     *
     * @param lowerCaseName its name in lower case
     * @return its value, if it was sent
     */
    public Optional<String> header(String lowerCaseName) {
        Objects.requireNonNull(lowerCaseName, "lowerCaseName");
        return Optional.ofNullable(headers.get(lowerCaseName));
    }
}

package io.purgewise.testkit;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Is what a reader asks a CDN, and a CDN asks its origin.
 *
 * <p>Instances are immutable and thread-safe.
 *
 * @param url path and query as the reader sends them, starting with {@code /}
 * @param headers the request headers, their names in lower case
 */
public record EdgeRequest(String url, Map<String, String> headers) {

    /**
     * Creates a request; header names are put in lower case.
     *
     * @param url path and query
     * @param headers the request headers
     * @throws IllegalArgumentException if {@code url} does not start with {@code /}
     */
    public EdgeRequest {
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(url, "url");
        if (!url.startsWith("/")) {
            throw new IllegalArgumentException("URL must start with /, but was \"" + url + "\"");
        }
        headers = lowerCase(headers);
    }

    static Map<String, String> lowerCase(Map<String, String> headers) {
        Map<String, String> lower = new TreeMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        return Map.copyOf(lower);
    }
}

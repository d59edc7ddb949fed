package io.purgewise.aws;

import io.purgewise.plan.UrlIndexBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a file of URLs, and takes each URL into an index as it stands there. */
final class UrlLine {

    /** Longer than any URL that CloudFront serves, escaped or not, with its weight. */
    private static final int LONGEST_LINE = 100_000;

    private UrlLine() {}

    /** Reports a line or URL that is malformed. */
    static final class MalformedException extends Exception {

        private static final long serialVersionUID = 1L;

        /** How many lines after the last one that was read whole. */
        private final int ahead;

        MalformedException(String message, int ahead, @Nullable Throwable cause) {
            super(message, cause);
            this.ahead = ahead;
        }

        int ahead() {
            return ahead;
        }
    }

    /** Reads a line; one that never ends is no URL and must not fill the memory. */
    static @Nullable String read(BufferedReader in) throws IOException, MalformedException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        if (c < 0) {
            return null;
        }
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (line.length() == LONGEST_LINE) {
                throw new MalformedException("has more than " + LONGEST_LINE + " characters", 1, null);
            }
            line.append((char) c);
        }
        return line.toString();
    }

    static void add(UrlIndexBuilder urls, String url, long weight) throws MalformedException {
        try {
            urls.add(path(url), weight);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(Excerpt.ofMessage(e, "is malformed"), 0, e);
        }
    }

    static long weight(String text) throws MalformedException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new MalformedException("a weight must be a whole number, but was \"" + Excerpt.of(text) + "\"", 0, e);
        }
    }

    /** Takes the path and query out of a URL as it stands; encoding it is up to the index. */
    private static String path(String url) {
        if (url.startsWith("/")) {
            return withoutFragment(url);
        }
        int scheme = url.indexOf("://");
        if (!url.startsWith("http") || scheme < 0) {
            throw new IllegalArgumentException("a URL must start with / or http, but was \"" + Excerpt.of(url) + "\"");
        }
        String host = withoutFragment(url.substring(scheme + 3));
        int slash = host.indexOf('/');
        int query = host.indexOf('?');
        if (slash < 0 || (query >= 0 && query < slash)) {
            return "/" + (query < 0 ? "" : host.substring(query));
        }
        return host.substring(slash);
    }

    private static String withoutFragment(String url) {
        int hash = url.indexOf('#');
        return hash < 0 ? url : url.substring(0, hash);
    }
}

package io.purgewise.testkit;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Reads from Cache-Control how long a shared cache keeps a response. */
record CacheControl(Duration freshFor, Duration staleFor) {

    static CacheControl of(EdgeResponse response, Duration defaultTtl) {
        Optional<String> header = response.header("cache-control");
        if (header.isEmpty()) {
            return new CacheControl(defaultTtl, Duration.ZERO);
        }
        Duration maxAge = null;
        Duration sharedMaxAge = null;
        Duration stale = Duration.ZERO;
        for (String part : header.get().toLowerCase(Locale.ROOT).split(",", -1)) {
            String directive = part.strip();
            if (directive.equals("no-store") || directive.equals("private") || directive.equals("no-cache")) {
                return new CacheControl(Duration.ZERO, Duration.ZERO);
            }
            int equals = directive.indexOf('=');
            String name = equals < 0 ? directive : directive.substring(0, equals);
            switch (name) {
                case "max-age" -> maxAge = seconds(directive.substring(equals + 1));
                case "s-maxage" -> sharedMaxAge = seconds(directive.substring(equals + 1));
                case "stale-while-revalidate" -> stale = seconds(directive.substring(equals + 1));
                default -> {}
            }
        }
        Duration fresh = sharedMaxAge != null ? sharedMaxAge : maxAge != null ? maxAge : defaultTtl;
        return new CacheControl(fresh, stale);
    }

    private static Duration seconds(String text) {
        try {
            return Duration.ofSeconds(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            return Duration.ZERO;
        }
    }
}

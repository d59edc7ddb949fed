package io.purgewise.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a stored page says about itself.
 *
 * @param key its cache key
 * @param kind what it holds
 * @param tags the tags in its header {@code x-next-cache-tags}, as stored; none on the Pages Router and redirects
 * @param revalidate after what time the server renders it anew; null if never, or not said: OpenNext's build leaves it out
 * @param status the HTTP status it is served with
 * @param sourceRoute the route that owns it; null in plain keys and in entries that a server rewrote
 * @param fallback whether it is the shell of a route and no page
 * @param lastModified when it was last written
 * @param eTag changes whenever its content does
 */
public record CacheEntry(
        CacheKey key,
        Kind kind,
        List<String> tags,
        @Nullable Duration revalidate,
        int status,
        @Nullable String sourceRoute,
        boolean fallback,
        Instant lastModified,
        String eTag) {

    /** Names what an entry holds, by the attribute {@code type} of its object. */
    public enum Kind {
        /** A page of the App Router, or one of the static error pages. */
        APP,
        /** A page of the Pages Router, with its data. */
        PAGE,
        /** The answer of a route handler. */
        ROUTE,
        /** A redirect or a missing page. */
        REDIRECT
    }

    public CacheEntry {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(tags, "tags");
        tags = List.copyOf(tags);
        Objects.requireNonNull(lastModified, "lastModified");
        Objects.requireNonNull(eTag, "eTag");
    }

    /**
     * {@return whether visitors can ask for the page: not for the shell of a route, nor for Next.js's own {@code /_not-
     * found}}
     */
    public boolean hasUrl() {
        boolean shell = fallback || Shells.byName(key) || Shells.byTags(key, tags);
        boolean unfilled =
                sourceRoute != null && key.hasDynamicSegment() && Shells.isRoute(sourceRoute, key.pathname());
        return !shell && !unfilled;
    }
}

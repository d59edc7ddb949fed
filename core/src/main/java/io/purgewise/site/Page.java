package io.purgewise.site;

import io.purgewise.internal.Quoted;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Names one concrete page or route handler of a Next.js site.
 *
 * <p>The path is written the way OpenNext's cache keys write it: without base path, locale or trailing slash, decoded
 * ({@code /a/café}, {@code /a/100%}), except that {@code / # ? \} inside a segment stand as {@code %2F %23 %3F %5C}, and a
 * literal {@code %2F} as {@code %252F} (Next.js 16, {@code decode-path-params}). Unicode forms are not normalised: NFC and
 * NFD are two pages. Instances are immutable and thread-safe.
 *
 * @param router the part of Next.js that serves the page
 * @param path starts with {@code /}; {@code /} is the root
 * @param locale one locale of a Pages Router page of a site with i18n, or null for all of them
 * @param route the route pattern behind the page, such as {@code /docs/[[...path]]}, or null if not known; it tells an
 *     optional catch-all, whose root has one more URL
 */
public record Page(
        Router router,
        String path,
        @Nullable String locale,
        @Nullable String route) {

    /** CloudFront takes no longer URL (CloudFront quotas, "maximum length of a URL": 8,192 bytes). */
    private static final int MAX_LENGTH = 8192;

    /**
     * Creates a page from checked parts.
     *
     * @throws IllegalArgumentException if {@code path} is no decoded path, or an App Router page is given a locale
     */
    public Page {
        Objects.requireNonNull(router, "router");
        checkPath(path);
        if (locale != null && router != Router.PAGES) {
            throw new IllegalArgumentException(
                    "only pages of the Pages Router have a locale of their own, but " + router
                            + " page " + Quoted.of(path) + " was given " + Quoted.of(locale)
                            + "; in app/ the locale is part of the path");
        }
        if (route != null && (!route.startsWith("/") || route.length() > MAX_LENGTH)) {
            throw new IllegalArgumentException("route must start with / and have at most " + MAX_LENGTH
                    + " characters, but was " + Quoted.of(route));
        }
    }

    /** Throws if a text is no decoded path. */
    static void checkPath(String path) {
        if (!Objects.requireNonNull(path, "path").startsWith("/")) {
            throw new IllegalArgumentException("page path must start with /, but was " + Quoted.of(path));
        }
        if (path.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "page path must have at most " + MAX_LENGTH + " characters, but was " + Quoted.of(path));
        }
        if (path.equals("/")) {
            return;
        }
        if (path.chars().anyMatch(c -> "?#\\".indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    "page path is no URL: write ? # \\ inside a segment as %3F %23 %5C, but was " + Quoted.of(path));
        }
        for (String segment : path.substring(1).split("/", -1)) {
            if (segment.isEmpty()) {
                throw new IllegalArgumentException(
                        "page path must have no empty segment and no trailing slash, but was " + Quoted.of(path));
            }
            if (segment.equals(".") || segment.equals("..")) {
                throw new IllegalArgumentException("page path must have no dot segment, but was " + Quoted.of(path));
            }
        }
        PathSegments.requireWellFormed(path);
    }

    /**
     * Creates a page.
     *
     * @param router the part of Next.js that serves it
     * @param path the decoded path, as OpenNext's cache keys write it
     * @return the page, in all locales
     * @throws IllegalArgumentException if {@code path} is no decoded path
     */
    public static Page of(Router router, String path) {
        return new Page(router, path, null, null);
    }

    /**
     * Creates a page from the path of its URL.
     *
     * @param router the part of Next.js that serves it
     * @param urlPath the percent-encoded path, without base path, locale, query string or trailing slash
     * @return the page, in all locales
     * @throws IllegalArgumentException if {@code urlPath} is no such path or its escapes are no UTF-8
     */
    public static Page ofUrlPath(Router router, String urlPath) {
        Objects.requireNonNull(router, "router");
        return of(router, PathSegments.decode(Objects.requireNonNull(urlPath, "urlPath")));
    }

    /**
     * Returns the path of an app entry as URLs know it: without groups, slots and its leaf, and with the underscore that a
     * folder's name writes as {@code %5F} (Next.js, {@code normalizeAppPath} and {@code normalizeUnderscore}).
     *
     * @param entry an entry such as {@code /(shop)/deals/page}
     * @return the path, such as {@code /deals}
     */
    public static String pathOfEntry(String entry) {
        return AppPath.ofEntry(Objects.requireNonNull(entry, "entry"));
    }

    /**
     * Returns the path that visitors ask for when an intercepting route answers them (Next.js,
     * {@code extractInterceptionRouteInformation}): {@code /photos/1} for {@code /feed/(..)photos/1} and for
     * {@code /@modal/(.)photos/1}.
     *
     * @param path the path or pattern of a stored page or route
     * @return the path that is intercepted; {@code path} itself if it intercepts none
     * @throws IllegalArgumentException if the path climbs above the root or has nothing behind its marker
     */
    public static String interceptedBy(String path) {
        return AppPath.intercepted(Objects.requireNonNull(path, "path"));
    }

    /**
     * Narrows the page to one locale.
     *
     * @param locale a locale of the site
     * @return this page in {@code locale} alone
     * @throws IllegalArgumentException if this is no page of the Pages Router
     */
    public Page inLocale(String locale) {
        return new Page(router, path, Objects.requireNonNull(locale, "locale"), route);
    }

    /**
     * Adds the route pattern behind the page.
     *
     * @param route the pattern as Next.js writes it, such as {@code /docs/[[...path]]}
     * @return this page with its route
     * @throws IllegalArgumentException if {@code route} does not start with {@code /}
     */
    public Page ofRoute(String route) {
        return new Page(router, path, locale, Objects.requireNonNull(route, "route"));
    }

    /**
     * Spells the path as browsers send it: with every reserved character escaped, and with those left alone that browsers
     * leave alone in a link.
     *
     * @return one or two percent-encoded paths, without base path, locale or trailing slash; the fully escaped one first
     */
    public List<String> urlPaths() {
        return Stream.of(PathSegments.escaped(path), PathSegments.asWritten(path))
                .distinct()
                .toList();
    }

    /** Returns router, path and locale, such as {@code PAGES /about (fr)}. */
    @Override
    public String toString() {
        return router + " " + path + (locale == null ? "" : " (" + locale + ")");
    }
}

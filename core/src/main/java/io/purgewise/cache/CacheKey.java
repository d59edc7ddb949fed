package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.internal.Quoted;
import io.purgewise.internal.Sha256;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a page inside OpenNext's caches: the same string in the S3 key and in the {@code path} of a table row.
 *
 * <p>It has one of two forms, see {@link Format}. Instances are immutable and thread-safe.
 *
 * @param value the key without a leading slash, such as {@code products/1}, {@code index} or
 *     {@code route-cache/APP_PAGE/<sha256>/$/products/1}
 */
public record CacheKey(String value) {

    /** OpenNext 4.1.12, {@code routeCacheKey.js}. */
    private static final Pattern ROUTE_SCOPE =
            Pattern.compile("^route-cache/(PAGES|APP_PAGE|APP_ROUTE)/([0-9a-f]{64})/\\$(?=/)");

    /** OpenNext stores nothing else under such a name, and takes a page of that name for a fetch too. */
    static final Pattern FETCH_HASH = Pattern.compile("[0-9a-f]{64}");

    private static final Pattern INDEX = Pattern.compile("^/index(/|$)");

    /**
     * Creates a key from its stored form.
     *
     * @throws IllegalArgumentException if {@code value} is empty or starts with a slash
     */
    public CacheKey {
        requireNonNull(value, "value");
        if (value.isEmpty() || value.startsWith("/")) {
            throw new IllegalArgumentException(
                    "cache key must not be empty nor start with /, but was " + Quoted.of(value));
        }
    }

    /**
     * Creates the plain key of a pathname.
     *
     * @param pathname the page's path in cache-key form, with its locale if the site has locales
     * @return the key, such as {@code index} for {@code /}
     * @throws IllegalArgumentException if {@code pathname} holds an empty or a dot segment
     */
    public static CacheKey plain(String pathname) {
        requireNonNull(pathname, "pathname");
        return new CacheKey(normalizePagePath(pathname).substring(1));
    }

    /**
     * Creates the route-scoped key of a pathname.
     *
     * @param router the part of Next.js that serves the page
     * @param sourceRoute the pattern of a Pages Router page ({@code /legacy/[slug]}), or the App Router's entry with its
     *     groups, slots and leaf ({@code /(shop)/deals/page})
     * @param pathname the page's path in cache-key form, with its locale if the site has locales
     * @return the key
     * @throws IllegalArgumentException if {@code pathname} holds an empty or a dot segment
     */
    public static CacheKey routeScoped(Router router, String sourceRoute, String pathname) {
        requireNonNull(router, "router");
        requireNonNull(sourceRoute, "sourceRoute");
        requireNonNull(pathname, "pathname");
        return new CacheKey("route-cache/" + router + "/" + hashOf(sourceRoute) + "/$" + normalizePagePath(pathname));
    }

    /**
     * Parses a name without leading slash. If no page can have such a key, the whole name is answered as another entry.
     */
    static StoredEntry entry(String name, String whole) {
        // Next.js cuts a slash off the end of every path, so no page is stored under such a name.
        if (name.isEmpty() || name.startsWith("/") || name.endsWith("/")) {
            return new StoredEntry.OtherEntry(whole);
        }
        CacheKey key = new CacheKey(name);
        try {
            if (key.pathname().isEmpty()) {
                return new StoredEntry.OtherEntry(whole);
            }
            return Shells.byName(key) ? new StoredEntry.ShellEntry(key) : new StoredEntry.PageEntry(key);
        } catch (IllegalArgumentException impossible) {
            return new StoredEntry.OtherEntry(whole);
        }
    }

    /**
     * Turns a pathname into the form that keys hold, as Next.js's {@code normalizePagePath} does: {@code /} becomes
     * {@code /index}, and {@code /index/x} becomes {@code /index/index/x} unless it is a dynamic route.
     *
     * @param pathname a pathname; a missing leading slash is added
     * @return the normal form
     * @throws IllegalArgumentException if the pathname holds an empty or a dot segment
     */
    public static String normalizePagePath(String pathname) {
        requireNonNull(pathname, "pathname");
        String normal;
        if (INDEX.matcher(pathname).find() && !DynamicRoute.matches(pathname)) {
            normal = "/index" + pathname;
        } else if (pathname.equals("/")) {
            normal = "/index";
        } else {
            normal = pathname.startsWith("/") ? pathname : "/" + pathname;
        }
        String resolved = PosixPath.normalize(normal);
        if (!resolved.equals(normal)) {
            throw new IllegalArgumentException("pathname must have no empty and no dot segment, but "
                    + Quoted.of(normal) + " resolves to " + Quoted.of(resolved));
        }
        return normal;
    }

    /**
     * Turns the form that keys hold back into a pathname, as Next.js's {@code denormalizePagePath} does.
     *
     * @param normal the form that keys hold, with a leading slash; a backslash counts as a slash
     * @return the pathname: {@code /} for {@code /index}, {@code /x} for {@code /index/x}
     */
    public static String denormalizePagePath(String normal) {
        requireNonNull(normal, "normal");
        String path = normal.replace('\\', '/');
        if (path.startsWith("/index/") && !DynamicRoute.matches(path)) {
            return path.substring("/index".length());
        }
        return path.equals("/index") ? "/" : path;
    }

    /**
     * Returns the hash by which a route-scoped key names its route.
     *
     * @param sourceRoute the route as {@link #routeScoped} takes it
     * @return 64 lower-case hexadecimal digits
     */
    public static String hashOf(String sourceRoute) {
        requireNonNull(sourceRoute, "sourceRoute");
        return HexFormat.of().formatHex(Sha256.digest().digest(sourceRoute.getBytes(StandardCharsets.UTF_8)));
    }

    /** {@return the form of the key} */
    public Format format() {
        return ROUTE_SCOPE.matcher(value).find() ? Format.ROUTE_SCOPED : Format.PLAIN;
    }

    /** {@return the router that a route-scoped key names; empty for a plain key} */
    public Optional<Router> router() {
        Matcher scope = ROUTE_SCOPE.matcher(value);
        return scope.find() ? Optional.of(Router.valueOf(scope.group(1))) : Optional.empty();
    }

    /**
     * {@return the hash of the route that a route-scoped key names, as {@link #hashOf} makes it; empty for a plain key}
     */
    public Optional<String> routeHash() {
        Matcher scope = ROUTE_SCOPE.matcher(value);
        return scope.find() ? Optional.of(scope.group(2)) : Optional.empty();
    }

    /**
     * Returns the page's pathname, with its locale if the site has locales.
     *
     * @return the pathname, such as {@code /} or {@code /en/legacy}
     * @throws IllegalArgumentException if the key holds an impossible interception route
     */
    public String pathname() {
        Matcher scope = ROUTE_SCOPE.matcher(value);
        return denormalizePagePath(scope.find() ? value.substring(scope.end()) : "/" + value);
    }

    /**
     * Tells whether the pathname holds a segment that is written as a parameter, such as {@code [id]}. The entry is then the
     * shell of a route, unless a page has that very text as its slug; {@link CacheEntry#hasUrl} tells the two apart.
     *
     * @return whether the key may be that of a shell
     */
    public boolean hasDynamicSegment() {
        return DynamicRoute.hasDynamicSegment(pathname());
    }

    /**
     * Returns the page behind the key, as visitors ask for it: an intercepting route such as {@code /feed/(..)photos/1} stands
     * in for the page {@code /photos/1} and answers under that page's URL.
     *
     * @param site tells the locales, which stand in the keys of Pages Router pages
     * @param assumed the router if the key is plain and so names none
     * @return the page; empty if the key's path can be no page of today's Next.js, such as one with a raw {@code ?}
     */
    public Optional<Page> page(Site site, Router assumed) {
        requireNonNull(site, "site");
        requireNonNull(assumed, "assumed");
        Router router = router().orElse(assumed);
        try {
            String pathname = Page.interceptedBy(pathname());
            if (router == Router.PAGES) {
                for (String locale : site.locales()) {
                    if (isBelow(pathname, locale)) {
                        String rest = pathname.substring(locale.length() + 1);
                        return Optional.of(
                                Page.of(router, rest.isEmpty() ? "/" : rest).inLocale(locale));
                    }
                }
            }
            return Optional.of(Page.of(router, pathname));
        } catch (IllegalArgumentException notAPage) {
            return Optional.empty();
        }
    }

    private static boolean isBelow(String pathname, String locale) {
        String prefix = "/" + locale;
        return pathname.equals(prefix) || pathname.startsWith(prefix + "/");
    }

    /** Returns the bare key. */
    @Override
    public String toString() {
        return value;
    }

    /**
     * Names the two forms that OpenNext gives to the cache key of a page.
     *
     * <p>Which one a site uses depends on its versions of Next.js and of OpenNext. Where a key of the site is at hand, look at
     * that and not at versions. Both forms are parsed everywhere.
     */
    public enum Format {
        /** The page's path alone, such as {@code products/1}: OpenNext 2.3 to 4.1.6, and later with older Next.js. */
        PLAIN,
        /** The path behind a hash of its route, such as {@code route-cache/APP_PAGE/<sha256>/$/products/1}. */
        ROUTE_SCOPED;

        private static final NextVersion FIRST_ON_15 = new NextVersion(15, 5, 27);
        private static final NextVersion FIRST_16 = new NextVersion(16, 0, 0);
        private static final NextVersion FIRST_ON_16 = new NextVersion(16, 3, 8);

        /**
         * Tells the form that OpenNext 4.1.7 and newer uses with a version of Next.js ({@code useRouteCacheKeys} in OpenNext
         * 4.1.12): route-scoped from 15.5.27 up to 16, and from 16.3.8 on. Older OpenNext uses plain keys with every version.
         *
         * @param version the site's version of Next.js
         * @return the form of its keys
         */
        public static Format of(NextVersion version) {
            requireNonNull(version, "version");
            boolean lateFifteen = version.compareTo(FIRST_ON_15) >= 0 && version.compareTo(FIRST_16) < 0;
            return lateFifteen || version.compareTo(FIRST_ON_16) >= 0 ? ROUTE_SCOPED : PLAIN;
        }
    }
}

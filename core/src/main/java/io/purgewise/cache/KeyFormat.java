package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.NextVersion;

/**
 * Names the two forms that OpenNext gives to the cache key of a page.
 *
 * <p>Which one a site uses follows from two versions, so what is found in its caches is the safer witness; both forms are
 * parsed everywhere.
 */
public enum KeyFormat {
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
    public static KeyFormat of(NextVersion version) {
        requireNonNull(version, "version");
        boolean lateFifteen = version.compareTo(FIRST_ON_15) >= 0 && version.compareTo(FIRST_16) < 0;
        return lateFifteen || version.compareTo(FIRST_ON_16) >= 0 ? ROUTE_SCOPED : PLAIN;
    }
}

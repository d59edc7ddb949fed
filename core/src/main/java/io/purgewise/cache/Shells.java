package io.purgewise.cache;

import io.purgewise.site.Page;
import io.purgewise.site.Router;
import java.util.Collection;
import java.util.Set;

/**
 * Recognises the entries that nobody can ask for: the fallback shells of routes, and Next.js's own pages.
 *
 * <p>A shell is stored under the pattern of its route ({@code /photos/[id]}, {@code /en/photos/[id]}), and so is a page
 * whose slug is that very text. Three things tell them apart: the hash of the route in a route-scoped key, the entry
 * itself, and its tag {@code _N_T_/photos/[id]/page}, which names the route.
 */
final class Shells {

    /** Next.js 16.4.6, {@code shared/lib/entry-constants}, and the Pages Router's {@code _error}. */
    private static final Set<String> OWN_PAGES = Set.of("/_not-found", "/_global-error", "/_error");

    private Shells() {}

    /** Tells whether the name of an entry alone shows that it has no URL. */
    static boolean byName(CacheKey key) {
        String pathname = key.pathname();
        if (OWN_PAGES.contains(pathname)) {
            return true;
        }
        if (!DynamicRoute.hasDynamicSegment(pathname)) {
            return false;
        }
        // The hash of an interception cannot be checked, since its key does not name its slot; its name is clear
        // enough.
        return !Page.interceptedBy(pathname).equals(pathname)
                || key.routeHash().map(hash -> isOf(key, hash, pathname)).orElse(false);
    }

    private static boolean isOf(CacheKey key, String hash, String pathname) {
        if (key.router().orElseThrow() == Router.PAGES) {
            int second = pathname.indexOf('/', 1);
            return hash.equals(CacheKey.hashOf(pathname))
                    || (second > 0 && hash.equals(CacheKey.hashOf(pathname.substring(second))));
        }
        return hash.equals(CacheKey.hashOf(pathname + "/page")) || hash.equals(CacheKey.hashOf(pathname + "/route"));
    }

    /**
     * Tells whether one of an entry's tags names a route, and the entry's name still has the parameters of that route.
     */
    static boolean byTags(CacheKey key, Collection<String> tags) {
        String pathname = key.pathname();
        return DynamicRoute.hasDynamicSegment(pathname)
                && tags.stream()
                        .map(String::strip)
                        .filter(tag ->
                                tag.startsWith(PathTags.PREFIX) && (tag.endsWith("/page") || tag.endsWith("/route")))
                        .anyMatch(tag -> isRoute(tag.substring(PathTags.PREFIX.length()), pathname));
    }

    /**
     * Tells whether each segment of a pathname that is written as a parameter is the parameter of a route at that place.
     */
    static boolean isRoute(String entry, String pathname) {
        String[] route = Page.pathOfEntry(entry).split("/", -1);
        String[] found = CacheTag.encodeHeaderSafe(pathname).split("/", -1);
        if (route.length != found.length) {
            return false;
        }
        for (int i = 0; i < found.length; i++) {
            boolean dynamic = DynamicRoute.isDynamic(found[i]);
            if (dynamic
                    ? !found[i].equals(route[i])
                    : !DynamicRoute.isDynamic(route[i]) && !found[i].equals(route[i])) {
                return false;
            }
        }
        return true;
    }
}

package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.util.Collection;
import java.util.function.Predicate;

/** Says in words what is likely to be wrong with a path that no stored page has. */
final class PathMistakes {

    private final Site site;
    private final Predicate<String> known;

    /**
     * Creates the words for a site.
     *
     * @param site the site
     * @param known tells whether a page is stored under a path
     */
    PathMistakes(Site site, Predicate<String> known) {
        this.site = site;
        this.known = known;
    }

    /**
     * Names the likeliest mistake.
     *
     * @param path the path that was given
     * @param some paths of the site, as many as are worth a look
     */
    String in(String path, Collection<String> some) {
        if (path.startsWith("/http:/") || path.startsWith("/https:/")) {
            return "looks like a whole URL; give its path alone";
        }
        if (CacheKey.plain(path).hasDynamicSegment()) {
            return "is a route, which has many pages: change the route instead, route:" + path;
        }
        String base = site.basePath();
        if (!base.isEmpty() && (path.equals(base) || path.startsWith(base + "/"))) {
            String bare = path.equals(base) ? "/" : path.substring(base.length());
            return "has the base path in it; write it without the base path: " + bare;
        }
        String decoded = decoded(path);
        if (!decoded.equals(path) && known.test(decoded)) {
            return "is percent-encoded; give it decoded: " + decoded;
        }
        NearestPath nearest = new NearestPath(path);
        some.forEach(nearest::offer);
        return "is the path of no stored page"
                + nearest.nearest()
                        .map(found -> "; the nearest one is " + found)
                        .orElse("");
    }

    private static String decoded(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        try {
            return Page.ofUrlPath(Router.APP_PAGE, path).path();
        } catch (IllegalArgumentException noEscapes) {
            return path;
        }
    }
}

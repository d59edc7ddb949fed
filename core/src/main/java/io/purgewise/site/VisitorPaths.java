package io.purgewise.site;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;

/**
 * Tells under which paths visitors get a page, where only the app knows and no {@link Rewrite} can say it.
 *
 * <p>Paths are written as {@link Page} writes them, without base path and trailing slash, and with the locale where the
 * visitor's URL has one. Implementations must be thread-safe and answer the same for the same argument.
 */
@FunctionalInterface
public interface VisitorPaths {

    /**
     * Lists the paths under which visitors get a page, besides its own.
     *
     * @param page the page as it is stored
     * @return the paths; empty if there are none
     */
    Collection<String> of(Page page);

    /**
     * Lists the stored pages that visitors get under a path, besides the page of that path. It is asked when a caller names
     * a changed page by its visitors' path; without it, such a page must be named by its own path.
     *
     * @param visitorPath the path that visitors ask for
     * @return the pages' own paths, with the locale that a cache key holds; empty (the default) if there are none
     */
    default Collection<String> pagesBehind(String visitorPath) {
        requireNonNull(visitorPath, "visitorPath");
        return List.of();
    }
}

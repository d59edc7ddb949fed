package io.purgewise.revalidate;

import io.purgewise.cache.CacheTag;
import io.purgewise.cache.PathTags;
import io.purgewise.site.Page;
import io.purgewise.site.Router;

/** Says what content changed. Instances are immutable and thread-safe. */
public sealed interface Change {

    /**
     * Says that everything with a cache tag changed, as {@code revalidateTag} does.
     *
     * @param tag the tag as the app wrote it
     */
    record OfTag(CacheTag tag) implements Change {

        /** Returns {@code tag:} and the tag. */
        @Override
        public String toString() {
            return "tag:" + tag;
        }
    }

    /**
     * Says that a page changed, and leaves it to the caches which router serves it.
     *
     * @param path the page's path in the form of {@link Page#path()}; on a site with locales it means all of them, unless it
     *     starts with one
     */
    record OfPath(String path) implements Change {

        /**
         * Creates a change of a checked path.
         *
         * @param path the page's path
         * @throws IllegalArgumentException if {@code path} is no page path
         */
        public OfPath {
            Page.of(Router.PAGES, path);
        }

        /** Returns {@code path:} and the path. */
        @Override
        public String toString() {
            return "path:" + path;
        }
    }

    /**
     * Says that a page changed whose router is known.
     *
     * @param page the page
     */
    record OfPage(Page page) implements Change {

        /** Returns {@code page:} and the page. */
        @Override
        public String toString() {
            return "page:" + page;
        }
    }

    /**
     * Says that all pages of a route changed, as {@code revalidatePath(pattern, "page")} and
     * {@code revalidatePath(pattern, "layout")} do. The App Router alone knows routes by name.
     *
     * @param pattern the route as the app's folders spell it, with its groups and parameters and without its leaf, such as
     *     {@code /blog/[slug]} or {@code /(shop)/deals}; {@code /} for the root
     * @param scope the pages of the route itself, or all below its layout
     */
    record OfRoute(String pattern, PathTags.Scope scope) implements Change {

        /**
         * Creates a change of a checked pattern.
         *
         * @param pattern the route
         * @param scope what of it
         * @throws IllegalArgumentException if {@code pattern} does not start with a slash, ends with one or with its leaf, or
         *     is over 1,024 characters, which Next.js ignores
         */
        public OfRoute {
            boolean leaf = pattern.endsWith("/page") || pattern.endsWith("/layout") || pattern.endsWith("/route");
            boolean slash = pattern.length() > 1 && pattern.endsWith("/");
            if (!pattern.startsWith("/") || slash || leaf || pattern.contains("//")) {
                throw new IllegalArgumentException(
                        "route must start with / and have no closing slash nor leaf, such as /blog/[slug], but was \""
                                + pattern + "\"");
            }
            if (PathTags.revalidatePath(pattern, scope).isEmpty()) {
                throw new IllegalArgumentException("Next.js ignores paths over " + PathTags.MAX_PATH_LENGTH
                        + " characters, but this one has " + pattern.length());
            }
        }

        /** Returns {@code route:} or {@code layout:} and the pattern. */
        @Override
        public String toString() {
            return (scope == PathTags.Scope.PAGE ? "route:" : "layout:") + pattern;
        }
    }

    /**
     * Creates the change of a tag.
     *
     * @param tag the tag as the app wrote it
     * @return the change
     * @throws IllegalArgumentException if Next.js would not take the tag
     */
    static Change tag(String tag) {
        return new OfTag(CacheTag.of(tag));
    }

    /**
     * Creates the change of a page whose router is looked up.
     *
     * @param path the page's path, decoded, without base path and trailing slash
     * @return the change
     * @throws IllegalArgumentException if {@code path} is no page path
     */
    static Change path(String path) {
        return new OfPath(path);
    }

    /**
     * Creates the change of a page.
     *
     * @param page the page
     * @return the change
     */
    static Change page(Page page) {
        return new OfPage(page);
    }

    /**
     * Creates the change of all pages of a route.
     *
     * @param pattern the route without its leaf, such as {@code /blog/[slug]}
     * @param scope the pages of the route itself, or all below its layout
     * @return the change
     * @throws IllegalArgumentException if {@code pattern} is no route
     */
    static Change route(String pattern, PathTags.Scope scope) {
        return new OfRoute(pattern, scope);
    }

    /**
     * Parses {@code tag:NAME}, {@code path:/P}, {@code route:/R} or {@code layout:/R}. A trailing slash of {@code /P} makes
     * no difference.
     *
     * @param text the change as the tool takes it
     * @return the change
     * @throws IllegalArgumentException if {@code text} is none of these, or its name is malformed
     */
    static Change parse(String text) {
        if (text.startsWith("tag:")) {
            return tag(text.substring("tag:".length()));
        }
        if (text.startsWith("path:")) {
            String path = text.substring("path:".length());
            // As revalidatePath does, since the URLs of a site with trailing slashes are copied with theirs.
            return path(path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        }
        if (text.startsWith("route:")) {
            return route(text.substring("route:".length()), PathTags.Scope.PAGE);
        }
        if (text.startsWith("layout:")) {
            return route(text.substring("layout:".length()), PathTags.Scope.LAYOUT);
        }
        throw new IllegalArgumentException(
                "change must be tag:NAME, path:/P, route:/R or layout:/R, but was \"" + text + "\"");
    }
}

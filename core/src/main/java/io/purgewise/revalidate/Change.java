package io.purgewise.revalidate;

import io.purgewise.cache.CacheTag;
import io.purgewise.cache.PathTags;
import io.purgewise.site.Page;
import java.util.Objects;

/**
 * Says what content changed.
 *
 * <p>A change has a text form that survives a store: {@code Change.parse(change.toString())} equals the change, for every
 * kind. Instances are immutable and thread-safe.
 */
public sealed interface Change {

    /**
     * Calls the visitor's method for this kind of change. A visitor handles every kind, and the compiler sees to it.
     *
     * @param visitor what to do with each kind
     * @param <T> what comes out of it
     * @return what the visitor returned
     */
    <T> T accept(Visitor<T> visitor);

    /**
     * Handles every kind of change.
     *
     * @param <T> what comes out of it
     */
    interface Visitor<T> {

        /**
         * Handles the change of a tag.
         *
         * @param change the change
         * @return what comes out of it
         */
        T tag(OfTag change);

        /**
         * Handles the change of a page whose router is looked up.
         *
         * @param change the change
         * @return what comes out of it
         */
        T path(OfPath change);

        /**
         * Handles the change of a page whose router is known.
         *
         * @param change the change
         * @return what comes out of it
         */
        T page(OfPage change);

        /**
         * Handles the change of all pages of a route.
         *
         * @param change the change
         * @return what comes out of it
         */
        T route(OfRoute change);

        /**
         * Handles the change of the whole site.
         *
         * @param change the change
         * @return what comes out of it
         */
        T everything(Everything change);
    }

    /**
     * Says that everything with a cache tag changed, as {@code revalidateTag} does.
     *
     * @param tag the tag as the app wrote it
     */
    record OfTag(CacheTag tag) implements Change {

        public OfTag {
            Objects.requireNonNull(tag, "tag");
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            Objects.requireNonNull(visitor, "visitor");
            return visitor.tag(this);
        }

        /** Returns {@code tag:} and the tag. */
        @Override
        public String toString() {
            return ChangeText.TAG + tag;
        }
    }

    /**
     * Says that a page changed. Which router serves it is looked up in the caches.
     *
     * @param path the path that visitors ask for, in the form of {@link Page#path()}; on a site with locales it means
     *     all of them, unless it starts with one
     * @param mayBeUnknown whether to clear the path as given if neither the stored pages nor the tag table know it, as
     *     those of a page that nobody visited do not; otherwise an unknown path is a problem, and nothing is written or
     *     paid for it
     */
    record OfPath(String path, boolean mayBeUnknown) implements Change {

        /**
         * Creates a change of a checked path.
         *
         * @throws IllegalArgumentException if {@code path} is no page path
         */
        public OfPath {
            ChangeText.requirePath(path);
        }

        /** {@return this change for a page that no cache may know yet: its URLs are cleared as given even then} */
        public OfPath evenIfUnknown() {
            return new OfPath(path, true);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            Objects.requireNonNull(visitor, "visitor");
            return visitor.path(this);
        }

        /** Returns {@code path:} or, for one that may be unknown, {@code new-path:}, and the path. */
        @Override
        public String toString() {
            return (mayBeUnknown ? ChangeText.NEW_PATH : ChangeText.PATH) + path;
        }
    }

    /**
     * Says that a page changed whose router is known. It is cleared whether the caches know it or not.
     *
     * @param page the page
     */
    record OfPage(Page page) implements Change {

        public OfPage {
            Objects.requireNonNull(page, "page");
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            Objects.requireNonNull(visitor, "visitor");
            return visitor.page(this);
        }

        /** Returns {@code page:}, the router, locale and route where they are known, and the path. */
        @Override
        public String toString() {
            return ChangeText.ofPage(page);
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
         * @throws IllegalArgumentException if {@code pattern} does not start with a slash, ends with one or with its leaf, or
         *     is over 1,024 characters, which Next.js ignores
         */
        public OfRoute {
            ChangeText.requireRoute(pattern, scope);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            Objects.requireNonNull(visitor, "visitor");
            return visitor.route(this);
        }

        /** Returns {@code route:} or {@code layout:} and the pattern. */
        @Override
        public String toString() {
            return (scope == PathTags.Scope.PAGE ? ChangeText.ROUTE : ChangeText.LAYOUT) + pattern;
        }
    }

    /**
     * Says that the whole site changed.
     *
     * <p>What is marked in every live build: in original mode each row of the root layout's tag, and each stored page and
     * fetch where a store of pages is given; in next mode the root layout's tag, which every page and fetch of the App Router
     * carries. At the CDN everything below the site's base path is cleared, {@code /*} for a site without one, whether a page
     * stands behind it or not. Pages of the Pages Router that no mark reaches have to be rendered anew.
     */
    record Everything() implements Change {

        @Override
        public <T> T accept(Visitor<T> visitor) {
            Objects.requireNonNull(visitor, "visitor");
            return visitor.everything(this);
        }

        /** Returns {@code everything}. */
        @Override
        public String toString() {
            return ChangeText.EVERYTHING;
        }
    }

    /**
     * Creates the change of a tag.
     *
     * @param tag the tag as the app wrote it
     * @return the change
     * @throws IllegalArgumentException if Next.js would not take the tag
     */
    static OfTag tag(String tag) {
        return new OfTag(CacheTag.of(Objects.requireNonNull(tag, "tag")));
    }

    /**
     * Creates the change of a page whose router is looked up.
     *
     * @param path the page's path, decoded, without base path and trailing slash
     * @return the change; {@link OfPath#evenIfUnknown} clears a path that no cache knows yet
     * @throws IllegalArgumentException if {@code path} is no page path
     */
    static OfPath path(String path) {
        return new OfPath(path, false);
    }

    /**
     * Creates the change of a page.
     *
     * @param page the page
     * @return the change
     */
    static OfPage page(Page page) {
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
    static OfRoute route(String pattern, PathTags.Scope scope) {
        return new OfRoute(pattern, scope);
    }

    /** {@return the change of the whole site} */
    static Everything everything() {
        return new Everything();
    }

    /**
     * Parses the text form of a change.
     *
     * <p>The forms are {@code tag:NAME}, {@code path:/P} (a trailing slash makes no difference), {@code new-path:/P} for a
     * path that no cache may know yet, {@code route:/R}, {@code layout:/R}, {@code page:ROUTER:/P} or with a locale and a
     * route {@code page:PAGES;locale=fr;route=/docs/[[...path]]:/docs}, and {@code everything} or {@code all}.
     *
     * @param text the change as the tool takes it and as {@code toString} writes it
     * @return the change
     * @throws IllegalArgumentException if {@code text} is none of these, or its name is malformed
     */
    static Change parse(String text) {
        return ChangeText.parse(text);
    }
}

package io.purgewise.revalidate;

import io.purgewise.cache.CacheTag;
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
     * Parses {@code tag:NAME} or {@code path:/P}.
     *
     * @param text the change as the tool takes it
     * @return the change
     * @throws IllegalArgumentException if {@code text} is neither, or its name is malformed
     */
    static Change parse(String text) {
        if (text.startsWith("tag:")) {
            return tag(text.substring("tag:".length()));
        }
        if (text.startsWith("path:")) {
            return path(text.substring("path:".length()));
        }
        throw new IllegalArgumentException("change must be tag:NAME or path:/P, but was \"" + text + "\"");
    }
}

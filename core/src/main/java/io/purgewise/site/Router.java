package io.purgewise.site;

/** Names the part of Next.js that serves a page; the cache keys of OpenNext carry the same three names. */
public enum Router {
    /** Serves {@code pages/}: each page has an HTML URL and, with {@code getStaticProps}, a data URL. */
    PAGES,
    /** Serves {@code app/.../page}: HTML and React server components share one URL. */
    APP_PAGE,
    /** Serves {@code app/.../route}: a route handler with one URL. */
    APP_ROUTE
}

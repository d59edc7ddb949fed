package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.Page;

/**
 * Says what became of a page that was to be rendered anew.
 *
 * @param page the page
 * @param url the URL that was asked
 * @param outcome what became of it
 * @param detail the answer's status and cache state, or why there was none; never holds a secret
 */
public record Rendering(Page page, String url, Outcome outcome, String detail) {

    public Rendering {
        requireNonNull(page, "page");
        requireNonNull(url, "url");
        requireNonNull(outcome, "outcome");
        requireNonNull(detail, "detail");
    }

    /** Names what became of a page. */
    public enum Outcome {
        /** The site said that it rendered and stored the page. */
        RENDERED,
        /** The page was never generated, and only generated pages were asked for. */
        SKIPPED,
        /** The page may still be the old one. */
        FAILED
    }
}

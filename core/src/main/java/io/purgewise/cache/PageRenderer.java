package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.Page;
import java.util.Collection;
import java.util.List;

/** Makes the running site render pages anew, before visitors ask for them. Implementations are thread-safe. */
public interface PageRenderer {

    /**
     * Renders pages anew and waits until each is stored.
     *
     * <p>Marks come first, and the next whole second: an entry stored within the second of its mark is still judged older.
     *
     * @param pages the pages
     * @return what became of each page, in their order; a failure does not stop the others
     */
    List<Rendering> render(Collection<Page> pages);

    /**
     * Says what became of a page that was to be rendered anew.
     *
     * @param page the page
     * @param url the URL that was asked
     * @param outcome what became of it
     * @param detail the answer's status and cache state, or why there was none; never holds a secret
     */
    record Rendering(Page page, String url, Outcome outcome, String detail) {

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
}

package io.purgewise.revalidate;

import io.purgewise.site.Page;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Says what stands behind a path that a caller gave, in one build. */
sealed interface PathLookup {

    /**
     * Has found the pages behind the path.
     *
     * @param stored the pages that are stored
     * @param asGiven the path itself as a page, where no found page is cleared under it
     */
    record Known(StoredPages stored, Optional<Page> asGiven) implements PathLookup {

        /** Lists all pages to be cleared, each once. */
        Set<Page> pages() {
            Set<Page> pages = new LinkedHashSet<>(stored.byKey().values());
            asGiven.ifPresent(pages::add);
            return pages;
        }
    }

    /**
     * Has found nothing, although everything that is stored was looked through.
     *
     * @param reason the likely mistake, as half a sentence that goes on behind the path
     */
    record Unknown(String reason) implements PathLookup {}

    /**
     * Has found nothing, and could not look through everything: there is neither a store of pages nor a table that knows
     * them.
     */
    record Undecided() implements PathLookup {}
}

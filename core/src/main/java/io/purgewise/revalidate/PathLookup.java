package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.site.Page;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says what stands behind a path that a caller gave, in one build. */
sealed interface PathLookup {

    /**
     * Has found the pages behind the path.
     *
     * @param byKey the page behind each key that is stored
     * @param asGiven the path itself as a page, where no found page is cleared under it
     * @param pathTags the tags by which the stored entries name their path, as far as they were read
     * @param notes what a person should know; mostly empty
     */
    record Known(Map<CacheKey, Page> byKey, Optional<Page> asGiven, List<String> pathTags, List<String> notes)
            implements PathLookup {

        public Known {
            // In the order in which they were found, so that receipts are the same on every JVM.
            byKey = Collections.unmodifiableMap(new LinkedHashMap<>(byKey));
            pathTags = List.copyOf(pathTags);
            notes = List.copyOf(notes);
        }

        /** Lists all pages to be cleared, each once. */
        Set<Page> pages() {
            Set<Page> pages = new LinkedHashSet<>(byKey.values());
            asGiven.ifPresent(pages::add);
            return pages;
        }

        /** Lists the keys to be marked. */
        List<CacheKey> keys() {
            return byKey.keySet().stream()
                    .sorted((a, b) -> a.value().compareTo(b.value()))
                    .toList();
        }
    }

    /**
     * Has found nothing where everything that is stored was looked through.
     *
     * @param reason the likely mistake, as half a sentence that goes on behind the path
     */
    record Unknown(String reason) implements PathLookup {}

    /**
     * Has found nothing where not everything could be looked through: there is neither a store of pages nor a table that
     * knows them.
     */
    record Undecided() implements PathLookup {}
}

package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.PathTags;
import io.purgewise.site.Page;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds the pages that stand behind keys in one build, in the order in which they were found, so that receipts are the same
 * on every JVM.
 *
 * @param byKey the page behind each key
 * @param tags the tags of the entries that were read, by their keys
 * @param notes what a person should know; mostly empty
 */
record StoredPages(Map<CacheKey, Page> byKey, Map<CacheKey, List<String>> tags, List<String> notes) {

    StoredPages {
        byKey = Collections.unmodifiableMap(new LinkedHashMap<>(byKey));
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
        notes = List.copyOf(notes);
    }

    Set<CacheKey> keys() {
        return byKey.keySet();
    }

    /**
     * Lists the tags by which the entries name their paths: in next mode servers go by these alone, and where requests are
     * rewritten they name another path than the one that the entry is stored under.
     */
    Set<String> pathTags() {
        Set<String> named = new LinkedHashSet<>();
        tags.values().forEach(each -> named.addAll(PathTags.ownPathTags(each)));
        return named;
    }
}

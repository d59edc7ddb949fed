package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.WriteReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Says what a change marked in the tag table.
 *
 * @param rows what became of each row
 * @param pages the keys of the pages that the change names: the CDN's copies of them are outdated
 * @param reached the keys of further pages that were expired along with them, because they share data
 * @param tags the tags of named pages, by their keys, as far as their rows were read
 * @param dataEntries how many rows of stored data (fetches and {@code 'use cache'} entries) were among the marks
 * @param dated the date of the latest mark, which may lie ahead: only then does it count with every reader
 * @param notes what was done otherwise than asked, for a person to read; mostly empty
 */
record Marking(
        WriteReport rows,
        List<CacheKey> pages,
        List<CacheKey> reached,
        Map<CacheKey, List<String>> tags,
        int dataEntries,
        Instant dated,
        List<String> notes) {

    Marking {
        pages = List.copyOf(pages);
        reached = List.copyOf(reached);
        tags = Map.copyOf(tags);
        notes = List.copyOf(notes);
    }
}

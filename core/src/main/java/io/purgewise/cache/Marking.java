package io.purgewise.cache;

import java.util.List;

/**
 * Says what a change marked in the tag table.
 *
 * @param rows what became of each row
 * @param pages the keys of the pages that the change names: the CDN's copies of them are outdated
 * @param reached the keys of further pages that were expired along with them, because they share data
 * @param fetches how many rows of stored fetches were among the marks
 * @param notes what was done otherwise than asked, for a person to read; mostly empty
 */
public record Marking(WriteReport rows, List<CacheKey> pages, List<CacheKey> reached, int fetches, List<String> notes) {

    /**
     * Creates a report from its parts.
     *
     * @param rows what became of each row
     * @param pages the pages that the change names
     * @param reached the pages expired along with them
     * @param fetches how many fetch rows were marked
     * @param notes what was done otherwise than asked
     */
    public Marking {
        pages = List.copyOf(pages);
        reached = List.copyOf(reached);
        notes = List.copyOf(notes);
    }
}

package io.purgewise.cache;

import java.util.Collection;
import java.util.List;

/**
 * Reads and writes OpenNext's tag table.
 *
 * <p>The port knows rows, not what they mean; {@link TagMarker} turns a change into rows. Implementations are thread-safe
 * and lose nothing in silence: every row of a write is reported.
 */
public interface TagCache {

    /**
     * Finds all rows of a tag, however many there are, as they stand now.
     *
     * @param tag the partition key, see {@link TagCacheMode#tagKey}
     * @return the rows; rows of other shapes that share the key are left out
     * @throws CacheAccessException if the table cannot be read
     */
    List<TagRow> rowsOfTag(String tag);

    /**
     * Finds all rows of an entry. The table answers from its index {@code revalidate}, which may lag about a second behind.
     *
     * @param path the sort key, see {@link TableKey#ofPath}
     * @return the rows
     * @throws CacheAccessException if the table or its index cannot be read
     */
    List<TagRow> rowsOfPath(String path);

    /**
     * Writes marks so that afterwards each row stands as {@link TagRow#over} says, whoever else writes at the same time.
     * Several marks on one row count as one.
     *
     * @param marks the rows to write
     * @return what became of each row; a row that could not be written is in there, it does not stop the others
     */
    WriteReport write(Collection<TagRow> marks);
}

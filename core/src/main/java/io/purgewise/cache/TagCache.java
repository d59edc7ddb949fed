package io.purgewise.cache;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads and writes OpenNext's tag table.
 *
 * <p>The port knows rows, not what they mean; a {@code Revalidator} turns changes into rows. Implementations are thread-safe
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
     * Finds some rows of a tag, enough to see whether there are any and what they look like.
     *
     * @param tag the partition key
     * @param limit how many rows at the most; at least 1
     * @return as many rows as there are, or {@code limit} of them; by default all are read and the first are taken
     * @throws CacheAccessException if the table cannot be read
     * @throws IllegalArgumentException if {@code limit} is less than 1
     */
    default List<TagRow> rowsOfTag(String tag, int limit) {
        requireNonNull(tag, "tag");
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, but was " + limit);
        }
        return rowsOfTag(tag).stream().limit(limit).toList();
    }

    /**
     * Finds all rows of an entry. The table answers from its index {@code revalidate}, which may lag about a second behind.
     *
     * @param path the sort key, see {@link TableKey#ofPath}
     * @return the rows
     * @throws CacheAccessException if the table or its index cannot be read
     */
    List<TagRow> rowsOfPath(String path);

    /**
     * Finds all rows of several tags, as {@link #rowsOfTag} does for each; by default one tag after the other.
     *
     * @param tags the partition keys
     * @return the rows of each tag, in the order of the tags
     * @throws CacheAccessException if the table cannot be read
     */
    default Map<String, List<TagRow>> rowsOfTags(Collection<String> tags) {
        requireNonNull(tags, "tags");
        Map<String, List<TagRow>> rows = new LinkedHashMap<>();
        tags.forEach(tag -> rows.put(tag, rowsOfTag(tag)));
        return rows;
    }

    /**
     * Finds all rows of several entries, as {@link #rowsOfPath} does for each; by default one entry after the other.
     *
     * @param paths the sort keys
     * @return the rows of each entry, in the order of the paths
     * @throws CacheAccessException if the table or its index cannot be read
     */
    default Map<String, List<TagRow>> rowsOfPaths(Collection<String> paths) {
        requireNonNull(paths, "paths");
        Map<String, List<TagRow>> rows = new LinkedHashMap<>();
        paths.forEach(path -> rows.put(path, rowsOfPath(path)));
        return rows;
    }

    /**
     * Writes marks so that afterwards each row stands as {@link TagRow#over} says, whoever else writes at the same time.
     * Several marks on one row count as one.
     *
     * @param marks the rows to write
     * @return what became of each row; a row that could not be written is in there, it does not stop the others
     */
    WriteReport write(Collection<TagRow> marks);

    /**
     * Tells the time by the table's clock. Where no {@link IncrementalCache} is given, marks are dated by it: AWS sets
     * its clock by the same source as that of the store, which dates entries.
     *
     * @return the table's time in whole seconds, rounded down; empty if the table does not tell, which is the default
     * @throws CacheAccessException if the table cannot be reached
     */
    default Optional<Instant> time() {
        return Optional.empty();
    }
}

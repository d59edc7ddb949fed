package io.purgewise.testkit;

import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cache.WriteReport.Outcome;
import io.purgewise.cache.WriteReport.Result;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the rows of OpenNext's tag table in memory.
 *
 * <p>Unlike the table, its index never lags behind, and no row is too large for it. This class is thread-safe.
 */
public final class InMemoryTagCache implements TagCache {

    private record Key(String tag, String path) implements Comparable<Key> {
        static Key of(TagRow row) {
            return new Key(row.tag(), row.path());
        }

        @Override
        public int compareTo(Key other) {
            int byTag = tag.compareTo(other.tag);
            return byTag != 0 ? byTag : path.compareTo(other.path);
        }
    }

    private final TreeMap<Key, TagRow> rows = new TreeMap<>();
    private @Nullable Predicate<TagRow> failing;

    private InMemoryTagCache() {}

    /**
     * Creates an empty table.
     *
     * @return the table
     */
    public static InMemoryTagCache create() {
        return new InMemoryTagCache();
    }

    /**
     * Puts rows in as they are, over what stands, as OpenNext itself does.
     *
     * @param seed the rows, such as those of {@code dynamodb-cache.json}
     * @return this table
     */
    public synchronized InMemoryTagCache seed(Collection<TagRow> seed) {
        Objects.requireNonNull(seed, "seed");
        seed.forEach(row -> rows.put(Key.of(row), row));
        return this;
    }

    /**
     * Makes the table refuse to write some rows from now on.
     *
     * @param failing tells the rows that fail
     * @return this table
     */
    public synchronized InMemoryTagCache failOn(Predicate<TagRow> failing) {
        Objects.requireNonNull(failing, "failing");
        this.failing = failing;
        return this;
    }

    /**
     * Returns all rows.
     *
     * @return the rows, sorted by tag and path
     */
    public synchronized List<TagRow> rows() {
        return List.copyOf(rows.values());
    }

    @Override
    public synchronized List<TagRow> rowsOfTag(String tag) {
        Objects.requireNonNull(tag, "tag");
        return rows.values().stream().filter(row -> row.tag().equals(tag)).toList();
    }

    @Override
    public synchronized List<TagRow> rowsOfPath(String path) {
        Objects.requireNonNull(path, "path");
        return rows.values().stream().filter(row -> row.path().equals(path)).toList();
    }

    @Override
    public synchronized WriteReport write(Collection<TagRow> marks) {
        Objects.requireNonNull(marks, "marks");
        Map<Key, TagRow> distinct = new LinkedHashMap<>();
        marks.forEach(
                mark -> distinct.merge(Key.of(mark), mark, (a, b) -> b.over(a).orElse(a)));
        List<Result> results = new ArrayList<>();
        for (TagRow mark : distinct.values()) {
            results.add(write(mark));
        }
        return new WriteReport(results);
    }

    private Result write(TagRow mark) {
        if (failing != null && failing.test(mark)) {
            return new Result(mark, Outcome.FAILED, "the test said so");
        }
        TagRow standing = rows.get(Key.of(mark));
        Optional<TagRow> result = standing == null ? Optional.of(mark) : mark.over(standing);
        result.ifPresent(row -> rows.put(Key.of(row), row));
        return new Result(mark, result.isPresent() || mark.equals(standing) ? Outcome.WRITTEN : Outcome.NEWER, null);
    }
}

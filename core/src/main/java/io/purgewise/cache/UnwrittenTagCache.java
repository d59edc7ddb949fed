package io.purgewise.cache;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a tag table and writes nothing to it, for dry runs. */
final class UnwrittenTagCache implements TagCache {

    private final TagCache table;

    UnwrittenTagCache(TagCache table) {
        this.table = table;
    }

    @Override
    public List<TagRow> rowsOfTag(String tag) {
        return table.rowsOfTag(tag);
    }

    @Override
    public List<TagRow> rowsOfTag(String tag, int limit) {
        return table.rowsOfTag(tag, limit);
    }

    @Override
    public List<TagRow> rowsOfPath(String path) {
        return table.rowsOfPath(path);
    }

    @Override
    public Map<String, List<TagRow>> rowsOfTags(Collection<String> tags) {
        return table.rowsOfTags(tags);
    }

    @Override
    public Map<String, List<TagRow>> rowsOfPaths(Collection<String> paths) {
        return table.rowsOfPaths(paths);
    }

    @Override
    public WriteReport write(Collection<TagRow> marks) {
        return new WriteReport(new LinkedHashSet<>(marks)
                .stream()
                        .map(row -> new WriteReport.Result(row, WriteReport.Outcome.PLANNED, null))
                        .toList());
    }

    @Override
    public Optional<Instant> time() {
        return table.time();
    }
}

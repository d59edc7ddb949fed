package io.purgewise.revalidate;

import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a tag table and writes nothing to it, for dry runs. */
final class DryRunTagCache implements TagCache {

    private final TagCache table;

    DryRunTagCache(TagCache table) {
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

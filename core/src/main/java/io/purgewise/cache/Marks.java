package io.purgewise.cache;

import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.cache.StoredEntry.ShellEntry;
import io.purgewise.site.BuildId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Collects the rows of one change, each once, and the pages behind them, and writes them in the order that {@link TagMarker}
 * promises. This class is not thread-safe.
 */
final class Marks {

    /** How often data rows are written at the most; each time after the first has room for half as long again. */
    private static final int MAX_PASSES = 4;

    private final TagCache cache;
    private final TagCacheMode mode;
    private final MarkPolicy policy;
    private final BuildId build;
    private final Set<TagRow.Key> data = new LinkedHashSet<>();
    private final Set<TagRow.Key> pageRows = new LinkedHashSet<>();
    private final Set<CacheKey> pages = new LinkedHashSet<>();
    private final Set<CacheKey> reached = new LinkedHashSet<>();
    private final List<String> notes = new ArrayList<>();
    private int dataEntries;

    Marks(TagCache cache, TagCacheMode mode, MarkPolicy policy, BuildId build) {
        this.cache = cache;
        this.mode = mode;
        this.policy = policy;
        this.build = build;
    }

    /** Lists the pages that the change names, as far as they were found by now. */
    List<CacheKey> pages() {
        return List.copyOf(pages);
    }

    void addAll(Collection<TagRow> found) {
        found.forEach(this::add);
    }

    void add(TagRow row) {
        put(row.key(), pages);
    }

    /** Adds a row of an entry that shares data with a page of the change. */
    void addShared(TagRow row) {
        put(row.key(), reached);
    }

    /** Adds a row for an entry that is known to be stored, whether or not the table has such a row. */
    void addKnown(CacheKey key, String tag) {
        put(new TagRow.Key(mode.tagKey(build, tag), TableKey.ofPath(build, key.value())), pages);
    }

    /** Adds a row of a path at which no page need be stored: servers look up the data of pages by it. */
    void addPath(String path, String tag) {
        data.add(new TagRow.Key(mode.tagKey(build, tag), path));
    }

    /** Adds a row that an earlier mark of a path has left behind. */
    void addLeftBehind(TagRow row) {
        data.add(row.key());
    }

    void addNextMode(String tag) {
        String key = mode.tagKey(build, tag);
        data.add(new TagRow.Key(key, key));
    }

    void addPageOnly(CacheKey key) {
        pages.add(key);
    }

    private void put(TagRow.Key row, Set<CacheKey> into) {
        StoredEntry entry = StoredEntry.ofTablePath(build, row.path());
        boolean added = (entry instanceof PageEntry || entry instanceof ShellEntry ? pageRows : data).add(row);
        if (entry instanceof PageEntry page) {
            into.add(page.key());
        } else if (added && entry.isData()) {
            dataEntries++;
        }
    }

    /** Takes out the keys that are no page's but a route's, as far as only their rows tell. */
    void dropShells() {
        Set<CacheKey> suspects = new LinkedHashSet<>(pages);
        suspects.addAll(reached);
        suspects.removeIf(key -> !key.hasDynamicSegment());
        if (suspects.isEmpty() || mode == TagCacheMode.NEXT_MODE) {
            return;
        }
        Map<String, List<TagRow>> rows = cache.rowsOfPaths(suspects.stream()
                .map(key -> TableKey.ofPath(build, key.value()))
                .toList());
        int tagStart = build.value().length() + 1;
        for (CacheKey key : suspects) {
            List<String> tags = rows.getOrDefault(TableKey.ofPath(build, key.value()), List.of()).stream()
                    .filter(row -> row.tag().startsWith(build + "/"))
                    .map(row -> row.tag().substring(tagStart))
                    .toList();
            if (Shells.byTags(key, tags)) {
                pages.remove(key);
                reached.remove(key);
            }
        }
    }

    Marking write(Supplier<Instant> now) {
        dropShells();
        reached.removeAll(pages);
        Instant start = now.get();
        Instant date = withinSecond(start);
        WriteReport report = write(data, date);
        Instant end = data.isEmpty() ? start : now.get();
        for (int pass = 1; end.isAfter(coveredUntil(date)) && pass < MAX_PASSES; pass++) {
            Duration took = Duration.between(start, end);
            start = end;
            date = withinSecond(end.plus(took).plus(took.dividedBy(2)));
            report = write(data, date);
            end = now.get();
        }
        if (end.isAfter(coveredUntil(date))) {
            notes.add("the marks of data took " + Duration.between(start, end) + ", longer than reckoned with; what was"
                    + " rendered meanwhile may hold old data, so revalidate again");
        }
        Instant pageDate = end.isAfter(date) ? withinSecond(end) : date;
        report = lastOfEach(report, write(pageRows, pageDate));
        notes.addAll(policy.notes());
        return new Marking(report, List.copyOf(pages), List.copyOf(reached), dataEntries, pageDate, notes);
    }

    private WriteReport write(Collection<TagRow.Key> keys, Instant date) {
        return keys.isEmpty()
                ? WriteReport.EMPTY
                : cache.write(keys.stream().map(key -> policy.row(key, date)).toList());
    }

    /** Keeps one result for each row: one that stands for a page and for its data is written as both. */
    private static WriteReport lastOfEach(WriteReport data, WriteReport pages) {
        Map<TagRow.Key, WriteReport.Result> last = new LinkedHashMap<>();
        data.results().forEach(result -> last.put(result.row().key(), result));
        pages.results().forEach(result -> last.put(result.row().key(), result));
        return new WriteReport(List.copyOf(last.values()));
    }

    /** Dates a mark so that it is later than the second that it falls in, by which S3 dates entries. */
    private static Instant withinSecond(Instant time) {
        Instant date = time.truncatedTo(ChronoUnit.MILLIS);
        return date.equals(time.truncatedTo(ChronoUnit.SECONDS)) ? date.plusMillis(1) : date;
    }

    /** Returns until when stored entries count as older than a mark: to the end of its second. */
    private static Instant coveredUntil(Instant date) {
        return date.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1).minusMillis(1);
    }
}

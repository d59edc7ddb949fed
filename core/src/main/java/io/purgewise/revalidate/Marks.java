package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.cache.StoredEntry.ShellEntry;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
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
 * Collects the rows of one change, each once, and the pages behind them, and writes them. Not thread-safe.
 *
 * <p><b>When marks are dated.</b> A server renders a page from stored data, and takes an entry that is stored later than its
 * mark for a new one. So data (fetches and {@code 'use cache'} entries, which may be made from each other) is marked first
 * and with one date, and pages after it with a date of their own. The date of the data is no earlier than the moment at which
 * the last row of data was written, to the second in which S3 dates entries: if writing takes longer, the rows are written
 * again with a date that lies ahead by half as long again as the last writing took. The pages' date is no earlier than that
 * either. So an entry made from old data is always older than its mark, unless its rendering began before the last row of
 * data was written <em>and</em> ended after {@link Marking#dated}. That is what a margin for the slowest render is for: it is
 * added to the time that is handed in.
 */
final class Marks {

    /**
     * How often data rows are written at the most; each time after the first is dated for writing half as long again.
     */
    private static final int MAX_PASSES = 4;

    private final TagCache cache;
    private final MarkPolicy policy;
    private final BuildId build;
    private final Set<TagRow.Key> data = new LinkedHashSet<>();
    private final Set<TagRow.Key> pageRows = new LinkedHashSet<>();
    private final Set<CacheKey> pages = new LinkedHashSet<>();
    private final Set<CacheKey> reached = new LinkedHashSet<>();
    private final Map<CacheKey, List<String>> tags = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private int dataEntries;

    Marks(TagCache cache, MarkPolicy policy, BuildId build) {
        this.cache = cache;
        this.policy = policy;
        this.build = build;
    }

    /** Lists the pages that the change names, as far as they were found by now. */
    List<CacheKey> pages() {
        return List.copyOf(pages);
    }

    void addAll(Collection<TagRow> found) {
        found.forEach(row -> add(row.key()));
    }

    /** Adds a row, and the page that it stands for if it stands for one. */
    void add(TagRow.Key row) {
        put(row, pages);
    }

    /** Adds a row of an entry that shares data with a page of the change. */
    void addShared(TagRow.Key row) {
        put(row, reached);
    }

    /** Adds a row that stands for no page, whatever its path looks like. */
    void addData(TagRow.Key row) {
        data.add(row);
    }

    /** Notes which tags a page carries. */
    void tagged(CacheKey page, List<String> carried) {
        tags.put(page, carried);
    }

    /** Adds a page that needs no row of its own. */
    void addPage(CacheKey key) {
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

    /** Takes out the keys of shells that only the tags in their rows show to be shells. */
    void dropShells() {
        Set<CacheKey> suspects = new LinkedHashSet<>(pages);
        suspects.addAll(reached);
        suspects.removeIf(key -> !key.hasDynamicSegment());
        if (suspects.isEmpty()) {
            return;
        }
        RowLookup.tagsOf(cache, build, suspects).forEach((key, carried) -> {
            if (StoredEntry.of(key, carried) instanceof ShellEntry) {
                pages.remove(key);
                reached.remove(key);
            }
        });
    }

    Marking write(Supplier<Instant> now) {
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
        return new Marking(report, List.copyOf(pages), List.copyOf(reached), tags, dataEntries, pageDate, notes);
    }

    private WriteReport write(Collection<TagRow.Key> keys, Instant date) {
        return keys.isEmpty()
                ? WriteReport.EMPTY
                : cache.write(keys.stream().map(key -> policy.row(key, date)).toList());
    }

    /** Keeps the last result of each row: a row that stands for a page and for its data is written twice. */
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

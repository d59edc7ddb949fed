package io.purgewise.testkit;

import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets the index of a tag table lag behind its rows, as a global secondary index of DynamoDB does.
 *
 * <p>Reads by tag see every write at once; reads by path see it only after the lag. OpenNext's servers judge pages by path, so
 * a CDN that is cleared within the lag fetches the old page once more. Real indexes lag by a varying time for which AWS gives
 * no figure; here it is fixed.
 *
 * <p>This class is thread-safe. Its lock is held while the table is asked.
 */
public final class LaggingTagCache implements TagCache {

    private record Unseen(
            Instant until, TagRow written, @Nullable TagRow before) {}

    private final TagCache table;
    private final InstantSource clock;
    private final Duration lag;
    private final List<Unseen> unseen = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();

    private LaggingTagCache(TagCache table, InstantSource clock, Duration lag) {
        this.table = table;
        this.clock = clock;
        this.lag = lag;
    }

    /**
     * Puts a lag on a table's index.
     *
     * @param table the table; what is written to it directly is seen at once
     * @param clock what the lag is measured by
     * @param lag how long reads by path miss a write; not negative, zero for no lag
     * @return the table with the lag
     * @throws IllegalArgumentException if {@code lag} is negative
     */
    public static LaggingTagCache of(TagCache table, InstantSource clock, Duration lag) {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(lag, "lag");
        if (lag.isNegative()) {
            throw new IllegalArgumentException("lag must not be negative, but was " + lag);
        }
        return new LaggingTagCache(table, clock, lag);
    }

    @Override
    public List<TagRow> rowsOfTag(String tag) {
        Objects.requireNonNull(tag, "tag");
        return table.rowsOfTag(tag);
    }

    @Override
    public List<TagRow> rowsOfPath(String path) {
        Objects.requireNonNull(path, "path");
        lock.lock();
        try {
            Instant now = clock.instant();
            unseen.removeIf(write -> !write.until().isAfter(now));
            Map<String, TagRow> rows = new LinkedHashMap<>();
            table.rowsOfPath(path).forEach(row -> rows.put(row.tag(), row));
            for (int i = unseen.size() - 1; i >= 0; i--) {
                TagRow written = unseen.get(i).written();
                TagRow before = unseen.get(i).before();
                if (written.path().equals(path)) {
                    if (before == null) {
                        rows.remove(written.tag());
                    } else {
                        rows.put(written.tag(), before);
                    }
                }
            }
            return List.copyOf(rows.values());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public WriteReport write(Collection<TagRow> marks) {
        Objects.requireNonNull(marks, "marks");
        lock.lock();
        try {
            Map<String, Map<String, TagRow>> before = new HashMap<>();
            for (TagRow mark : marks) {
                before.computeIfAbsent(mark.tag(), this::byPath);
            }
            WriteReport report = table.write(marks);
            Instant until = clock.instant().plus(lag);
            for (WriteReport.Result result : report.results()) {
                if (result.outcome() == WriteReport.Outcome.WRITTEN) {
                    TagRow row = result.row();
                    unseen.add(new Unseen(
                            until, row, before.getOrDefault(row.tag(), Map.of()).get(row.path())));
                }
            }
            return report;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Instant> time() {
        return table.time();
    }

    private Map<String, TagRow> byPath(String tag) {
        Map<String, TagRow> rows = new HashMap<>();
        table.rowsOfTag(tag).forEach(row -> rows.put(row.path(), row));
        return rows;
    }
}

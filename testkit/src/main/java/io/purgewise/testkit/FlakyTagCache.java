package io.purgewise.testkit;

import io.purgewise.cache.CacheAccessException;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cache.WriteReport.Outcome;
import io.purgewise.cache.WriteReport.Result;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Puts faults in front of a tag table: reads that fail, rows that are not written, and rows that are written although the
 * answer says otherwise.
 *
 * <p>Without a fault set it passes everything on. A row that fails stands for one that DynamoDB left unprocessed or throttled
 * until patience ran out; a lost answer stands for a connection that broke after the write. Chances come from the seed, so
 * one thread meets the same faults in every run.
 *
 * <p>This class is thread-safe. Faults may be set at any time.
 */
public final class FlakyTagCache implements TagCache {

    private final TagCache table;
    private final Dice dice;
    private final AtomicInteger nextReads = new AtomicInteger();
    private final AtomicInteger nextRows = new AtomicInteger();
    private volatile int readPercent;
    private volatile int writePercent;
    private volatile int lostPercent;

    private FlakyTagCache(TagCache table, Dice dice) {
        this.table = table;
        this.dice = dice;
    }

    /**
     * Puts faults in front of a table, none at first.
     *
     * @param table the table
     * @param seed what chances come from
     * @return the table with faults
     */
    public static FlakyTagCache of(TagCache table, long seed) {
        Objects.requireNonNull(table, "table");
        return new FlakyTagCache(table, new Dice(seed));
    }

    /**
     * Lets some of the reads fail from now on.
     *
     * @param percent how many of a hundred; 0 for none
     * @return this table
     * @throws IllegalArgumentException if {@code percent} is not from 0 to 100
     */
    public FlakyTagCache failReads(int percent) {
        readPercent = Dice.percent(percent);
        return this;
    }

    /**
     * Leaves some of the rows unwritten from now on, and says so.
     *
     * @param percent how many of a hundred; 0 for none
     * @return this table
     * @throws IllegalArgumentException if {@code percent} is not from 0 to 100
     */
    public FlakyTagCache failWrites(int percent) {
        writePercent = Dice.percent(percent);
        return this;
    }

    /**
     * Loses the answer for some of the rows from now on: they are written and reported as failed.
     *
     * @param percent how many of a hundred; 0 for none
     * @return this table
     * @throws IllegalArgumentException if {@code percent} is not from 0 to 100
     */
    public FlakyTagCache loseAnswers(int percent) {
        lostPercent = Dice.percent(percent);
        return this;
    }

    /**
     * Lets the next reads fail, whatever the chances are.
     *
     * @param reads how many
     */
    public void failNextReads(int reads) {
        nextReads.set(reads);
    }

    /**
     * Leaves the next rows unwritten, whatever the chances are.
     *
     * @param rows how many
     */
    public void failNextWrites(int rows) {
        nextRows.set(rows);
    }

    @Override
    public List<TagRow> rowsOfTag(String tag) {
        Objects.requireNonNull(tag, "tag");
        mayFail("tag " + tag);
        return table.rowsOfTag(tag);
    }

    @Override
    public List<TagRow> rowsOfPath(String path) {
        Objects.requireNonNull(path, "path");
        mayFail("path " + path);
        return table.rowsOfPath(path);
    }

    @Override
    public WriteReport write(Collection<TagRow> marks) {
        Objects.requireNonNull(marks, "marks");
        Map<String, List<TagRow>> byRow = new LinkedHashMap<>();
        for (TagRow mark : marks) {
            byRow.computeIfAbsent(mark.tag() + "\n" + mark.path(), row -> new ArrayList<>())
                    .add(mark);
        }
        List<TagRow> passed = new ArrayList<>();
        List<Result> results = new ArrayList<>();
        for (List<TagRow> sameRow : byRow.values()) {
            if (dice.hits(writePercent) || takeOne(nextRows)) {
                results.add(new Result(sameRow.get(0), Outcome.FAILED, "not written, as the test wants it"));
            } else {
                passed.addAll(sameRow);
            }
        }
        for (Result result : table.write(passed).results()) {
            boolean lost = dice.hits(lostPercent);
            results.add(
                    lost
                            ? new Result(
                                    result.row(),
                                    Outcome.FAILED,
                                    "no answer came, it may have been written, as the test wants it")
                            : result);
        }
        return new WriteReport(results);
    }

    @Override
    public Optional<Instant> time() {
        mayFail("the clock");
        return table.time();
    }

    private void mayFail(String what) {
        if (dice.hits(readPercent) || takeOne(nextReads)) {
            throw new CacheAccessException(
                    "reading " + what + " from the tag table failed, as the test wants it; try again",
                    "tag table",
                    null,
                    new IllegalStateException("injected fault"));
        }
    }

    private static boolean takeOne(AtomicInteger left) {
        return left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }
}

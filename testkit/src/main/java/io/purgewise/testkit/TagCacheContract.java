package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cache.WriteReport.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Says what every {@link TagCache} must do. Extend it and give it an empty cache for each test. */
public abstract class TagCacheContract {

    private static final Instant T0 = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant T1 = T0.plusMillis(1);
    private static final Duration YEAR = Duration.ofDays(365);

    /** Creates the contract. */
    protected TagCacheContract() {}

    /**
     * Returns the cache under test.
     *
     * @return the same cache during one test, empty at its start
     */
    protected abstract TagCache cache();

    /**
     * Puts rows into the cache behind its back, over what stands, as OpenNext does.
     *
     * @param rows the rows
     */
    protected abstract void put(Collection<TagRow> rows);

    @Test
    void rowsAreFoundByTagAndByPath() {
        put(List.of(registered("B/t", "B/a"), registered("B/t", "B/b"), registered("B/u", "B/a")));
        assertThat(cache().rowsOfTag("B/t"))
                .containsExactlyInAnyOrder(registered("B/t", "B/a"), registered("B/t", "B/b"));
        assertThat(cache().rowsOfPath("B/a"))
                .containsExactlyInAnyOrder(registered("B/t", "B/a"), registered("B/u", "B/a"));
        assertThat(cache().rowsOfTag("B/missing")).isEmpty();
        assertThat(cache().rowsOfPath("B/missing")).isEmpty();
    }

    @Test
    void manyTagsAndEntriesAreReadLikeEach() {
        List<TagRow> rows = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            rows.add(TagRow.registered("B/t" + i % 7, "B/" + i));
        }
        put(rows);
        List<String> tags = List.of("B/t3", "B/none", "B/t1");
        assertThat(cache().rowsOfTags(tags).keySet()).containsExactlyElementsOf(tags);
        cache().rowsOfTags(tags)
                .forEach((tag, found) ->
                        assertThat(found).as(tag).containsExactlyInAnyOrderElementsOf(cache().rowsOfTag(tag)));
        List<String> paths = rows.stream().map(TagRow::path).toList();
        assertThat(cache().rowsOfPaths(paths).keySet()).containsExactlyElementsOf(paths);
        assertThat(cache().rowsOfPaths(paths).values())
                .allSatisfy(found -> assertThat(found).hasSize(1));
    }

    @Test
    void someRowsOfATagAreFoundWithoutTheOthers() {
        List<TagRow> rows = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            rows.add(registered("B/t", "B/" + i));
        }
        put(rows);
        assertThat(cache().rowsOfTag("B/t", 3)).hasSize(3).isSubsetOf(rows);
        assertThat(cache().rowsOfTag("B/t", 100)).containsExactlyInAnyOrderElementsOf(rows);
        assertThat(cache().rowsOfTag("B/none", 1)).isEmpty();
        assertThatThrownBy(() -> cache().rowsOfTag("B/t", 0)).hasMessageContaining("at least 1");
    }

    @Test
    void aMarkReplacesTheRowThatABuildWrote() {
        put(List.of(registered("B/t", "B/a")));
        WriteReport report = cache().write(List.of(TagRow.expire("B/t", "B/a", T0)));
        assertThat(report.results()).extracting(WriteReport.Result::outcome).containsExactly(Outcome.WRITTEN);
        assertThat(cache().rowsOfTag("B/t")).containsExactly(TagRow.expire("B/t", "B/a", T0));
        assertThat(cache().rowsOfPath("B/a")).containsExactly(TagRow.expire("B/t", "B/a", T0));
    }

    @Test
    void aMarkIsWrittenWhereNoRowStood() {
        assertThat(cache().write(List.of(TagRow.expire("B/t", "B/a", T0))).count(Outcome.WRITTEN))
                .isEqualTo(1);
        assertThat(cache().rowsOfTag("B/t")).containsExactly(TagRow.expire("B/t", "B/a", T0));
    }

    @Test
    void anOlderMarkLeavesANewerOneAlone() {
        put(List.of(TagRow.expire("B/t", "B/a", T1)));
        WriteReport report = cache().write(List.of(TagRow.expire("B/t", "B/a", T0)));
        assertThat(report.results()).extracting(WriteReport.Result::outcome).containsExactly(Outcome.NEWER);
        assertThat(cache().rowsOfTag("B/t")).containsExactly(TagRow.expire("B/t", "B/a", T1));
    }

    /** OpenNext B4: {@code updateTag} after {@code revalidateTag(tag, "max")} in one request is dropped. */
    @Test
    void expiringWinsOverServingStaleInTheSameMillisecond() {
        TagRow stale = TagRow.staleWhileRevalidate("B/t", "B/a", T0, YEAR);
        TagRow expired = TagRow.expire("B/t", "B/a", T0);
        cache().write(List.of(stale));
        cache().write(List.of(expired));
        assertThat(cache().rowsOfTag("B/t")).containsExactly(expired);
        assertThat(cache().write(List.of(stale)).count(Outcome.NEWER)).isEqualTo(1);
        assertThat(cache().rowsOfTag("B/t")).containsExactly(expired);
    }

    @Test
    void anExpiryStaysInForceBelowALaterStaleMark() {
        cache().write(List.of(TagRow.expire("B/t", "B/a", T0)));
        cache().write(List.of(TagRow.staleWhileRevalidate("B/t", "B/a", T1, YEAR)));
        assertThat(cache().rowsOfTag("B/t")).containsExactly(new TagRow("B/t", "B/a", T1, T1, T0));
    }

    @Test
    void aLateExpiryIsNotLostBelowALaterStaleMark() {
        cache().write(List.of(TagRow.staleWhileRevalidate("B/t", "B/a", T1, YEAR)));
        cache().write(List.of(TagRow.expire("B/t", "B/a", T0)));
        assertThat(cache().rowsOfTag("B/t")).containsExactly(new TagRow("B/t", "B/a", T1, T1, T0));
    }

    /** OpenNext B3: two equal rows in one batch make DynamoDB refuse it and the rest is never written. */
    @Test
    void marksOnOneRowCountAsOne() {
        TagRow expired = TagRow.expire("B/t", "B/a", T1);
        WriteReport report = cache().write(List.of(
                TagRow.expire("B/t", "B/a", T0), expired, TagRow.staleWhileRevalidate("B/t", "B/a", T1, YEAR)));
        assertThat(report.results()).hasSize(1);
        assertThat(cache().rowsOfTag("B/t")).containsExactly(expired);
    }

    @Test
    void manyMarksAreAllReportedAndAllStand() {
        List<TagRow> marks = new ArrayList<>();
        for (int i = 0; i < 260; i++) {
            put(i % 2 == 0 ? List.of(registered("B/t", "B/" + i)) : List.of());
            marks.add(TagRow.expire("B/t", "B/" + i, T0));
        }
        assertThat(cache().write(marks).count(Outcome.WRITTEN)).isEqualTo(260);
        assertThat(cache().rowsOfTag("B/t")).containsExactlyInAnyOrderElementsOf(marks);
    }

    @Test
    void racingWritersAlwaysLeaveTheNewestMark() throws Exception {
        List<TagRow> marks = new ArrayList<>();
        for (int time = 0; time < 40; time++) {
            for (int row = 0; row < 5; row++) {
                marks.add(TagRow.expire("B/t", "B/" + row, T0.plusMillis(time)));
            }
        }
        Collections.shuffle(marks, new Random(7));
        ExecutorService writers = Executors.newFixedThreadPool(8);
        try {
            List<Callable<WriteReport>> calls = new ArrayList<>();
            for (TagRow mark : marks) {
                calls.add(() -> cache().write(List.of(mark)));
            }
            for (Future<WriteReport> report : writers.invokeAll(calls)) {
                assertThat(report.get().failures()).isEmpty();
            }
        } finally {
            writers.shutdownNow();
        }
        assertThat(cache().rowsOfTag("B/t"))
                .hasSize(5)
                .allSatisfy(row -> assertThat(row.revalidatedAt()).isEqualTo(T0.plusMillis(39)));
    }

    @Test
    void writingNothingReportsNothing() {
        assertThat(cache().write(List.of()).results()).isEmpty();
    }

    private static TagRow registered(String tag, String path) {
        return TagRow.registered(tag, path);
    }
}

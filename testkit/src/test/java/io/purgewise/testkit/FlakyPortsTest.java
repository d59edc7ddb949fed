package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.purgewise.cache.CacheAccessException;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.PageRenderer.Rendering;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cache.WriteReport.Outcome;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlakyPortsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");
    private static final BuildId BUILD = BuildId.of("B");

    private final ManualClock clock = ManualClock.startingAt(NOW);
    private final InMemoryTagCache table = InMemoryTagCache.create();

    private static List<TagRow> marks(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> TagRow.expire("B/t", "B/" + i, NOW))
                .toList();
    }

    @Test
    void rowsThatFailAreReportedAndNotWritten() {
        WriteReport report = FlakyTagCache.of(table, 7).failWrites(30).write(marks(200));
        assertThat(report.results()).hasSize(200);
        assertThat(report.failures()).hasSizeBetween(30, 90);
        assertThat(table.rows()).hasSize(report.count(Outcome.WRITTEN));
    }

    @Test
    void rowsWhoseAnswerIsLostAreReportedAsFailedAndWritten() {
        WriteReport report = FlakyTagCache.of(table, 7).loseAnswers(100).write(marks(3));
        assertThat(report.failures()).hasSize(3);
        assertThat(table.rows()).hasSize(3);
    }

    @Test
    void oneSeedMeansTheSameFaults() {
        WriteReport first =
                FlakyTagCache.of(InMemoryTagCache.create(), 7).failWrites(50).write(marks(100));
        WriteReport second =
                FlakyTagCache.of(InMemoryTagCache.create(), 7).failWrites(50).write(marks(100));
        WriteReport other =
                FlakyTagCache.of(InMemoryTagCache.create(), 8).failWrites(50).write(marks(100));
        assertThat(first).isEqualTo(second).isNotEqualTo(other);
    }

    @Test
    void marksOnOneRowFailTogether() {
        FlakyTagCache flaky = FlakyTagCache.of(table, 7);
        flaky.failNextWrites(1);
        WriteReport report = flaky.write(List.of(
                TagRow.expire("B/t", "B/a", NOW),
                TagRow.expire("B/t", "B/a", NOW.plusMillis(5)),
                TagRow.expire("B/t", "B/b", NOW)));
        assertThat(report.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.row().path()).isEqualTo("B/a"));
        assertThat(table.rows()).containsExactly(TagRow.expire("B/t", "B/b", NOW));
    }

    @Test
    void readsFailAsOftenAsAsked() {
        FlakyTagCache flaky = FlakyTagCache.of(table, 7);
        flaky.failNextReads(2);
        assertThatExceptionOfType(CacheAccessException.class)
                .isThrownBy(() -> flaky.rowsOfTag("B/t"))
                .withMessageContaining("B/t");
        assertThatExceptionOfType(CacheAccessException.class).isThrownBy(() -> flaky.rowsOfPath("B/a"));
        assertThat(flaky.rowsOfTag("B/t")).isEmpty();
        flaky.failReads(100);
        assertThatExceptionOfType(CacheAccessException.class).isThrownBy(() -> flaky.rowsOfTag("B/t"));
    }

    @Test
    void theIndexSeesAWriteOnlyAfterItsLag() {
        TagRow registered = TagRow.registered("B/t", "B/a");
        table.seed(List.of(registered));
        LaggingTagCache lagging = LaggingTagCache.of(table, clock, Duration.ofSeconds(1));
        TagRow first = TagRow.expire("B/t", "B/a", NOW);
        lagging.write(List.of(first, TagRow.expire("B/u", "B/a", NOW)));
        assertThat(lagging.rowsOfTag("B/t")).containsExactly(first);
        assertThat(lagging.rowsOfPath("B/a")).containsExactly(registered);

        clock.advance(Duration.ofMillis(600));
        TagRow second = TagRow.expire("B/t", "B/a", clock.instant());
        lagging.write(List.of(second));
        clock.advance(Duration.ofMillis(400));
        assertThat(lagging.rowsOfPath("B/a")).containsExactlyInAnyOrder(first, TagRow.expire("B/u", "B/a", NOW));
        clock.advance(Duration.ofMillis(600));
        assertThat(lagging.rowsOfPath("B/a")).containsExactlyInAnyOrder(second, TagRow.expire("B/u", "B/a", NOW));
    }

    @Test
    void renderingsFailOrLoseTheirAnswerInTheOrderOfThePages() {
        FakePageRenderer fake = FakePageRenderer.create();
        List<Page> pages = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            pages.add(Page.of(Router.APP_PAGE, "/p" + i));
        }
        FlakyPageRenderer flaky = FlakyPageRenderer.of(fake, 7);
        List<Rendering> failed =
                flaky.fail(40).failOn(page -> page.path().equals("/p3")).render(pages);
        assertThat(failed).extracting(Rendering::page).isEqualTo(pages);
        assertThat(failed.get(3).outcome()).isEqualTo(Rendering.Outcome.FAILED);
        assertThat(fake.rendered()).hasSizeBetween(15, 45);

        int before = fake.rendered().size();
        List<Rendering> lost =
                flaky.fail(0).failOn(page -> false).loseAnswers(100).render(pages);
        assertThat(lost).allSatisfy(each -> assertThat(each.outcome()).isEqualTo(Rendering.Outcome.FAILED));
        assertThat(fake.rendered()).hasSize(before + 50);
    }

    @Test
    void theStoreOfPagesFailsBeforeOrAfterItsWork() {
        SiteInMemory site = SiteInMemory.builder()
                .page(Router.APP_PAGE, "/about")
                .page(Router.APP_PAGE, "/team")
                .build();
        BuildId build = site.site().cacheBuildId();
        List<CacheKey> about = site.pages().find(build, "/about");
        List<CacheKey> team = site.pages().find(build, "/team");
        FlakyIncrementalCache store = site.incrementalCache();
        store.failNext(1);
        assertThatExceptionOfType(CacheAccessException.class).isThrownBy(() -> store.delete(build, about.get(0)));
        assertThat(store.read(build, about.get(0))).isPresent();
        store.loseAnswers(100);
        assertThatExceptionOfType(CacheAccessException.class).isThrownBy(() -> store.delete(build, team.get(0)));
        store.loseAnswers(0);
        assertThat(store.read(build, team.get(0))).isEmpty();
        store.fail(100);
        assertThatExceptionOfType(CacheAccessException.class).isThrownBy(() -> store.list(build, null));
        assertThatExceptionOfType(CacheAccessException.class).isThrownBy(() -> store.find(BUILD, "/about"));
    }

    @Test
    void aSeededPlanSpoilsAShareOfTheCalls() {
        FaultPlan plan = FaultPlan.seeded(7, 20, Fault.DROP_ANSWER, Fault.THROTTLED);
        List<Fault> faults = IntStream.range(0, 1000)
                .mapToObj(i -> plan.next(CdnCall.SUBMIT))
                .toList();
        assertThat(faults).filteredOn(Fault.NONE::equals).hasSizeBetween(740, 860);
        assertThat(faults).containsOnly(Fault.NONE, Fault.DROP_ANSWER, Fault.THROTTLED);
        FaultPlan same = FaultPlan.seeded(7, 20, Fault.DROP_ANSWER, Fault.THROTTLED);
        assertThat(faults)
                .isEqualTo(IntStream.range(0, 1000)
                        .mapToObj(i -> same.next(CdnCall.SUBMIT))
                        .toList());
    }

    @Test
    void ratesAndLagsAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FlakyTagCache.of(table, 1).failWrites(101))
                .withMessageContaining("101");
        assertThatIllegalArgumentException().isThrownBy(() -> FaultPlan.seeded(1, -1, Fault.THROTTLED));
        assertThatIllegalArgumentException().isThrownBy(() -> FaultPlan.seeded(1, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> LaggingTagCache.of(table, clock, Duration.ofSeconds(-1)));
    }
}

package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.TableKey;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagIndex;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.revalidate.Revalidator.Marked;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.EdgeCache;
import io.purgewise.testkit.EdgeRequest;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeOpenNext;
import io.purgewise.testkit.FlakyTagCache;
import io.purgewise.testkit.InMemoryTagCache;
import io.purgewise.testkit.LaggingTagCache;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows that marks come first and count before the CDN is cleared, however long each step takes. */
class RevalidateOrderTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final DistributionId DISTRIBUTION = DistributionId.of("E1");
    private static final Page ABOUT = Page.of(Router.APP_PAGE, "/about");
    private static final CacheKey KEY = CacheKey.routeScoped(Router.APP_PAGE, "/about", "/about");

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T09:00:00.400Z"));
    private final Site site = Site.builder(BUILD).build();
    private final InMemoryTagCache table = InMemoryTagCache.create();
    private final LaggingTagCache lagging = LaggingTagCache.of(table, clock, Duration.ofSeconds(1));
    private final FakeOpenNext server = FakeOpenNext.of(site, lagging, TagCacheMode.ORIGINAL, clock);
    private final EdgeCache edge = EdgeCache.builder(server::answer, clock).build();
    private final FakeCloudFront cloudFront = FakeCloudFront.builder(clock)
            .distribution(DISTRIBUTION)
            .delays(Duration.ZERO, Duration.ofSeconds(5))
            .build();

    @BeforeEach
    void putAnEditedPageBehindTheEdge() {
        cloudFront.attach(DISTRIBUTION, edge);
        table.seed(List.of(
                TagRow.registered(TagCacheMode.ORIGINAL.tagKey(BUILD, "news"), TableKey.ofPath(BUILD, KEY.value()))));
        server.add(ABOUT, KEY, List.of("news"));
        clock.advance(Duration.ofMinutes(1));
        edge.get("/about");
        server.edit(ABOUT);
    }

    /** Marks that took three seconds: the CDN was cleared before the last of them counted, and kept the old page. */
    @ParameterizedTest
    @ValueSource(longs = {0, 500, 3_000, 30_000})
    void theWaitingBeginsWhenTheLastMarkIsWritten(long millis) throws InterruptedException {
        TagCache slow = onWrite(marks -> clock.advance(Duration.ofMillis(millis)));
        revalidator(slow).build().revalidate(Change.tag("news")).orThrow();
        clock.advance(Duration.ofMillis(100));
        edge.get("/about");
        clock.advance(Duration.ofMinutes(10));
        assertThat(edge.get("/about").body()).isEqualTo("/about version 2");
    }

    /** An outbox waits by itself, as long as the marks say. */
    @ParameterizedTest
    @ValueSource(longs = {0, 3_000, 30_000})
    void whoeverWalksTheStepsAloneIsToldHowLongToWaitFromTheEndOfTheMarks(long millis) {
        TagCache slow = onWrite(marks -> clock.advance(Duration.ofMillis(millis)));
        Marked marked = revalidator(slow).build().mark(List.of(Change.tag("news")));
        Instant latest = table.rows().stream()
                .map(TagRow::revalidatedAt)
                .max(Instant::compareTo)
                .orElseThrow();
        clock.advance(marked.settle());
        assertThat(clock.instant()).isAfter(latest);
        assertThat(server.answer(new EdgeRequest("/about", Map.of())).body()).isEqualTo("/about version 2");
    }

    /** Marks were dated when the call began, 40 seconds before they were written. */
    @Test
    void marksAreDatedWhenTheyAreWrittenAndNotWhenTheIndexIsRead() throws InterruptedException {
        List<Duration> older = new ArrayList<>();
        TagCache watched = onWrite(
                marks -> marks.forEach(mark -> older.add(Duration.between(mark.revalidatedAt(), clock.instant()))));
        revalidator(watched)
                .tagIndex(slowly(Duration.ofSeconds(40), () -> {}))
                .build()
                .revalidate(Change.tag("news"))
                .orThrow();
        assertThat(older).isNotEmpty().allSatisfy(age -> assertThat(age).isLessThanOrEqualTo(Duration.ZERO));
    }

    /**
     * A page whose time is over is rendered from data that no mark has reached yet, at any step of the call: it is older than
     * its mark all the same.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void aPageRenderedFromOldDataAtAnyStepIsReached(int step) throws InterruptedException {
        int version = server.edit(ABOUT);
        Steps steps = new Steps(step);
        Revalidator.Builder builder = revalidator(new Interleaved(steps)).tagIndex(slowly(Duration.ZERO, steps::next));
        builder.build().revalidate(Change.tag("news")).orThrow();
        steps.close();
        clock.advance(Duration.ofMinutes(5));
        assertThat(server.answer(new EdgeRequest("/about", Map.of())).body())
                .as("the origin five minutes later, rendered meanwhile at step %d of %d", step, steps.count)
                .isEqualTo("/about version " + (version + (steps.count > step ? 1 : 0)));
    }

    /** The slowest render was honoured by a direct call alone; an outbox cleared the CDN after 1.75 of 30 seconds. */
    @Test
    void theSlowestRenderIsPartOfTheWaitingOfBothDoors() throws InterruptedException {
        Duration slowest = Duration.ofSeconds(30);
        Revalidator revalidator = revalidator(lagging).slowestRender(slowest).build();
        assertThat(revalidator.mark(List.of(Change.tag("news"))).settle()).isGreaterThanOrEqualTo(slowest);
        Instant before = clock.instant();
        revalidator.revalidate(Change.tag("news")).orThrow();
        assertThat(Duration.between(
                        before, cloudFront.accepted(DISTRIBUTION).get(0).createTime()))
                .isGreaterThanOrEqualTo(slowest);
    }

    @Test
    void aHalfMarkedChangeIsNotClearedAndASecondCallRepairsIt() throws InterruptedException {
        CacheKey other = CacheKey.routeScoped(Router.APP_PAGE, "/b", "/b");
        table.seed(List.of(
                TagRow.registered(TagCacheMode.ORIGINAL.tagKey(BUILD, "news"), TableKey.ofPath(BUILD, other.value()))));
        FlakyTagCache flaky = FlakyTagCache.of(lagging, 1);
        flaky.failNextWrites(1);
        Receipt receipt = revalidator(flaky).build().revalidate(Change.tag("news"));
        assertThat(receipt.problems()).isNotEmpty().allSatisfy(problem -> {
            assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_MARKED);
            assertThat(problem.repeatable()).isTrue();
        });
        assertThat(receipt.await(Duration.ofMinutes(1))).isFalse();
        assertThat(cloudFront.accepted(DISTRIBUTION)).isEmpty();

        revalidator(flaky).build().revalidate(Change.tag("news")).orThrow();
        clock.advance(Duration.ofMinutes(1));
        assertThat(edge.get("/about").body()).isEqualTo("/about version 2");
    }

    private Revalidator.Builder revalidator(TagCache cache) {
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront, new Ambient(clock, clock::advance, new SplittableRandom(1)))
                .build();
        return Revalidator.builder(
                        site, Clearing.builder(submitter, DISTRIBUTION).build())
                .tagCache(cache);
    }

    private Function<BuildId, TagIndex> slowly(Duration time, Runnable meanwhile) {
        return build -> {
            meanwhile.run();
            clock.advance(time);
            return TagIndex.empty(build);
        };
    }

    private TagCache onWrite(Consumer<Collection<TagRow>> before) {
        return new TagCache() {
            @Override
            public List<TagRow> rowsOfTag(String tag) {
                return lagging.rowsOfTag(tag);
            }

            @Override
            public List<TagRow> rowsOfPath(String path) {
                return lagging.rowsOfPath(path);
            }

            @Override
            public WriteReport write(Collection<TagRow> marks) {
                before.accept(marks);
                return lagging.write(marks);
            }
        };
    }

    /** Counts the steps of a call, and renders the page from old data at one of them. */
    private final class Steps {

        private final int at;
        private int count;
        private boolean closed;

        Steps(int at) {
            this.at = at;
        }

        void next() {
            if (!closed && count++ == at) {
                // Stored now, from data that is as old as the marks let it be; what is new comes after it.
                server.render(List.of(ABOUT));
                server.edit(ABOUT);
            }
            clock.advance(Duration.ofMillis(700));
        }

        void close() {
            closed = true;
        }
    }

    /** Lets a step pass before and after each call to the table. */
    private final class Interleaved implements TagCache {

        private final Steps steps;

        Interleaved(Steps steps) {
            this.steps = steps;
        }

        @Override
        public List<TagRow> rowsOfTag(String tag) {
            steps.next();
            return lagging.rowsOfTag(tag);
        }

        @Override
        public List<TagRow> rowsOfPath(String path) {
            steps.next();
            return lagging.rowsOfPath(path);
        }

        @Override
        public WriteReport write(Collection<TagRow> marks) {
            steps.next();
            WriteReport report = lagging.write(marks);
            steps.next();
            return report;
        }
    }
}

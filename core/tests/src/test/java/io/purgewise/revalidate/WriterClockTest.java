package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.testkit.EdgeRequest;
import io.purgewise.testkit.ManualClock;
import io.purgewise.testkit.SiteInMemory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Shows that marks are dated by the clock of the store that dates entries, whatever the clock of the writer shows. */
class WriterClockTest {

    private static final Page ABOUT = Page.of(Router.APP_PAGE, "/about");

    private final SiteInMemory site = SiteInMemory.builder().page(ABOUT).build();
    private final List<Duration> pauses = new ArrayList<>();

    /** A page stored in the very millisecond of its mark, on a whole second, was taken for newer and stayed old. */
    @Test
    void aPageStoredOnTheWholeSecondOfItsMarkIsReached() throws InterruptedException {
        site.clock().advance(Duration.ofMillis(600));
        Page fresh = Page.of(Router.APP_PAGE, "/fresh");
        site.add(fresh);
        site.read("/fresh");
        site.edit("/fresh");
        site.revalidatorBuilder()
                .build()
                .revalidate(Change.page(fresh))
                .orThrow()
                .await(Duration.ofMinutes(1));
        assertThat(site.read("/fresh")).isEqualTo("/fresh version 2");
    }

    @Test
    void aWriterWhoseClockIsBehindStillReachesAPageStoredJustBefore() throws InterruptedException {
        ManualClock writer = ManualClock.startingAt(site.clock().instant().minus(Duration.ofMinutes(7)));
        site.server().render(List.of(ABOUT));
        site.edge().get("/about");
        site.server().edit(ABOUT);

        Receipt receipt = skewed(writer).build().revalidate(List.of(Change.page(ABOUT)));

        assertThat(receipt.orThrow().changes().get(0).notes())
                .singleElement()
                .asString()
                .contains("behind the store's by at least PT6M59")
                .contains("synchronise");
        site.clock().advance(Duration.ofMinutes(1));
        assertThat(site.edge().get("/about").body()).isEqualTo("/about version 2");
    }

    @Test
    void aWriterWhoseClockIsAheadHasAPageRenderedOnce() throws InterruptedException {
        ManualClock writer = ManualClock.startingAt(site.clock().instant().plus(Duration.ofHours(3)));

        Receipt receipt = skewed(writer).build().revalidate(List.of(Change.page(ABOUT)));

        assertThat(receipt.orThrow().changes().get(0).notes())
                .singleElement()
                .asString()
                .contains("ahead of the store's by at least PT2H59M59");
        assertThat(pauses).singleElement().satisfies(pause -> assertThat(pause).isLessThan(Duration.ofSeconds(4)));
        assertThat(site.server().answer(new EdgeRequest("/about", Map.of())).headers())
                .containsEntry("x-nextjs-cache", "MISS");
        assertThat(site.server().answer(new EdgeRequest("/about", Map.of())).headers())
                .containsEntry("x-nextjs-cache", "HIT");
    }

    @Test
    void clocksThatAgreeToTheSecondAreNotWorthANote() throws InterruptedException {
        for (int millis : List.of(-900, -500, 0, 500, 900)) {
            ManualClock writer = ManualClock.startingAt(site.clock().instant().plusMillis(millis));
            site.server().render(List.of(ABOUT));
            int version = site.server().edit(ABOUT);
            Receipt receipt = skewed(writer).build().revalidate(List.of(Change.page(ABOUT)));
            assertThat(receipt.orThrow().changes().get(0).notes())
                    .as("%d ms", millis)
                    .isEmpty();
            assertThat(site.server().answer(new EdgeRequest("/about", Map.of())).body())
                    .as("%d ms", millis)
                    .isEqualTo("/about version " + version);
            site.clock().advance(Duration.ofMillis(1270));
        }
    }

    /** Was dated by this machine's clock, which may be wrong by any time: the mark missed pages, and the receipt said that it was done. */
    @Test
    void nothingIsMarkedWhileTheStoreCannotTellItsTime() throws InterruptedException {
        site.incrementalCache().failNext(1);
        Receipt receipt = site.revalidatorBuilder().build().revalidate(Change.page(ABOUT));
        assertThat(receipt.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_MARKED);
            assertThat(problem.repeatable()).isTrue();
        });
        assertThat(site.revalidatorBuilder()
                        .build()
                        .revalidate(Change.page(ABOUT))
                        .problems())
                .isEmpty();
    }

    /** Was dated minutes before the pages that it was for, which stayed old for good. */
    @Test
    void aClockThatIsSetBackInTheMiddleOfAMarkingDatesNoMarkTooEarly() throws InterruptedException {
        ManualClock writer = ManualClock.startingAt(site.clock().instant());
        site.pages().telling(() -> {
            writer.setBack(Duration.ofMinutes(5));
            return site.clock().instant();
        });
        site.server().render(List.of(ABOUT));
        site.edge().get("/about");
        site.server().edit(ABOUT);

        revalidator(writer, duration -> {
                    writer.advance(duration);
                    pause(duration);
                })
                .build()
                .revalidate(List.of(Change.page(ABOUT)))
                .orThrow();

        site.clock().advance(Duration.ofMinutes(1));
        assertThat(site.edge().get("/about").body()).isEqualTo("/about version 2");
    }

    @Test
    void aSlowRenderThatBeganBeforeTheChangeIsReachedIfItsTimeIsKnown() throws InterruptedException {
        boolean[] stored = {false};
        Ambient.Pause overtaken = duration -> {
            if (!stored[0]) {
                // The render ends in the middle of the wait, with what it read before the change.
                stored[0] = true;
                site.clock().advance(Duration.ofSeconds(2));
                site.server().render(List.of(ABOUT));
                site.server().edit(ABOUT);
                pause(duration.minusSeconds(2));
            } else {
                pause(duration);
            }
        };
        Revalidator patient = revalidator(site.clock(), overtaken)
                .slowestRender(Duration.ofSeconds(3))
                .build();
        patient.revalidate(List.of(Change.page(ABOUT))).orThrow().await(Duration.ofMinutes(1));
        assertThat(site.edge().get("/about").body()).isEqualTo("/about version 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> site.revalidatorBuilder().slowestRender(Duration.ofMillis(-1)))
                .withMessageContaining("PT-0.001S");
    }

    @Test
    void anOutboxGoesByThisMachinesClock() throws InterruptedException {
        ManualClock writer = ManualClock.startingAt(site.clock().instant().minus(Duration.ofHours(1)));
        OutboxDrainer outbox = OutboxDrainer.builder(
                        Outbox.inMemory(writer), skewed(writer).build())
                .build();
        outbox.accept(Change.path("/about"));
        assertThat(outbox.flush(Duration.ofMinutes(5))).isTrue();
        assertThat(Duration.between(site.clock().instant().minus(Duration.ofHours(1)), writer.instant()))
                .isLessThan(Duration.ofMinutes(1));
        assertThat(site.cloudFront().accepted(site.distribution())).hasSize(1);
    }

    /** Makes a revalidator on a machine whose clock differs from the store's. */
    private Revalidator.Builder skewed(ManualClock writer) {
        site.pages().telling(site.clock());
        return revalidator(writer, duration -> {
            writer.advance(duration);
            pause(duration);
        });
    }

    private Revalidator.Builder revalidator(InstantSource clock, Ambient.Pause pause) {
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        site.cloudFront(), new Ambient(clock, pause, new SplittableRandom(1)))
                .build();
        return Revalidator.builder(
                        site.site(),
                        Clearing.builder(submitter, site.distribution()).build())
                .tagCache(site.tagCache())
                .cache(site.pages());
    }

    private void pause(Duration duration) {
        pauses.add(duration);
        site.clock().advance(duration);
    }
}

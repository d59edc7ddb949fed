package io.purgewise.outbox;

import static io.purgewise.outbox.OutboxWorld.A;
import static io.purgewise.outbox.OutboxWorld.B;
import static io.purgewise.outbox.OutboxWorld.cleared;
import static io.purgewise.outbox.OutboxWorld.page;
import static io.purgewise.outbox.OutboxWorld.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.PageRenderer;
import io.purgewise.cache.TableKey;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagIndex;
import io.purgewise.cache.TagRow;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.outbox.DrainReport.Outcome;
import io.purgewise.plan.InvalidationPlan;
import io.purgewise.plan.UrlIndex;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Problem;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.CdnTag;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the surroundings may throw and do besides what they promise. */
class AdversaryTest {

    private final OutboxWorld world = new OutboxWorld();
    private final ManualClock clock = world.clock;

    /** Throws what a port in Kotlin or Scala may: a checked exception that Java's signature does not name. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> RuntimeException thrown(Throwable failure) throws E {
        throw (E) failure;
    }

    private static RuntimeException unnamed() {
        return AdversaryTest.<RuntimeException>thrown(new IOException("the network is down"));
    }

    /** The lane of A fails by an error in each round, and that of B had its turn never. */
    @Test
    void anErrorInOneLaneDoesNotStarveTheOthers() {
        FakeCloudFront cloudFront = world.fake().build();
        Clearing broken = world.clearing(cloudFront, A).build();
        OutboxDrainer drainer = world.drainer(
                        world.outbox,
                        world.table,
                        broken,
                        world.clearing(cloudFront, B).build())
                .listener(new OutboxListener() {
                    @Override
                    public void planned(Outbox.Drain drain, InvalidationPlan plan) {
                        if (drain.lane().equals(A)) {
                            throw new OutOfMemoryError("in the planner");
                        }
                    }
                })
                .build();
        drainer.accept(page("/a"));
        drainer.drainWhenDue();
        clock.advance(Duration.ofMinutes(1));

        assertThatThrownBy(drainer::drainWhenDue).isInstanceOf(OutOfMemoryError.class);

        assertThat(cleared(cloudFront, B)).containsExactly("/a");
    }

    /** A machine whose clock is an hour ahead appended one change, and a drain went on for that hour while others came. */
    @Test
    void aChangeFromAMachineWhoseClockIsAheadDoesNotKeepADrainFromEnding() throws Exception {
        FakeCloudFront cloudFront = world.fake().build();
        AtomicInteger changes = new AtomicInteger();
        AtomicReference<OutboxDrainer> drainer = new AtomicReference<>();
        Outbox busy = OutboxWorld.around(world.outbox, call -> {
            if (call.method().equals("close") && changes.get() < 200) {
                Objects.requireNonNull(drainer.get()).accept(page("/p" + changes.incrementAndGet()));
            }
            return call;
        });
        drainer.set(world.drainer(busy, cloudFront, A).build());
        world.outbox.append(
                List.of(new OutboxEntry(
                        new OutboxEntry.Key("ahead"),
                        page("/ahead"),
                        clock.instant().plus(Duration.ofHours(1)))),
                List.of(A));
        Objects.requireNonNull(drainer.get()).accept(page("/first"));

        assertThat(Objects.requireNonNull(drainer.get()).flush(Duration.ofSeconds(30)))
                .isTrue();
        Objects.requireNonNull(drainer.get()).drain();

        assertThat(cleared(cloudFront, A)).contains("/ahead", "/first");
        assertThat(cloudFront.accepted(A)).hasSizeLessThan(5);
    }

    /** Which part throws. */
    enum Part {
        KNOWN_URLS,
        TAG_INDEX,
        TABLE,
        RENDERER,
        LISTENER,
        CDN_TAGS,
        VISITOR_PATHS
    }

    /** A site on which one page carries the tag {@code t}. */
    private Revalidator revalidator(FakeCloudFront cloudFront, Part broken, Supplier<RuntimeException> failure) {
        BuildId build = BuildId.of("B");
        world.table.seed(List.of(
                TagRow.registered(TagCacheMode.ORIGINAL.tagKey(build, "t"), TableKey.ofPath(build, "/broken"))));
        TagCache table = OutboxWorld.beforeMarks(world.table, marks -> {
            if (broken == Part.TABLE
                    && marks.stream().anyMatch(each -> each.toString().contains("broken"))) {
                throw failure.get();
            }
        });
        PageRenderer renderer = pages -> {
            if (broken == Part.RENDERER) {
                throw failure.get();
            }
            return pages.stream()
                    .map(page -> new PageRenderer.Rendering(
                            page, page.path(), PageRenderer.Rendering.Outcome.RENDERED, "done"))
                    .toList();
        };
        Clearing clearing = Clearing.builder(
                        world.submitter(cloudFront)
                                .listener(new CdnListener() {
                                    @Override
                                    public void submitted(
                                            DistributionId distribution, Invalidation invalidation, int attempts) {
                                        if (broken == Part.LISTENER) {
                                            throw failure.get();
                                        }
                                    }
                                })
                                .build(),
                        A)
                .knownUrls(() -> {
                    if (broken == Part.KNOWN_URLS) {
                        throw failure.get();
                    }
                    return UrlIndex.unknown();
                })
                .build();
        Site site = Site.builder(build)
                .queryStringsInCacheKey(false)
                .visitorPaths(page -> {
                    if (broken == Part.VISITOR_PATHS && page.path().contains("broken")) {
                        throw failure.get();
                    }
                    return List.of();
                })
                .build();
        return Revalidator.builder(site, clearing)
                .tagCache(table)
                .cdnTags(tag -> {
                    if (broken == Part.CDN_TAGS) {
                        throw failure.get();
                    }
                    return CdnTag.hashOf(tag.value());
                })
                .renderer(renderer)
                .tagIndex(of -> {
                    if (broken == Part.TAG_INDEX) {
                        throw failure.get();
                    }
                    return TagIndex.empty(of);
                })
                .build();
    }

    /** Signatures in Kotlin name no exceptions, so a port may throw any; the receipt was lost with it. */
    @ParameterizedTest
    @EnumSource(Part.class)
    void aPartThatThrowsWhatItsSignatureDoesNotNameLosesNoReceipt(Part broken) throws Exception {
        FakeCloudFront cloudFront = world.fake().build();

        Receipt receipt =
                revalidator(cloudFront, broken, AdversaryTest::unnamed).revalidate(page("/fine"), Change.tag("t"));

        assertThat(cleared(cloudFront, A)).contains("/fine");
        assertThat(receipt.problems().stream().map(Problem::message).toList().toString())
                .satisfies(text -> {
                    if (broken == Part.TABLE || broken == Part.RENDERER || broken == Part.VISITOR_PATHS) {
                        assertThat(text).contains("network is down");
                    }
                });
    }

    @Test
    void anAssertionThatFailsInAListenerHarmsNothing() throws Exception {
        FakeCloudFront cloudFront = world.fake().build();
        Receipt receipt = revalidator(
                        cloudFront,
                        Part.LISTENER,
                        () -> AdversaryTest.<RuntimeException>thrown(new AssertionError("a metric is negative")))
                .revalidate(page("/fine"));
        assertThat(receipt.problems()).isEmpty();
        assertThat(cleared(cloudFront, A)).containsExactly("/fine");
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void aPartThatThrowsWhatItsSignatureDoesNotNameStopsNoOutbox(Part broken) {
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer drainer = OutboxDrainer.builder(
                        world.outbox, revalidator(cloudFront, broken, AdversaryTest::unnamed))
                .build();
        drainer.accept(page("/fine"), Change.tag("t"));

        DrainReport report = drainer.drain();

        assertThat(cleared(cloudFront, A)).contains("/fine");
        assertThat(report.lanes()).extracting(DrainReport.OfLane::outcome).doesNotContain(Outcome.FAILED);
    }

    /** A store whose client throws a checked exception is in the report. */
    @ParameterizedTest
    @ValueSource(strings = {"waiting", "acquire", "read", "open", "openDrain", "accepted", "close", "release", "renew"})
    void aStoreThatThrowsWhatItsSignatureDoesNotNameStopsNoOtherLane(String method) {
        FakeCloudFront cloudFront = world.fake().build();
        AtomicInteger calls = new AtomicInteger();
        Outbox broken = OutboxWorld.around(
                world.outbox,
                call -> call.method().equals(method) && calls.getAndIncrement() < 1
                        ? new OutboxWorld.Call(method, () -> {
                            throw AdversaryTest.<RuntimeException>thrown(new IOException("blink"));
                        })
                        : call);
        OutboxDrainer drainer = world.drainer(broken, cloudFront, A, B).build();
        drainer.accept(pages("/p", 3));

        drainer.drain();
        clock.advance(Duration.ofMinutes(5));
        Instant begin = clock.instant();
        DrainReport report = drainer.drain();

        assertThat(report.orThrow()).isNotNull();
        assertThat(cleared(cloudFront, A)).hasSize(3);
        assertThat(cleared(cloudFront, B)).hasSize(3);
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(6);
        assertThat(Duration.between(begin, clock.instant())).isLessThan(Duration.ofMinutes(1));
    }
}

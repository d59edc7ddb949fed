package io.purgewise.outbox;

import static io.purgewise.outbox.OutboxWorld.A;
import static io.purgewise.outbox.OutboxWorld.B;
import static io.purgewise.outbox.OutboxWorld.cleared;
import static io.purgewise.outbox.OutboxWorld.page;
import static io.purgewise.outbox.OutboxWorld.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.CdnWrapper;
import io.purgewise.cache.PageRenderer;
import io.purgewise.cache.TableKey;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.DrainReport.Outcome;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.CdnTag;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Work that takes long, and a distribution that changes its mind: nobody loses a lease over it, and nothing stays for ever. */
class OutboxLivenessTest {

    private final OutboxWorld world = new OutboxWorld();
    private final ManualClock clock = world.clock;
    private final AtomicInteger stolen = new AtomicInteger();

    /** Is another instance, which takes the lease as soon as it is free. */
    private void tryToSteal() {
        stolen.addAndGet(world.outbox.acquire(A, "thief").isPresent() ? 1 : 0);
    }

    /** 250 changes were marked between two signs of life; of tags with thousands of rows each that was longer than a lease. */
    @Test
    void aLeaseIsKeptWhileMarkingTakesMinutes() {
        TagCache slow = OutboxWorld.beforeMarks(world.table, marks -> {
            tryToSteal();
            clock.advance(Duration.ofSeconds(6));
            tryToSteal();
        });
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer drainer = world.drainer(
                        world.outbox, slow, world.clearing(cloudFront, A).build())
                .build();
        drainer.accept(pages("/p", 200));
        Instant begin = clock.instant();

        drainer.drain().orThrow();

        assertThat(Duration.between(begin, clock.instant())).isGreaterThan(Duration.ofMinutes(15));
        assertThat(stolen).hasValue(0);
        assertThat(cleared(cloudFront, A)).isNotEmpty();
    }

    /** A store that took ten minutes for one answer lost the lease, and two instances did the same work. */
    @Test
    void aLeaseIsKeptWhileOneCallTakesTenMinutes() {
        SlowCall call = new SlowCall(Duration.ofMinutes(10));
        FakeCloudFront cloudFront = world.fake().build();

        call.drainer(cloudFront).drain().orThrow();

        assertThat(stolen).hasValue(0);
        assertThat(cleared(cloudFront, A)).isNotEmpty();
    }

    /** A pool that is full may have the caller run the task, which would never come back. */
    @Test
    void anExecutorThatRunsTasksOnTheCallersThreadKeepsNobodyFromDraining() {
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer drainer = world.drainer(world.outbox, cloudFront, A)
                .leaseKeeper(Runnable::run)
                .build();
        drainer.accept(page("/p"));

        drainer.drain().orThrow();

        assertThat(cleared(cloudFront, A)).containsExactly("/p");
    }

    /** A call that never returns must not hold the lane for ever. */
    @Test
    void aCallThatHangsLosesItsLeaseInTheEnd() {
        SlowCall call = new SlowCall(Duration.ofHours(1));

        DrainReport report = call.drainer(world.fake().build()).drain();

        assertThat(stolen).satisfies(times -> assertThat(times.get()).isPositive());
        assertThat(report.lanes()).extracting(DrainReport.OfLane::outcome).containsExactly(Outcome.HELD_ELSEWHERE);
    }

    /** Is a table whose first call takes long, while the thread that keeps the lease goes on; all in virtual time on one thread. */
    private final class SlowCall implements Ambient.Pause {

        private final Duration length;
        private final List<Runnable> keepers = new ArrayList<>();
        private Instant end = Instant.MAX;

        SlowCall(Duration length) {
            this.length = length;
        }

        @Override
        public void waitFor(Duration pause) throws InterruptedException {
            tryToSteal();
            clock.advance(pause);
            tryToSteal();
            if (!clock.instant().isBefore(end)) {
                throw new InterruptedException("the call has returned, and the keeper rests");
            }
        }

        OutboxDrainer drainer(FakeCloudFront cloudFront) {
            TagCache slow = OutboxWorld.beforeMarks(world.table, marks -> {
                if (!keepers.isEmpty()) {
                    end = clock.instant().plus(length);
                    keepers.remove(0).run();
                    end = Instant.MAX;
                    Thread.interrupted(); // which the keeper's pause has set
                }
            });
            Ambient ambient = new Ambient(clock, this, new Random(1));
            Clearing clearing = Clearing.builder(
                            InvalidationSubmitter.builder(cloudFront, ambient).build(), A)
                    .build();
            OutboxDrainer drainer = world.drainer(world.outbox, slow, clearing)
                    .leaseKeeper(keepers::add)
                    .build();
            drainer.accept(page("/p"));
            return drainer;
        }
    }

    /** All the pages of a layout were rendered in one call, which no sign of life interrupted. */
    @Test
    void aLeaseIsKeptWhileManyPagesOfOneChangeAreRendered() {
        BuildId build = BuildId.of("B");
        world.table.seed(IntStream.range(0, 1_000)
                .mapToObj(i -> TagRow.registered(
                        TagCacheMode.ORIGINAL.tagKey(build, "products"), TableKey.ofPath(build, "/p" + i)))
                .toList());
        AtomicInteger rendered = new AtomicInteger();
        PageRenderer slow = pages -> pages.stream()
                .map(page -> {
                    tryToSteal();
                    clock.advance(Duration.ofMillis(200));
                    rendered.incrementAndGet();
                    return new PageRenderer.Rendering(
                            page, page.path(), PageRenderer.Rendering.Outcome.RENDERED, "as the story says");
                })
                .toList();
        FakeCloudFront cloudFront = world.fake().build();
        Revalidator revalidator = world.revalidator(
                        world.table, world.clearing(cloudFront, A).build())
                .renderer(slow)
                .build();
        OutboxDrainer drainer = OutboxDrainer.builder(world.outbox, revalidator).build();
        drainer.accept(Change.tag("products"));

        drainer.drain();

        assertThat(rendered.get()).isGreaterThanOrEqualTo(1_000);
        assertThat(stolen).hasValue(0);
        assertThat(cleared(cloudFront, A)).isNotEmpty();
    }

    /** A lease that is lost within the steps ends the turn; it is no failure of the change that was at hand. */
    @Test
    void aLeaseThatIsLostWhileMarkingIsSaidAsWhatItIs() {
        FakeCloudFront cloudFront = world.fake().build();
        Outbox lost = OutboxWorld.around(
                world.outbox,
                call -> call.method().equals("renew")
                        ? new OutboxWorld.Call("renew", () -> {
                            throw new LeaseLostException(new Outbox.Lease(A, "slow", 1));
                        })
                        : call);
        TagCache slow = OutboxWorld.beforeMarks(world.table, marks -> {
            clock.advance(Duration.ofSeconds(20));
        });
        OutboxDrainer drainer =
                world.drainer(lost, slow, world.clearing(cloudFront, A).build()).build();
        drainer.accept(pages("/p", 3));

        DrainReport report = drainer.drain();

        assertThat(report.lanes().get(0).outcome()).isEqualTo(Outcome.HELD_ELSEWHERE);
        assertThat(report.deadLetters()).isEmpty();
        assertThat(cloudFront.accepted(A)).isEmpty();
    }

    /** A lane with a long backlog at a slow distribution is put aside after half a minute, so that the others get theirs. */
    @Test
    void aLaneWithALongBacklogLetsTheOthersHaveTheirTurn() {
        FakeCloudFront cloudFront = world.fake().build();
        Cdn slowAtA = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation submit(InvalidationBatch batch) {
                if (batch.distribution().equals(A)) {
                    clock.advance(Duration.ofSeconds(5));
                }
                return super.submit(batch);
            }
        };
        OutboxDrainer drainer = world.drainer(world.outbox, slowAtA, A, B)
                .policy(DrainPolicy.builder().maxEntries(1).build())
                .build();
        drainer.accept(pages("/p", 60));
        Instant begin = clock.instant();

        drainer.drain().orThrow();

        assertThat(cleared(cloudFront, A)).hasSize(60);
        assertThat(cleared(cloudFront, B)).hasSize(60);
        Instant firstAtB = cloudFront.accepted(B).get(0).createTime();
        Instant lastAtA = cloudFront.accepted(A).get(59).createTime();
        assertThat(firstAtB).isBefore(begin.plusSeconds(50));
        assertThat(lastAtA).isAfter(begin.plusSeconds(300));
    }

    // ---- cache tags that are turned off

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final AtomicReference<String> config = new AtomicReference<>("x-cdn-tags");

    private FakeCloudFront readingTags() {
        return FakeCloudFront.builder(clock)
                .quotas(FakeQuotas.none())
                .distribution(A, "x-cdn-tags")
                .build();
    }

    private OutboxDrainer drainer(Outbox outbox, Cdn cloudFront, TagCacheMode mode) {
        Cdn cdn = new CdnWrapper(cloudFront) {
            @Override
            public Optional<String> cacheTagHeader(DistributionId distribution) {
                if ("throttled".equals(config.get())) {
                    throw CdnException.ofQuestion(
                            400, CdnException.Answer.of("Throttling", "Rate exceeded", "the story's"));
                }
                return Optional.ofNullable(config.get()).filter(header -> !header.isEmpty());
            }
        };
        Clearing clearing =
                world.clearing(cdn, A).cacheTags("x-cdn-tags", Instant.EPOCH).build();
        return OutboxDrainer.builder(
                        outbox,
                        Revalidator.builder(world.site, clearing)
                                .tagCache(world.table, mode)
                                .cdnTags(tag -> new CdnTag(tag.value()))
                                .build())
                .build();
    }

    /** An operator took the tags' header away between plan and submission: the drain stayed open for ever, and its lane with it. */
    @Test
    void aDrainOfTagsIsPlannedAnewByPathOnceNobodyReadsThem() throws Exception {
        BuildId build = BuildId.of("B");
        world.table.seed(IntStream.range(0, 30)
                .mapToObj(i -> TagRow.registered(
                        TagCacheMode.ORIGINAL.tagKey(build, "products"), TableKey.ofPath(build, "/shop/p" + i)))
                .toList());
        FakeCloudFront cloudFront = readingTags();
        AtomicBoolean alive = new AtomicBoolean(true);
        Outbox dies = OutboxWorld.around(world.outbox, call -> {
            if (!call.method().equals("open")) {
                return call;
            }
            return new OutboxWorld.Call("open", () -> {
                call.body().run();
                alive.set(false);
                throw new Killed();
            });
        });
        OutboxDrainer first = drainer(dies, cloudFront, TagCacheMode.ORIGINAL);
        first.accept(Change.tag("products"));
        assertThatThrownBy(first::drain).isInstanceOf(Killed.class);
        assertThat(alive).isFalse();
        clock.advance(Duration.ofMinutes(2));
        config.set("");

        OutboxDrainer next = drainer(world.outbox, cloudFront, TagCacheMode.ORIGINAL);
        boolean flushed = next.flush(Duration.ofMinutes(5));

        assertThat(flushed).isTrue();
        assertThat(cleared(cloudFront, A))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(path).startsWith("/"));
        assertThat(world.outbox.waiting(A)).isEmpty();
        assertThat(next.deadLetters()).isEmpty();
        assertThat(world.ledger.paths(OutboxWorld.MONTH))
                .isEqualTo(cloudFront.meter().totalPaths());
    }

    /** What was sent in place of tags, and the tags themselves, were both paid for after a kill and a throttled question. */
    @Test
    void aChangeIsPaidForByTagOrByPathAndNeverBoth() {
        for (List<String> answers :
                List.of(List.of("throttled", ""), List.of("", "throttled"), List.of("x-cdn-tags", "throttled"))) {
            OutboxWorld other = new OutboxWorld();
            FakeCloudFront cloudFront = FakeCloudFront.builder(other.clock)
                    .quotas(FakeQuotas.none())
                    .distribution(A, "x-cdn-tags")
                    .build();
            AtomicReference<String> said = new AtomicReference<>(answers.get(0));
            AtomicBoolean dies = new AtomicBoolean(true);
            Cdn cdn = new CdnWrapper(cloudFront) {
                @Override
                public Optional<String> cacheTagHeader(DistributionId distribution) {
                    if ("throttled".equals(said.get())) {
                        throw CdnException.ofQuestion(
                                400, CdnException.Answer.of("Throttling", "Rate exceeded", "the story's"));
                    }
                    return Optional.ofNullable(said.get()).filter(header -> !header.isEmpty());
                }

                @Override
                public Invalidation submit(InvalidationBatch batch) {
                    Invalidation accepted = super.submit(batch);
                    if (dies.getAndSet(false)) {
                        throw new Killed();
                    }
                    return accepted;
                }
            };
            BuildId build = BuildId.of("B");
            other.table.seed(List.of("/a", "/b").stream()
                    .map(path ->
                            TagRow.registered(TagCacheMode.ORIGINAL.tagKey(build, "t1"), TableKey.ofPath(build, path)))
                    .toList());
            Revalidator revalidator = Revalidator.builder(
                            other.site,
                            other.clearing(cdn, A)
                                    .cacheTags("x-cdn-tags", Instant.EPOCH)
                                    .build())
                    .tagCache(other.table)
                    .cdnTags(tag -> new CdnTag(tag.value()))
                    .build();
            OutboxDrainer first =
                    OutboxDrainer.builder(other.outbox, revalidator).build();
            first.accept(Change.tag("t1"));
            assertThatThrownBy(first::drain).isInstanceOf(Killed.class);
            long paid = cloudFront.meter().totalPaths();
            other.clock.advance(Duration.ofMinutes(3));
            said.set(answers.get(1));

            OutboxDrainer.builder(other.outbox, revalidator).build().drain().orThrow();

            assertThat(cloudFront.meter().totalPaths()).as("%s", answers).isEqualTo(paid);
        }
    }

    /** A throttled question made a dead letter of a change that only its tag can clear. */
    @Test
    void aTagOfWhichItIsNotKnownWhetherItIsReadIsTriedAgain() {
        FakeCloudFront cloudFront = readingTags();
        config.set("throttled");
        OutboxDrainer drainer = drainer(world.outbox, cloudFront, TagCacheMode.NEXT_MODE);
        drainer.accept(Change.tag("products"));
        DrainReport inDoubt = drainer.drain();
        clock.advance(Duration.ofMinutes(5));
        config.set("x-cdn-tags");
        DrainReport known = drainer.drain();

        assertThat(inDoubt.lanes().get(0).outcome()).isEqualTo(Outcome.WAITING);
        assertThat(inDoubt.lanes().get(0).reason()).contains("cannot be found out");
        assertThat(inDoubt.deadLetters()).isEmpty();
        known.orThrow();
        assertThat(cleared(cloudFront, A)).containsExactly("#products");
    }
}

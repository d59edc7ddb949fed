package io.purgewise.outbox;

import static io.purgewise.outbox.OutboxWorld.A;
import static io.purgewise.outbox.OutboxWorld.B;
import static io.purgewise.outbox.OutboxWorld.MONTH;
import static io.purgewise.outbox.OutboxWorld.cleared;
import static io.purgewise.outbox.OutboxWorld.page;
import static io.purgewise.outbox.OutboxWorld.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.CdnWrapper;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.CdnQuotas;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.revalidate.Change;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.ManualClock;
import java.lang.reflect.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The steps of a drain: marks, settling, plan, submission, and what a killed process leaves of them. */
class OutboxStepsTest {

    private static final CdnQuotas ONE_PATH_A_BATCH = CdnQuotas.inProgressTable().toBuilder()
            .itemsPerBatch(1)
            .wildcardsPerBatch(1)
            .callInterval(Duration.ZERO)
            .build();

    private final OutboxWorld world = new OutboxWorld();
    private final ManualClock clock = world.clock;

    /** Ends a process. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** A tag table whose writes take a while, as 10,000 rows of one tag do. */
    private TagCache counted(AtomicInteger writes, Duration time) {
        return OutboxWorld.beforeMarks(world.table, marks -> {
            clock.advance(time);
            writes.addAndGet(marks.size());
        });
    }

    @Test
    void theCdnIsClearedAfterTheMarksHaveSettledHoweverLongMarkingTook() {
        for (Duration time : List.of(Duration.ZERO, Duration.ofSeconds(3), Duration.ofSeconds(50))) {
            FakeCloudFront cloudFront = world.fake().build();
            AtomicReference<Instant> marked = new AtomicReference<>();
            TagCache slow = counted(new AtomicInteger(), time);
            TagCache watched = new TagCache() {
                @Override
                public List<TagRow> rowsOfTag(String tag) {
                    return slow.rowsOfTag(tag);
                }

                @Override
                public List<TagRow> rowsOfPath(String path) {
                    return slow.rowsOfPath(path);
                }

                @Override
                public WriteReport write(Collection<TagRow> marks) {
                    WriteReport report = slow.write(marks);
                    marked.set(clock.instant());
                    return report;
                }
            };
            OutboxDrainer drainer = world.drainer(
                            world.outbox, watched, world.clearing(cloudFront, A).build())
                    .build();
            drainer.accept(page("/p" + time.toSeconds()));
            drainer.drain().orThrow();
            assertThat(cloudFront.accepted(A).get(0).createTime())
                    .isAfterOrEqualTo(Objects.requireNonNull(marked.get()).plusSeconds(1));
        }
    }

    /** The outbox waits for renders that began before the change, too, in every lane, and marks once for all lanes. */
    @Test
    void theSlowestRenderIsWaitedForOnceAndMarksAreWrittenOnceForAllLanes() {
        FakeCloudFront cloudFront = world.fake().build();
        AtomicInteger writes = new AtomicInteger();
        Clearing a = world.clearing(cloudFront, A).build();
        Clearing b = world.clearing(cloudFront, B).build();
        OutboxDrainer drainer = OutboxDrainer.builder(
                        world.outbox,
                        world.revalidator(counted(writes, Duration.ZERO), a, b)
                                .slowestRender(Duration.ofMinutes(2))
                                .build())
                .build();
        Instant begin = clock.instant();
        drainer.accept(page("/a"));
        drainer.drain().orThrow();
        int once = writes.get();

        assertThat(cloudFront.accepted(A).get(0).createTime()).isAfterOrEqualTo(begin.plusSeconds(120));
        assertThat(cloudFront.accepted(B).get(0).createTime())
                .isAfterOrEqualTo(begin.plusSeconds(120))
                .isBefore(begin.plusSeconds(150));
        AtomicInteger alone = new AtomicInteger();
        world.drainer(world.outbox, counted(alone, Duration.ZERO), a).build().accept(page("/b"));
        world.drainer(world.outbox, counted(alone, Duration.ZERO), a).build().drain();
        assertThat(once).isPositive().isEqualTo(alone.get());
    }

    @Test
    void aLeaseIsKeptWhileTheCachesSettle() {
        FakeCloudFront cloudFront = world.fake().build();
        AtomicInteger stolen = new AtomicInteger();
        Outbox watched = OutboxWorld.around(world.outbox, call -> {
            if (call.method().equals("renew")) {
                stolen.addAndGet(world.outbox.acquire(A, "thief").isPresent() ? 1 : 0);
            }
            return call;
        });
        OutboxDrainer drainer = OutboxDrainer.builder(
                        watched,
                        world.revalidator(
                                        world.table,
                                        world.clearing(cloudFront, A).build())
                                .slowestRender(Duration.ofMinutes(5))
                                .build())
                .build();
        drainer.accept(page("/a"));
        drainer.drain().orThrow();
        assertThat(stolen).hasValue(0);
    }

    /** Once a drain of 400 batches was accepted whole, and its process died: the CDN had forgotten the references, and was paid again. */
    @Test
    void whatWasAcceptedBeforeAKillIsNeitherSentNorPaidAgainThoughTheCdnForgets() {
        List<Invalidation> accepted = new ArrayList<>();
        AtomicInteger dieAfter = new AtomicInteger(400);
        FakeCloudFront unused = world.fake().build();
        Cdn cdn = new CdnWrapper(unused) {
            @Override
            public Invalidation submit(InvalidationBatch batch) {
                Invalidation invalidation = new Invalidation(
                        "I" + accepted.size(),
                        Invalidation.Status.COMPLETED,
                        clock.instant(),
                        batch.reference(),
                        batch.quantity(),
                        Set.copyOf(batch.spellings()));
                accepted.add(invalidation);
                if (accepted.size() == dieAfter.get()) {
                    throw new Killed();
                }
                return invalidation;
            }

            @Override
            public Invalidation read(DistributionId distribution, String id) {
                return accepted.get(Integer.parseInt(id.substring(1)));
            }

            @Override
            public Iterable<Invalidation.Summary> list(DistributionId distribution) {
                List<Invalidation.Summary> newestFirst = new ArrayList<>();
                for (int i = accepted.size() - 1; i >= 0; i--) {
                    Invalidation each = accepted.get(i);
                    newestFirst.add(new Invalidation.Summary(each.id(), each.status(), each.createTime()));
                }
                return newestFirst;
            }
        };
        InvalidationSubmitter onePathABatch =
                world.submitter(cdn).quotas(ONE_PATH_A_BATCH).build();
        Clearing clearing =
                Clearing.builder(onePathABatch, A).ledger(world.ledger).build();
        OutboxDrainer drainer =
                world.drainer(world.outbox, world.table, clearing).build();
        drainer.accept(pages("/x", 500));
        assertThatThrownBy(drainer::drain).isInstanceOf(Killed.class);
        dieAfter.set(-1);

        OutboxDrainer next = world.drainer(world.outbox, world.table, clearing).build();
        next.drain().orThrow();

        assertThat(accepted).hasSize(500);
        assertThat(world.ledger.paths(MONTH)).isEqualTo(500);
        assertThat(world.outbox.waiting(A)).isEmpty();
    }

    /** Killed between the marks and the plan: the changes wait still, and are marked again, which is harmless. */
    @Test
    void aProcessThatIsKilledBetweenMarkAndPlanLosesNothing() {
        FakeCloudFront cloudFront = world.fake().build();
        Outbox dies = OutboxWorld.around(world.outbox, call -> {
            if (call.method().equals("open")) {
                throw new Killed();
            }
            return call;
        });
        OutboxDrainer first = world.drainer(dies, cloudFront, A).build();
        first.accept(page("/a"));
        assertThatThrownBy(first::drain).isInstanceOf(Killed.class);
        world.drainer(cloudFront, A).drain().orThrow();
        assertThat(cleared(cloudFront, A)).containsExactly("/a");
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(1);
    }

    /** Batches were cut under quotas too large for the CDN, and no correction helped the drain that was written down. */
    @Test
    void anOpenDrainIsFinishedOnceTheQuotasAreCorrected() {
        FakeCloudFront cloudFront = world.fake()
                .quotas(new FakeQuotas(
                        3000,
                        10,
                        3000,
                        FakeQuotas.Rate.UNLIMITED,
                        FakeQuotas.Rate.UNLIMITED,
                        FakeQuotas.Rate.UNLIMITED))
                .build();
        Clearing wrong = Clearing.builder(
                        world.submitter(cloudFront)
                                .quotas(CdnQuotas.inProgressTable())
                                .build(),
                        A)
                .build();
        OutboxDrainer first = world.drainer(world.outbox, world.table, wrong).build();
        List<Change> layouts = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            layouts.add(page("/p" + (char) ('a' + i) + "~x"));
        }
        first.accept(layouts);
        first.drain();
        Clearing right = Clearing.builder(
                        world.submitter(cloudFront)
                                .quotas(CdnQuotas.conservative())
                                .build(),
                        A)
                .build();
        OutboxDrainer second = world.drainer(world.outbox, world.table, right).build();
        for (int i = 0; i < 50; i++) {
            second.accept(page("/new" + i));
            second.drain();
            clock.advance(Duration.ofHours(1));
        }
        assertThat(cleared(cloudFront, A)).hasSizeGreaterThan(50);
        assertThat(world.outbox.waiting(A)).isEmpty();
    }

    /** A distribution that refuses for weeks must not fill the outbox. */
    @Test
    void aLaneThatIsBlockedForLongBecomesOneChangeOfTheWholeSite() {
        world.registerRootLayout();
        FakeCloudFront cloudFront = world.fake().build();
        cloudFront.forbid(A);
        OutboxDrainer drainer = world.drainer(world.outbox, cloudFront, A, B)
                .policy(DrainPolicy.builder()
                        .fewestItemsAt(50, Duration.ofDays(1))
                        .everythingAt(100, Duration.ofDays(2))
                        .build())
                .build();
        for (int i = 0; i < 1000; i++) {
            drainer.accept(page("/p" + i));
            drainer.drain();
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(world.outbox.size(A, 10_000)).isLessThan(110);
        assertThat(cleared(cloudFront, B)).hasSizeGreaterThan(900);
        cloudFront.allow(A);
        drainer.drain().orThrow();
        assertThat(cleared(cloudFront, A)).contains("/*");
        assertThat(world.outbox.waiting(A)).isEmpty();
    }

    @Test
    void aLargeBacklogIsClearedWithTheFewestItemsAndSaysSo() {
        FakeCloudFront cloudFront = world.fake().build();
        List<Clearing.Escalation> told = new ArrayList<>();
        OutboxDrainer drainer = world.drainer(world.outbox, cloudFront, A)
                .policy(DrainPolicy.builder()
                        .maxEntries(100)
                        .fewestItemsAt(150, Duration.ofHours(1))
                        .everythingAt(250, Duration.ofHours(2))
                        .build())
                .listener(new OutboxListener() {
                    @Override
                    public void widened(DistributionId lane, Clearing.Escalation escalation, List<String> reasons) {
                        told.add(escalation);
                    }
                })
                .build();
        drainer.accept(pages("/shop/p", 300));
        drainer.drain().orThrow();
        assertThat(cleared(cloudFront, A)).contains("/*");
        assertThat(told).contains(Clearing.Escalation.EVERYTHING);
        assertThat(cloudFront.meter().totalPaths()).isLessThan(300);
    }

    /** An instance that only accepts remembered every change for ever. */
    @Test
    void anInstanceThatOnlyAcceptsKeepsNothing() throws Exception {
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer producer = world.drainer(cloudFront, A);
        OutboxDrainer worker = world.drainer(cloudFront, A);
        for (int i = 0; i < 20; i++) {
            producer.accept(pages("/p" + i + "-", 100));
            worker.drain();
            clock.advance(Duration.ofMinutes(1));
        }
        for (OutboxDrainer each : List.of(producer, worker)) {
            Object lane = ((List<?>) in(in(each, "lanes"), "all")).get(0);
            assertThat((Map<?, ?>) in(in(lane, "marks"), "steps")).isEmpty();
        }
    }

    private static Object in(Object object, String name) throws ReflectiveOperationException {
        Field field = object.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(object);
    }

    /** A lease must show signs of life while a plan of many batches is sent. */
    @Test
    void signsOfLifeAreShownWhileManyBatchesAreSent() {
        FakeCloudFront cloudFront = world.fake().build();
        AtomicBoolean lost = new AtomicBoolean();
        AtomicReference<Instant> last = new AtomicReference<>(clock.instant());
        Outbox watched = OutboxWorld.around(world.outbox, call -> {
            if (List.of("renew", "open", "close", "acquire").contains(call.method())) {
                last.set(clock.instant());
            }
            return call;
        });
        Cdn slow = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation submit(InvalidationBatch batch) {
                clock.advance(Duration.ofSeconds(3));
                lost.compareAndSet(
                        false, Duration.between(last.get(), clock.instant()).compareTo(Duration.ofSeconds(25)) > 0);
                return super.submit(batch);
            }
        };
        InvalidationSubmitter onePathABatch =
                world.submitter(slow).quotas(ONE_PATH_A_BATCH).build();
        OutboxDrainer drainer = world.drainer(
                        watched, world.table, Clearing.builder(onePathABatch, A).build())
                .build();
        drainer.accept(pages("/x", 60));
        drainer.drain().orThrow();
        assertThat(lost).isFalse();
        assertThat(IntStream.range(0, 60).mapToObj(i -> "/x" + i)).containsAll(cleared(cloudFront, A));
    }

    @Test
    void anOldHolderThatWakesUpIsFencedOff() {
        FakeCloudFront cloudFront = world.fake().build();
        AtomicBoolean once = new AtomicBoolean();
        Outbox sleepy = OutboxWorld.around(world.outbox, call -> {
            if (call.method().equals("open") && once.compareAndSet(false, true)) {
                clock.advance(Duration.ofSeconds(31));
                world.drainer(world.outbox, cloudFront, A).build().drain().orThrow();
            }
            return call;
        });
        OutboxDrainer drainer = world.drainer(sleepy, cloudFront, A).build();
        drainer.accept(page("/a"));
        assertThat(drainer.drain().lanes().get(0).outcome()).isEqualTo(DrainReport.Outcome.HELD_ELSEWHERE);
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(1);
        Outbox.Lease lease = world.outbox.acquire(A, "look").orElseThrow();
        assertThat(world.outbox.openDrain(lease)).isEmpty();
    }

    /** The caller may create invalidations and nothing else. */
    @Test
    void withoutTheRightToReadInvalidationsChangesAreCarriedThrough() {
        FakeCloudFront cloudFront = world.fake().build();
        Cdn cdn = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation read(DistributionId distribution, String id) {
                throw denied();
            }

            @Override
            public Iterable<Invalidation.Summary> list(DistributionId distribution) {
                throw denied();
            }

            private CdnException denied() {
                return CdnException.ofQuestion(403, CdnException.Answer.of("AccessDenied", "not allowed", "r"));
            }
        };
        OutboxDrainer drainer = world.drainer(cdn, A);
        for (int i = 0; i < 30; i++) {
            drainer.accept(page("/p" + i));
            drainer.drain().orThrow();
            clock.advance(Duration.ofHours(1));
        }
        assertThat(cleared(cloudFront, A)).hasSize(30);
    }
}

package io.purgewise.outbox;

import static io.purgewise.outbox.OutboxWorld.A;
import static io.purgewise.outbox.OutboxWorld.B;
import static io.purgewise.outbox.OutboxWorld.MONTH;
import static io.purgewise.outbox.OutboxWorld.cleared;
import static io.purgewise.outbox.OutboxWorld.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.purgewise.CdnWrapper;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.revalidate.Change;
import io.purgewise.testkit.FakeCloudFront;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The direct call under a key: repeated, killed in between, made by two instances at once, and what it says then. */
class RevalidateOnceTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Ends a process. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** An instance with randomness of its own, so that its plans never bear the names of another's. */
    private static OutboxDrainer instance(OutboxWorld world, int seed, Cdn cdn) {
        Clearing clearing = Clearing.builder(
                        InvalidationSubmitter.builder(cdn, world.ambient(seed)).build(), A)
                .ledger(world.ledger)
                .build();
        return world.drainer(world.outbox, world.table, clearing).build();
    }

    @Test
    void aRepetitionPaysNothingAndTellsThatTheFirstCallCarriedItThrough() throws Exception {
        OutboxWorld world = new OutboxWorld();
        FakeCloudFront cloudFront = world.fake().build();
        List<Change> changes = List.of(page("/one"), page("/two"));

        EventReport first = world.drainer(cloudFront, A, B).revalidateOnce("event-7", changes, PATIENCE);
        world.clock.advance(Duration.ofMinutes(10));
        EventReport again = world.drainer(cloudFront, A, B).revalidateOnce("event-7", changes, PATIENCE);

        assertThat(first.isDone()).isTrue();
        assertThat(first.acceptance().repeated()).isEmpty();
        assertThat(first.invalidations()).hasSize(2);
        assertThat(again.isDone()).isTrue();
        assertThat(again.acceptance().repeated()).hasSize(2);
        assertThat(again.invalidations()).isEmpty();
        assertThat(again)
                .hasToString("2 changes, 2 of them accepted before, carried through,"
                        + " 0 invalidations accepted in this call");
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(4).isEqualTo(world.ledger.paths(MONTH));
    }

    @Test
    void anotherKeyOrADayLaterIsAnotherOccasion() throws Exception {
        OutboxWorld world = new OutboxWorld();
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer drainer = world.drainer(cloudFront, A);
        drainer.revalidateOnce("event-7", List.of(page("/one")), PATIENCE);
        drainer.revalidateOnce("event-8", List.of(page("/one")), PATIENCE);
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(2);

        world.clock.advance(Duration.ofHours(25));
        drainer.revalidateOnce("event-7", List.of(page("/one")), PATIENCE);

        assertThat(cloudFront.meter().totalPaths()).isEqualTo(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> drainer.revalidateOnce("", List.of(page("/one")), PATIENCE));
    }

    /** Dies before and after each call of the outbox and of the CDN in turn; the second instance repeats the call. */
    @Test
    void aCallThatWasKilledAnywhereIsFinishedByItsRepetitionAndPaidOnce() throws Exception {
        int points = 0;
        for (boolean killed = true; killed; points++) {
            OutboxWorld world = new OutboxWorld();
            FakeCloudFront cloudFront = world.fake().build();
            AtomicInteger left = new AtomicInteger(points);
            Runnable point = () -> {
                if (left.getAndDecrement() == 0) {
                    throw new Killed();
                }
            };
            Outbox mortal = OutboxWorld.around(
                    world.outbox,
                    call -> new OutboxWorld.Call(call.method(), () -> {
                        point.run();
                        Object result = call.body().run();
                        point.run();
                        return result;
                    }));
            Cdn cdn = new CdnWrapper(cloudFront) {
                @Override
                public Invalidation submit(InvalidationBatch batch) {
                    point.run();
                    Invalidation invalidation = super.submit(batch);
                    point.run();
                    return invalidation;
                }
            };
            OutboxDrainer first = world.drainer(mortal, cdn, A).build();
            killed = dies(first);
            world.clock.advance(Duration.ofMinutes(10));

            EventReport again =
                    instance(world, 2, cloudFront).revalidateOnce("event-7", List.of(page("/one")), PATIENCE);

            assertThat(again.isDone()).as("killed at point %d", points).isTrue();
            assertThat(cloudFront.meter().totalPaths())
                    .as("killed at point %d", points)
                    .isEqualTo(1);
            assertThat(world.outbox.waiting(A)).isEmpty();
        }
        assertThat(points).isGreaterThan(20);
    }

    private static boolean dies(OutboxDrainer drainer) throws InterruptedException {
        try {
            drainer.revalidateOnce("event-7", List.of(page("/one")), PATIENCE);
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    /** The second call comes at the worst moment, right before the CDN hears of the first. */
    @Test
    void aRepetitionDuringTheFirstCallWaitsForItAndSendsNothing() throws Exception {
        OutboxWorld world = new OutboxWorld();
        FakeCloudFront cloudFront = world.fake().build();
        AtomicReference<EventReport> meanwhile = new AtomicReference<>();
        OutboxDrainer second = instance(world, 2, cloudFront);
        Cdn cdn = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation submit(InvalidationBatch batch) {
                try {
                    meanwhile.set(second.revalidateOnce("event-7", List.of(page("/one")), Duration.ofSeconds(2)));
                } catch (InterruptedException e) {
                    throw new IllegalStateException("nobody interrupts this test", e);
                }
                return super.submit(batch);
            }
        };

        EventReport first = world.drainer(cdn, A).revalidateOnce("event-7", List.of(page("/one")), PATIENCE);

        EventReport early = Objects.requireNonNull(meanwhile.get());
        assertThat(early.isDone()).isFalse();
        assertThat(early.waiting()).hasSize(1);
        assertThat(early.invalidations()).isEmpty();
        assertThat(first.isDone()).isTrue();
        assertThat(second.revalidateOnce("event-7", List.of(page("/one")), PATIENCE)
                        .isDone())
                .isTrue();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(1);
    }

    @Test
    void twoInstancesAtOncePayOnceAndBothSayDone() throws Exception {
        OutboxWorld world = new OutboxWorld();
        FakeCloudFront cloudFront = world.fake().build();
        ExecutorService instances = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 20; round++) {
                String event = "event-" + round;
                List<Change> changes = List.of(page("/page-" + round));
                List<Future<EventReport>> both = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    OutboxDrainer drainer = instance(world, 2 * round + i, cloudFront);
                    both.add(instances.submit(() -> drainer.revalidateOnce(event, changes, Duration.ofHours(1))));
                }
                for (Future<EventReport> each : both) {
                    assertThat(each.get().isDone()).isTrue();
                }
            }
        } finally {
            instances.shutdownNow();
        }
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(20);
    }

    @Test
    void aChangeThatDiedIsNotDoneHoweverOftenItsEventIsRepeated() throws Exception {
        OutboxWorld world = new OutboxWorld();
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer drainer = world.drainer(cloudFront, A);
        List<Change> changes = List.of(Change.path("/typo"), page("/one"));
        drainer.revalidateOnce("event-7", changes, PATIENCE);
        world.clock.advance(Duration.ofMinutes(10));

        EventReport again = drainer.revalidateOnce("event-7", changes, PATIENCE);

        assertThat(again.isDone()).isFalse();
        assertThat(again.waiting()).isEmpty();
        assertThat(again.deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.change()).isEqualTo("path:/typo"));
        assertThat(again.toString()).contains("not carried through").contains("/typo");
        assertThat(cleared(cloudFront, A)).containsExactly("/one");
    }

    /** A page that was not there yet died; once it was there, its next change was said to have died too. */
    @Test
    void theDeadLetterOfAnEarlierEventIsNotThisOnes() throws Exception {
        OutboxWorld world = new OutboxWorld();
        FakeCloudFront cloudFront = world.fake().build();
        cloudFront.rejectPath("/o'neill");
        OutboxDrainer drainer = world.drainer(cloudFront, A);
        assertThat(drainer.revalidateOnce("event-7", List.of(page("/o'neill")), PATIENCE)
                        .isDone())
                .isFalse();
        world.clock.advance(Duration.ofMinutes(10));
        FakeCloudFront mended = world.fake().build();

        EventReport next = world.drainer(mended, A).revalidateOnce("event-8", List.of(page("/o'neill")), PATIENCE);

        assertThat(next.isDone()).isTrue();
    }

    @Test
    void aBusyDistributionIsWaitedForNoLongerThanThePatienceAndTheChangeIsKept() throws Exception {
        OutboxWorld world = new OutboxWorld();
        FakeCloudFront cloudFront = world.fake().build();
        cloudFront.forbid(A);

        EventReport report = world.drainer(cloudFront, A, B).revalidateOnce("event-7", List.of(page("/one")), PATIENCE);

        assertThat(report.isDone()).isFalse();
        assertThat(report.waiting()).hasSize(1);
        assertThat(report.invalidations()).hasSize(1);
        cloudFront.allow(A);
        world.clock.advance(Duration.ofMinutes(10));
        assertThat(world.drainer(cloudFront, A, B)
                        .revalidateOnce("event-7", List.of(page("/one")), PATIENCE)
                        .isDone())
                .isTrue();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(2);
    }
}

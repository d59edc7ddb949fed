package io.purgewise.outbox;

import static io.purgewise.outbox.OutboxWorld.A;
import static io.purgewise.outbox.OutboxWorld.B;
import static io.purgewise.outbox.OutboxWorld.MONTH;
import static io.purgewise.outbox.OutboxWorld.cleared;
import static io.purgewise.outbox.OutboxWorld.page;
import static io.purgewise.outbox.OutboxWorld.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.CdnWrapper;
import io.purgewise.StoreAccessException;
import io.purgewise.cache.CacheAccessException;
import io.purgewise.cache.TagCache;
import io.purgewise.cdn.Budget;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.outbox.DrainReport.Outcome;
import io.purgewise.plan.InvalidationPlan;
import io.purgewise.plan.UrlIndex;
import io.purgewise.revalidate.Change;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What went wrong once with outboxes, and must not again: liveness, money, bounds. */
class OutboxStoriesTest {

    private final OutboxWorld world = new OutboxWorld();
    private final ManualClock clock = world.clock;

    private static CdnException refusal(InvalidationBatch batch, String code) {
        return CdnException.ofSubmission(
                400, CdnException.Answer.of(code, "the story says so", "r"), batch.reference());
    }

    private static Cdn refusing(FakeCloudFront cloudFront, DistributionId distribution, String code) {
        return new CdnWrapper(cloudFront) {
            @Override
            public Invalidation submit(InvalidationBatch batch) {
                if (batch.distribution().equals(distribution)) {
                    throw refusal(batch, code);
                }
                return super.submit(batch);
            }
        };
    }

    private static Outcome outcome(DrainReport report, DistributionId lane) {
        return report.lanes().stream()
                .filter(each -> each.lane().equals(lane))
                .findFirst()
                .orElseThrow()
                .outcome();
    }

    /** A distribution that another program keeps busy for hours kept the site's other distribution stale. */
    @Test
    void aBusyDistributionDoesNotStarveTheOther() {
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer drainer = world.drainer(refusing(cloudFront, A, "TooManyInvalidationsInProgress"), A, B);
        Instant begin = clock.instant();
        for (int i = 0; i < 12; i++) {
            drainer.accept(page("/p" + i));
            DrainReport report = drainer.drain();
            assertThat(outcome(report, A)).isEqualTo(Outcome.WAITING);
            assertThat(outcome(report, B)).isEqualTo(Outcome.EMPTY);
            clock.advance(Duration.ofMinutes(5));
        }
        assertThat(cleared(cloudFront, B)).hasSize(12);
        assertThat(Duration.between(begin, clock.instant())).isLessThan(Duration.ofMinutes(80));
    }

    @Test
    void aDistributionThatTakesCallsAgainGetsWhatWaited() {
        FakeCloudFront cloudFront = world.fake().build();
        cloudFront.forbid(A);
        OutboxDrainer drainer = world.drainer(cloudFront, A, B);
        for (int i = 0; i < 5; i++) {
            drainer.accept(page("/p" + i));
            assertThat(outcome(drainer.drain(), A)).isEqualTo(Outcome.WAITING);
            clock.advance(Duration.ofMinutes(1));
        }
        cloudFront.allow(A);
        drainer.drain().orThrow();
        assertThat(cleared(cloudFront, A)).hasSize(5);
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(10).isEqualTo(world.ledger.paths(MONTH));
    }

    /** The report of what the others did was thrown away with the exception of the first. */
    @Test
    void everyDistributionThatRefusesIsNamedAndTheReportIsCarried() {
        FakeCloudFront cloudFront = world.fake().build();
        cloudFront.forbid(A);
        OutboxDrainer drainer = world.drainer(refusing(cloudFront, B, "NoSuchDistribution"), A, B);
        drainer.accept(page("/a"));
        DrainReport report = drainer.drain();
        assertThatThrownBy(report::orThrow)
                .isInstanceOf(IncompleteDrainException.class)
                .hasMessageContaining(A.value())
                .hasMessageContaining(B.value())
                .satisfies(
                        e -> assertThat(((IncompleteDrainException) e).report()).isSameAs(report));
    }

    /** An NTP step of an hour stopped settling for an hour. */
    @Test
    void aClockThatIsSetBackDoesNotHoldAnythingBack() {
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer drainer = world.drainer(cloudFront, A);
        drainer.accept(page("/a"));
        drainer.drainWhenDue();
        clock.setBack(Duration.ofHours(1));
        Instant begin = clock.instant();
        while (cleared(cloudFront, A).isEmpty() && clock.instant().isBefore(begin.plus(Duration.ofHours(2)))) {
            drainer.drainWhenDue();
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(Duration.between(begin, clock.instant())).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void listenersThatThrowStopNothing() {
        FakeCloudFront cloudFront = world.fake().build();
        CdnListener closed = new CdnListener() {
            @Override
            public void submitted(DistributionId distribution, Invalidation invalidation, int attempts) {
                throw new IllegalStateException("the metrics registry is closed");
            }
        };
        OutboxListener closedToo = new OutboxListener() {
            @Override
            public void planned(Outbox.Drain drain, InvalidationPlan plan) {
                throw new IllegalStateException("the metrics registry is closed");
            }

            @Override
            public void drained(DistributionId lane, DrainReport.Finished finished, Duration age) {
                throw new IllegalStateException("the metrics registry is closed");
            }

            @Override
            public void accepted(int changes) {
                throw new IllegalStateException("the metrics registry is closed");
            }
        };
        Clearing clearing = Clearing.builder(
                        world.submitter(cloudFront).listener(closed).build(), A)
                .ledger(world.ledger)
                .build();
        OutboxDrainer drainer = world.drainer(world.outbox, world.table, clearing)
                .listener(closedToo)
                .build();
        for (int i = 0; i < 20; i++) {
            drainer.accept(page("/p" + i));
            drainer.drain().orThrow();
        }
        assertThat(cleared(cloudFront, A)).hasSize(20);
        assertThat(world.ledger.paths(MONTH)).isEqualTo(20);
    }

    /** The CDN's answer to everything was InvalidArgument, and a hundred changes were gone without a word. */
    @Test
    void aDistributionThatTakesNoItemAtAllSwallowsNothing() throws Exception {
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer drainer = world.drainer(refusing(cloudFront, A, "InvalidArgument"), A);
        drainer.accept(pages("/a", 100));

        assertThat(drainer.flush(Duration.ofHours(1))).isFalse();

        assertThat(world.outbox.size(A, 1000) + drainer.deadLetters().size()).isEqualTo(100);
        OutboxDrainer repaired = world.drainer(cloudFront, A);
        drainer.deadLetters().forEach(repaired::repeat);
        assertThat(repaired.flush(Duration.ofHours(1))).isTrue();
        assertThat(cleared(cloudFront, A)).hasSize(100);
        assertThat(repaired.deadLetters()).isEmpty();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(100);
    }

    /** A page whose path AWS refuses, saved again and again, filled a list that nobody could empty. */
    @Test
    void deadLettersAreOneForEachChange() {
        FakeCloudFront cloudFront = world.fake().build();
        cloudFront.rejectPath("/o'neill");
        OutboxDrainer drainer = world.drainer(cloudFront, A);
        for (int i = 0; i < 200; i++) {
            drainer.accept(page("/o'neill"), page("/good" + i));
            drainer.drain();
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(drainer.deadLetters()).hasSize(1);
        assertThat(cleared(cloudFront, A)).hasSize(200);
        drainer.remove(drainer.deadLetters().get(0));
        assertThat(drainer.deadLetters()).isEmpty();
    }

    @Test
    void aPageThatNobodyKnowsDiesWithItsReasonAndIsToldAndTheOthersGoOn() throws Exception {
        FakeCloudFront cloudFront = world.fake().build();
        List<DeadLetter> told = new ArrayList<>();
        OutboxDrainer drainer = world.drainer(world.outbox, cloudFront, A, B)
                .listener(new OutboxListener() {
                    @Override
                    public void died(DeadLetter letter) {
                        told.add(letter);
                    }
                })
                .build();
        drainer.accept(Change.path("/typo"), page("/a"));

        DrainReport report = drainer.drain();

        assertThat(report.deadLetters())
                .hasSize(2)
                .allSatisfy(letter -> assertThat(letter.change()).isEqualTo("path:/typo"));
        assertThat(told).isEqualTo(report.deadLetters());
        assertThat(drainer.deadLetters()).containsExactlyInAnyOrderElementsOf(told);
        assertThat(cleared(cloudFront, A)).containsExactly("/a");
        assertThat(cleared(cloudFront, B)).containsExactly("/a");
        assertThat(drainer.flush(Duration.ofMinutes(1))).isTrue();
    }

    /** A later change of the same page, accepted just before or just after the CDN took the first one, needs clearing of its own. */
    @Test
    void aChangeAcceptedWhileTheSamePageIsInFlightIsClearedAgain() {
        for (boolean before : List.of(true, false)) {
            OutboxWorld here = new OutboxWorld();
            FakeCloudFront cloudFront = here.fake().build();
            AtomicReference<OutboxDrainer> drainer = new AtomicReference<>();
            AtomicReference<Instant> second = new AtomicReference<>();
            Cdn cdn = new CdnWrapper(cloudFront) {
                @Override
                public Invalidation submit(InvalidationBatch batch) {
                    if (before) {
                        again();
                    }
                    Invalidation invalidation = super.submit(batch);
                    if (!before) {
                        again();
                    }
                    return invalidation;
                }

                private void again() {
                    if (second.get() == null) {
                        here.clock.advance(Duration.ofMillis(5));
                        second.set(here.clock.instant());
                        Objects.requireNonNull(drainer.get()).accept(page("/a"));
                    }
                }
            };
            drainer.set(here.drainer(cdn, A));
            Objects.requireNonNull(drainer.get()).accept(page("/a"));
            Objects.requireNonNull(drainer.get()).drain();
            Objects.requireNonNull(drainer.get()).drain();
            List<Invalidation> all = cloudFront.accepted(A);
            assertThat(all).hasSize(2);
            assertThat(all.get(1).createTime()).isAfterOrEqualTo(Objects.requireNonNull(second.get()));
        }
    }

    /** flush(30 s) never returned under steady traffic, and sent an invalidation for every change. */
    @Test
    void flushAndDrainEndUnderSteadyTrafficAndSendFewInvalidations() throws Exception {
        FakeCloudFront cloudFront = world.fake().build();
        AtomicReference<OutboxDrainer> drainer = new AtomicReference<>();
        AtomicInteger changes = new AtomicInteger();
        Outbox busy = OutboxWorld.around(world.outbox, call -> {
            if (call.method().equals("open") || call.method().equals("close")) {
                Objects.requireNonNull(drainer.get()).accept(page("/p" + changes.incrementAndGet()));
            }
            return call;
        });
        drainer.set(world.drainer(busy, cloudFront, A).build());
        Objects.requireNonNull(drainer.get()).accept(page("/first"));
        Instant begin = clock.instant();

        assertThat(Objects.requireNonNull(drainer.get()).flush(Duration.ofSeconds(30)))
                .isTrue();
        Objects.requireNonNull(drainer.get()).drain();

        assertThat(Duration.between(begin, clock.instant())).isLessThan(Duration.ofSeconds(30));
        assertThat(cloudFront.accepted(A)).hasSize(2);
    }

    @Test
    void flushHoldsItsDeadline() throws Exception {
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer drainer = world.drainer(refusing(cloudFront, A, "TooManyInvalidationsInProgress"), A);
        drainer.accept(page("/a"));
        Instant begin = clock.instant();
        assertThat(drainer.flush(Duration.ofSeconds(7))).isFalse();
        assertThat(Duration.between(begin, clock.instant())).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(9));
    }

    /** The lease cannot be given back, a blink of the store; the work was done. */
    @Test
    void aReleaseThatFailsThrowsNoReportAway() {
        FakeCloudFront cloudFront = world.fake().build();
        Outbox blinking = OutboxWorld.around(world.outbox, call -> {
            if (call.method().equals("release")) {
                throw new StoreAccessException("blink", new IllegalStateException());
            }
            return call;
        });
        OutboxDrainer drainer = world.drainer(blinking, cloudFront, A).build();
        drainer.accept(page("/a"));
        assertThat(drainer.drain().orThrow().invalidations()).hasSize(1);
    }

    @Test
    void aStoreThatFailsForOneLaneIsInTheReportAndStopsNoOther() {
        FakeCloudFront cloudFront = world.fake().build();
        AtomicBoolean down = new AtomicBoolean();
        Outbox failing = OutboxWorld.around(world.outbox, call -> {
            if (call.method().equals("read") && down.compareAndSet(true, false)) {
                throw new StoreAccessException("blink", new IllegalStateException());
            }
            return call;
        });
        OutboxDrainer drainer = world.drainer(failing, cloudFront, A, B).build();
        drainer.accept(page("/a"));
        down.set(true);
        DrainReport report = drainer.drain();
        assertThat(outcome(report, A)).isEqualTo(Outcome.FAILED);
        assertThat(outcome(report, B)).isEqualTo(Outcome.EMPTY);
        drainer.drain().orThrow();
        assertThat(cleared(cloudFront, A)).containsExactly("/a");
    }

    /** The same webhook, redelivered in another order or in part, was paid again. */
    @Test
    void anEventIsCarriedThroughOnceInWhateverOrderAndPart() {
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer drainer = world.drainer(cloudFront, A);
        assertThat(drainer.acceptOnce("event-7", List.of(page("/one"), page("/two")))
                        .repeated())
                .isEmpty();
        drainer.drain().orThrow();
        assertThat(drainer.acceptOnce("event-7", List.of(page("/two"), page("/one")))
                        .repeated())
                .hasSize(2);
        assertThat(drainer.acceptOnce("event-7", List.of(page("/one"))).repeated())
                .hasSize(1);
        drainer.drain().orThrow();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(2);

        drainer.acceptOnce("event-8", List.of(page("/one")));
        drainer.drain().orThrow();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(3);
        assertThatIllegalArgumentException().isThrownBy(() -> drainer.acceptOnce("", List.of(page("/one"))));
    }

    /** A tag table that fails for some changes: they are tried again, given up after a day, and hide no other. */
    @Test
    void changesThatCannotBeMarkedAreTriedAgainAndGivenUpAfterADayAndHideNoOther() {
        FakeCloudFront cloudFront = world.fake().build();
        AtomicBoolean broken = new AtomicBoolean(true);
        TagCache table = failingFor(world.table, "bad", broken);
        OutboxDrainer drainer = world.drainer(
                        world.outbox, table, world.clearing(cloudFront, A).build())
                .policy(DrainPolicy.builder().maxEntries(10).build())
                .build();
        for (int i = 0; i < 30; i++) {
            drainer.accept(page("/bad" + i));
        }
        clock.advance(Duration.ofSeconds(1));
        drainer.accept(page("/good"));

        DrainReport report = drainer.drain();

        assertThat(outcome(report, A)).isEqualTo(Outcome.WAITING);
        assertThat(report.deadLetters()).isEmpty();
        assertThat(cleared(cloudFront, A)).containsExactly("/good");
        clock.advance(Duration.ofHours(25));
        assertThat(drainer.drain().deadLetters())
                .hasSize(30)
                .allSatisfy(letter -> assertThat(letter.reason()).contains("given up"));
        broken.set(false);
        drainer.deadLetters().forEach(drainer::repeat);
        drainer.drain().orThrow();
        assertThat(cleared(cloudFront, A)).hasSize(31);
    }

    private static TagCache failingFor(TagCache table, String part, AtomicBoolean broken) {
        return OutboxWorld.beforeMarks(table, marks -> {
            if (broken.get() && marks.stream().anyMatch(mark -> mark.toString().contains(part))) {
                throw new CacheAccessException("the story says so", "table", "r", new IllegalStateException());
            }
        });
    }

    /** 1,200 changes and a budget of 1,000 paths stayed unbilled for a year. */
    @Test
    void aBudgetTakesWhatFitsAndTheRestWaits() {
        FakeCloudFront cloudFront = world.fake().build();
        AtomicInteger plans = new AtomicInteger();
        Clearing clearing = world.clearing(cloudFront, A)
                .budget(Budget.of(10, Budget.Reaction.DEFER))
                .knownUrls(() -> {
                    plans.incrementAndGet();
                    return UrlIndex.unknown();
                })
                .build();
        OutboxDrainer drainer =
                world.drainer(world.outbox, world.table, clearing).build();
        drainer.accept(pages("/x/", 4));
        drainer.drain().orThrow();
        drainer.accept(pages("/y/z", 12));
        for (int i = 0; i < 3600; i++) {
            drainer.drainWhenDue();
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(world.ledger.paths(MONTH)).isLessThanOrEqualTo(10).isGreaterThan(4);
        assertThat(plans.get()).isLessThan(20);
        assertThat(outcome(drainer.drain(), A)).isEqualTo(Outcome.DEFERRED);
    }

    /** A StackOverflowError ended the service's thread, and with it all clearing, without a word. */
    @Test
    void anErrorDoesNotEndTheService() throws Exception {
        FakeCloudFront cloudFront = world.fake().build();
        AtomicInteger asked = new AtomicInteger();
        AtomicReference<Throwable> told = new AtomicReference<>();
        CountDownLatch cleared = new CountDownLatch(1);
        Outbox failing = OutboxWorld.around(world.outbox, call -> {
            if (call.method().equals("read") && asked.incrementAndGet() == 1) {
                throw new StackOverflowError();
            }
            return call;
        });
        OutboxDrainer drainer = world.drainer(failing, cloudFront, A)
                .listener(new OutboxListener() {
                    @Override
                    public void failed(Throwable failure) {
                        told.set(failure);
                    }

                    @Override
                    public void drained(DistributionId lane, DrainReport.Finished finished, Duration age) {
                        cleared.countDown();
                    }
                })
                .build();
        drainer.accept(page("/a"));

        drainer.start(task -> new Thread(task, "purgewise").start());

        assertThat(cleared.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(told.get()).isInstanceOf(StackOverflowError.class);
        drainer.accept(page("/b"));
        assertThat(drainer.close(Duration.ofMinutes(1))).isTrue();
        assertThat(cleared(cloudFront, A)).containsExactly("/a", "/b");
    }

    @Test
    void aSuspendedDrainerLetsBurstsGatherAndFlushWorksAllTheSame() throws Exception {
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer drainer = world.drainer(cloudFront, A);
        OutboxDrainer.Suspension suspension = drainer.suspend();
        try {
            drainer.accept(page("/a"));
            clock.advance(Duration.ofMinutes(1));
            assertThat(outcome(drainer.drainWhenDue(), A)).isEqualTo(Outcome.SUSPENDED);
            assertThat(cleared(cloudFront, A)).isEmpty();
            drainer.accept(page("/b"));
            assertThat(drainer.flush(Duration.ofMinutes(1))).isTrue();
        } finally {
            suspension.close();
        }
        assertThat(cloudFront.accepted(A)).hasSize(1);
    }

    @Test
    void changesAreSentOnceTheyHaveWaitedTogetherForWhatSendingIsWorth() {
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer drainer = OutboxDrainer.builder(
                        world.outbox,
                        world.revalidator(
                                        world.table,
                                        world.clearing(cloudFront, A).build())
                                .build())
                .policy(DrainPolicy.builder()
                        .waitOrPay(Duration.ofSeconds(5), Duration.ofSeconds(30))
                        .build())
                .build();
        drainer.accept(page("/p0"));
        assertThat(drainer.drainWhenDue().lanes().get(0).comeBackAfter()).isEqualTo(Duration.ofSeconds(5));
        clock.advance(Duration.ofSeconds(1));
        drainer.accept(page("/p1"), page("/p2"), page("/p3"));
        assertThat(drainer.drainWhenDue().lanes().get(0).comeBackAfter()).isEqualTo(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(outcome(drainer.drainWhenDue(), A)).isEqualTo(Outcome.EMPTY);
        assertThat(cloudFront.accepted(A))
                .singleElement()
                .satisfies(each -> assertThat(each.quantity()).isEqualTo(4));
    }

    @Test
    void aBurstGathersUntilItIsQuietOrHasLastedLongEnough() {
        FakeCloudFront cloudFront = world.fake().build();
        OutboxDrainer drainer = world.drainer(cloudFront, A);
        for (int i = 0; i < 8; i++) {
            drainer.accept(page("/p" + i));
            assertThat(outcome(drainer.drainWhenDue(), A)).isEqualTo(Outcome.NOT_DUE);
            clock.advance(Duration.ofSeconds(1));
        }
        clock.advance(Duration.ofSeconds(2));
        assertThat(outcome(drainer.drainWhenDue(), A)).isEqualTo(Outcome.EMPTY);
        assertThat(cloudFront.accepted(A)).hasSize(1);
        for (int i = 0; i < 40; i++) {
            drainer.accept(page("/q" + i));
            drainer.drainWhenDue();
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(cloudFront.accepted(A)).hasSizeBetween(3, 6);
    }
}

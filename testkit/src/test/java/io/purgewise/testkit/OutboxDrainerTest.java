package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Budget;
import io.purgewise.cdn.BudgetExceededException;
import io.purgewise.cdn.CacheTagsNotReadException;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.DrainPolicy;
import io.purgewise.cdn.DrainReport;
import io.purgewise.cdn.DrainReport.Outcome;
import io.purgewise.cdn.Escalation;
import io.purgewise.cdn.InMemoryOutbox;
import io.purgewise.cdn.InMemoryUsageLedger;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.ItemPlanner;
import io.purgewise.cdn.OutboxDrainer;
import io.purgewise.cdn.OutboxEntry;
import io.purgewise.cdn.OutboxFullException;
import io.purgewise.cdn.PoisonedEntry;
import io.purgewise.cdn.SubmissionException;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OutboxDrainerTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final YearMonth MONTH = YearMonth.of(2026, 11);
    private static final DistributionId SITE = DistributionId.of("E1SITE");
    private static final DistributionId TAGGED = DistributionId.of("E2TAGGED");

    private final ManualClock clock = ManualClock.startingAt(START);
    private final FakeCloudFront cloudFront = FakeCloudFront.builder(clock)
            .quotas(FakeQuotas.strict())
            .distribution(SITE)
            .distribution(TAGGED, "x-tags")
            .build();
    private final InMemoryOutbox outbox = new InMemoryOutbox(clock);
    private final InMemoryUsageLedger ledger = new InMemoryUsageLedger();
    private final List<String> events = new ArrayList<>();
    private int entries;

    private final CdnListener listener = new CdnListener() {
        @Override
        public void widened(String drainId, Escalation widening, String reason) {
            events.add("widened " + widening);
        }

        @Override
        public void deferred(int changes, long pathsThisMonth) {
            events.add("deferred " + changes + " at " + pathsThisMonth);
        }

        @Override
        public void refused(String reason) {
            events.add("refused");
        }

        @Override
        public void poisoned(PoisonedEntry poisoned) {
            events.add("poisoned " + poisoned.reason().split(":", 2)[0]);
        }

        @Override
        public void drainFinished(String drainId, int changes, long paths, long microDollars, Duration oldestAge) {
            events.add("finished " + changes + " changes " + paths + " paths " + microDollars + " after " + oldestAge);
        }
    };

    private OutboxDrainer.Builder drainer(DistributionId... distributions) {
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront, new Ambient(clock, clock::advance, new Random(1)))
                .listener(listener)
                .build();
        return OutboxDrainer.builder(
                        outbox, submitter, distributions.length == 0 ? List.of(SITE) : List.of(distributions))
                .ledger(ledger);
    }

    private OutboxEntry entry(String... clears) {
        return entryThatSettlesIn(Duration.ZERO, clears);
    }

    private OutboxEntry entryThatSettlesIn(Duration settle, String... clears) {
        Instant now = clock.instant();
        return new OutboxEntry(
                "e" + entries++,
                now,
                now.plus(settle),
                Stream.of(clears)
                        .filter(each -> each.startsWith("/"))
                        .map(UrlPattern::parse)
                        .collect(Collectors.toSet()),
                Stream.of(clears)
                        .filter(each -> each.startsWith("#"))
                        .map(each -> new CdnTag(each.substring(1)))
                        .collect(Collectors.toSet()));
    }

    private Set<String> cleared(DistributionId distribution) {
        return cloudFront.accepted(distribution).stream()
                .flatMap(each -> each.paths().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void changesOfABurstGoInOnePlanWhenItIsOver() {
        OutboxDrainer drainer = drainer().build();
        for (int i = 0; i < 5; i++) {
            drainer.append(List.of(entry("/a", "/b" + i)));
            assertThat(drainer.drainWhenDue().outcome()).isEqualTo(Outcome.NOT_DUE);
            clock.advance(Duration.ofMillis(1900));
        }
        clock.advance(Duration.ofMillis(100));

        DrainReport report = drainer.drainWhenDue();

        assertThat(report.outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(report.finished()).singleElement().satisfies(finished -> {
            assertThat(finished.entries()).hasSize(5);
            assertThat(finished.invalidations()).hasSize(1);
        });
        assertThat(cleared(SITE)).containsExactly("/a", "/b0", "/b1", "/b2", "/b3", "/b4");
        assertThat(ledger.paths(MONTH))
                .isEqualTo(6)
                .isEqualTo(cloudFront.meter().totalPaths());
        assertThat(events).containsExactly("finished 5 changes 6 paths 0 after PT9.6S");
    }

    @Test
    void aBurstThatDoesNotEndIsDrainedAtTheMaximumDelay() {
        OutboxDrainer drainer = drainer().build();
        int rounds = 0;
        while (cleared(SITE).isEmpty()) {
            drainer.append(List.of(entry("/a")));
            drainer.drainWhenDue();
            clock.advance(Duration.ofSeconds(1));
            rounds++;
        }
        assertThat(rounds).isEqualTo(11);
    }

    @Test
    void manyChangesAreDrainedAtOnce() {
        OutboxDrainer drainer = drainer()
                .policy(DrainPolicy.ofDefaults().withCounts(3, 100, 100))
                .build();
        drainer.append(List.of(entry("/a"), entry("/b")));
        assertThat(drainer.drainWhenDue().outcome()).isEqualTo(Outcome.NOT_DUE);
        drainer.append(List.of(entry("/c")));
        assertThat(drainer.drainWhenDue().outcome()).isEqualTo(Outcome.EMPTY);
    }

    @Test
    void aChangeWaitsUntilItsCachesHaveSettled() {
        OutboxDrainer drainer = drainer().build();
        drainer.append(List.of(entryThatSettlesIn(Duration.ofSeconds(3), "/late"), entry("/now")));

        assertThat(drainer.drain().outcome()).isEqualTo(Outcome.NOT_DUE);
        assertThat(cleared(SITE)).containsExactly("/now");
        clock.advance(Duration.ofSeconds(3));
        drainer.drain();
        assertThat(cleared(SITE)).containsExactly("/late", "/now");
    }

    /** An instance whose clock is an hour ahead must not clear before the other's marks have settled. */
    @Test
    void settlingIsMeasuredByTheDrainersOwnClock() {
        OutboxEntry fromTheFuture =
                new OutboxEntry("e", START.plusSeconds(3600), START.plusSeconds(3602), paths("/f"), Set.of());
        OutboxEntry fromThePast =
                new OutboxEntry("p", START.minusSeconds(3600), START.minusSeconds(3598), paths("/p"), Set.of());
        outbox.append(List.of(fromTheFuture, fromThePast));
        OutboxDrainer drainer = drainer().build();

        drainer.drain();
        assertThat(cleared(SITE)).isEmpty();
        clock.advance(Duration.ofSeconds(2));
        drainer.drain();
        assertThat(cleared(SITE)).containsExactly("/f", "/p");
    }

    private static Set<UrlPattern> paths(String path) {
        return Set.of(UrlPattern.parse(path));
    }

    @Test
    void suspensionHoldsBurstsBackAndFlushDoesNotMind() throws Exception {
        OutboxDrainer drainer = drainer().build();
        OutboxDrainer.Suspension outer = drainer.suspend();
        OutboxDrainer.Suspension inner = drainer.suspend();
        drainer.append(List.of(entry("/a")));
        clock.advance(Duration.ofMinutes(5));

        assertThat(drainer.drainWhenDue().outcome()).isEqualTo(Outcome.SUSPENDED);
        inner.close();
        inner.close();
        assertThat(drainer.drainWhenDue().outcome()).isEqualTo(Outcome.SUSPENDED);
        assertThat(drainer.flush(Duration.ofMinutes(1))).isTrue();
        outer.close();
        drainer.append(List.of(entry("/b")));
        clock.advance(Duration.ofMinutes(5));
        assertThat(drainer.drainWhenDue().outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(cleared(SITE)).containsExactly("/a", "/b");
    }

    @Test
    void flushWaitsForSettlingAndForAnotherHolder() throws Exception {
        OutboxDrainer drainer = drainer().build();
        drainer.append(List.of(entryThatSettlesIn(Duration.ofSeconds(2), "/a")));
        outbox.acquire("somebody who is dead");

        assertThat(drainer.flush(Duration.ofSeconds(10))).isFalse();
        assertThat(drainer.flush(Duration.ofMinutes(1))).isTrue();
        assertThat(Duration.between(START, clock.instant())).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(34));
    }

    @Test
    void everyDistributionOfTheSiteIsCleared() {
        OutboxDrainer drainer = drainer(SITE, TAGGED).build();
        drainer.append(List.of(entry("/a", "/b*")));
        drainer.drain();
        assertThat(cleared(SITE)).containsExactly("/a", "/b*").isEqualTo(cleared(TAGGED));
        assertThat(ledger.paths(MONTH)).isEqualTo(4);
    }

    @Test
    void tagsAreAcceptedWhereTheyAreRead() {
        OutboxDrainer tagged = drainer(TAGGED).build();
        tagged.append(List.of(entry("#t1", "/a")));
        tagged.drain();
        assertThat(cleared(TAGGED)).containsExactly("#t1", "/a");

        assertThatThrownBy(() -> drainer(SITE).build().append(List.of(entry("#t1"))))
                .isInstanceOf(CacheTagsNotReadException.class);
        assertThat(outbox.size()).isZero();
        assertThat(events).contains("refused");
    }

    @Test
    void tagsThatADistributionDoesNotReadBecomeEverything() {
        outbox.append(List.of(entry("#t1")));
        drainer(TAGGED, SITE).build().drain();
        assertThat(cleared(TAGGED)).containsExactly("#t1");
        assertThat(cleared(SITE)).containsExactly("/*");
        assertThat(events).contains("widened EVERYTHING");
    }

    @Test
    void aDrainThatFailsStaysOpenAndIsFinishedWithoutPayingTwice() {
        OutboxDrainer drainer = drainer().build();
        List<OutboxEntry> many = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            many.add(entry("/p/" + i));
        }
        drainer.append(many);
        cloudFront.failBy(call -> call == CdnCall.SUBMIT && cloudFront.calls(CdnCall.SUBMIT) == 2
                ? Fault.DROP_ANSWER
                : call == CdnCall.LIST ? Fault.UNAVAILABLE : Fault.NONE);

        assertThatThrownBy(drainer::drain)
                .isInstanceOfSatisfying(
                        SubmissionException.class,
                        e -> assertThat(e.retryable()).isTrue());
        assertThat(outbox.size()).isEqualTo(400);
        drainer.append(List.of(entry("/later")));
        cloudFront.failBy(call -> Fault.NONE);
        DrainReport report = drainer().build().drain();

        assertThat(report.finished()).hasSize(2);
        assertThat(cleared(SITE)).hasSize(401);
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(401);
        assertThat(ledger.paths(MONTH)).isEqualTo(401);
        assertThat(outbox.size()).isZero();
    }

    @Test
    void theSameChangeAgainIsClearedAgain() {
        OutboxDrainer drainer = drainer().build();
        for (int i = 0; i < 3; i++) {
            drainer.append(List.of(entry("/a")));
            drainer.drain();
        }
        assertThat(cloudFront.accepted(SITE)).extracting(Invalidation::quantity).containsExactly(1, 1, 1);
    }

    @Test
    void anItemThatTheCdnRefusesIsSetAsideAndTheRestGoesOn() {
        cloudFront.rejectPath("/bad'");
        OutboxDrainer drainer = drainer().build();
        drainer.append(List.of(entry("/a", "/bad'"), entry("/b")));

        drainer.drain();

        assertThat(cleared(SITE)).containsExactly("/a", "/b");
        assertThat(outbox.size()).isZero();
        assertThat(outbox.poisoned())
                .singleElement()
                .satisfies(poisoned -> assertThat(poisoned.reason()).startsWith("/bad': "));
        assertThat(events).contains("poisoned /bad'");
    }

    @Test
    void aFullOutboxRefusesAndKeepsWhatItHas() {
        OutboxDrainer drainer =
                drainer().policy(DrainPolicy.ofDefaults().withCounts(10, 10, 3)).build();
        drainer.append(List.of(entry("/a"), entry("/b")));
        assertThatThrownBy(() -> drainer.append(List.of(entry("/c"), entry("/d"))))
                .isInstanceOf(OutboxFullException.class)
                .hasMessageContaining("not accepted");
        assertThat(outbox.size()).isEqualTo(2);
        drainer.drain();
        drainer.append(List.of(entry("/c"), entry("/d")));
        assertThat(events).contains("refused");
    }

    @Test
    void aBacklogWidensThePlanStepByStep() {
        DrainPolicy policy = DrainPolicy.ofDefaults().withEscalation(3, Duration.ofMinutes(15), 6, Duration.ofHours(1));
        OutboxDrainer drainer = drainer().policy(policy).build();
        drainer.append(List.of(entry("/p/a"), entry("/p/b")));
        drainer.drain();
        drainer.append(List.of(entry("/p/c"), entry("/p/d"), entry("/p/e")));
        drainer.drain();
        for (int i = 0; i < 6; i++) {
            drainer.append(List.of(entry("/p/" + i)));
        }
        assertThat(drainer.drain().finished().get(0).widened())
                .containsExactly("EVERYTHING: 6 changes wait, the oldest for PT0S");
        assertThat(cleared(SITE)).containsExactly("/*", "/p/*", "/p/a", "/p/b");
        assertThat(events).contains("widened FEWEST_ITEMS", "widened EVERYTHING");
    }

    @Test
    void anOldBacklogWidensThePlan() {
        OutboxDrainer drainer = drainer().build();
        drainer.append(List.of(entry("/p/a"), entry("/p/b")));
        clock.advance(Duration.ofMinutes(15));
        drainer.drain();
        drainer.append(List.of(entry("/p/a"), entry("/q/b")));
        clock.advance(Duration.ofHours(1));
        drainer.drain();
        assertThat(cleared(SITE)).containsExactly("/*", "/p/*");
    }

    @Test
    void theHardBudgetDefersUntilTheNextMonth() throws Exception {
        OutboxDrainer drainer =
                drainer().budget(new Budget(2, 2, Budget.Reaction.DEFER)).build();
        drainer.append(List.of(entry("/p/a", "/p/b")));
        drainer.drain();
        drainer.append(List.of(entry("/p/c")));

        assertThat(drainer.drain().outcome()).isEqualTo(Outcome.DEFERRED);
        assertThat(drainer.flush(Duration.ofMinutes(1))).isFalse();
        assertThat(outbox.size()).isEqualTo(1);
        assertThat(events).contains("deferred 1 at 2");
        clock.advance(Duration.ofDays(8));
        assertThat(drainer.drain().outcome()).isEqualTo(Outcome.EMPTY);
        assertThat(cleared(SITE)).contains("/*");
    }

    @Test
    void aBudgetThatRefusesKeepsTheDoorShut() {
        OutboxDrainer drainer =
                drainer().budget(Budget.of(3, Budget.Reaction.REJECT)).build();
        drainer.append(List.of(entry("/p/a", "/p/b", "/p/c")));
        drainer.drain();
        clock.advance(Duration.ofSeconds(10));

        assertThatThrownBy(() -> drainer.append(List.of(entry("/p/d"))))
                .isInstanceOf(BudgetExceededException.class)
                .hasMessageContaining("3 paths");
        assertThat(cleared(SITE)).containsExactly("/p/a", "/p/b", "/p/c");
        assertThat(events).contains("refused");
    }

    @Test
    void whatAPlannerForgetsIsAddedAndAFailingOneIsDoneWithout() {
        ItemPlanner forgetful = (patterns, tags, widening) -> List.of(InvalidationItem.parse("/a*"));
        OutboxDrainer drainer = drainer(TAGGED).planner(forgetful).build();
        drainer.append(List.of(entry("/a/x", "/a*", "/b", "/b?*", "#t")));
        drainer.drain();
        assertThat(cleared(TAGGED)).containsExactly("#t", "/a*", "/b", "/b?*");

        ItemPlanner failing = (patterns, tags, widening) -> {
            throw new IllegalStateException("no plan today");
        };
        OutboxDrainer other = drainer().planner(failing).build();
        other.append(List.of(entry("/c", "/c/*", "/c/d")));
        other.drain();
        assertThat(cleared(SITE)).containsExactly("/c", "/c/*");
    }

    @Test
    void theLoopDrainsAndOutlivesFailuresUntilItIsInterrupted() {
        OutboxDrainer[] looping = new OutboxDrainer[1];
        int[] rounds = new int[1];
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront,
                        new Ambient(
                                clock,
                                duration -> {
                                    clock.advance(duration);
                                    if (++rounds[0] == 3) {
                                        looping[0].append(List.of(entry("/a")));
                                        cloudFront.failNext(CdnCall.SUBMIT, Fault.THROTTLED);
                                    }
                                    if (rounds[0] == 40) {
                                        throw new InterruptedException("stop");
                                    }
                                },
                                new Random(1)))
                .patience(Duration.ZERO)
                .build();
        looping[0] = OutboxDrainer.builder(outbox, submitter, List.of(SITE)).build();

        looping[0].runUntilInterrupted();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(cleared(SITE)).containsExactly("/a");
    }

    @Test
    void thePlannersRoomFindsTheCheapestItemsAndTheFewest() {
        UrlIndex known = UrlIndex.of(List.of("/p/a", "/p/b", "/p/c", "/q/a"));
        PlanPolicy policy =
                PlanPolicy.noCollateral().toBuilder().maxWildcards(1).build();
        ItemPlanner planner = ItemPlanner.cheapest(policy, () -> known);
        Set<UrlPattern> patterns = Set.of(
                UrlPattern.exact("/p/a"), UrlPattern.exact("/p/b"), UrlPattern.exact("/p/c"), UrlPattern.exact("/q/a"));

        assertThat(planner.plan(patterns, Set.of(), Escalation.NONE))
                .extracting(InvalidationItem::spelling)
                .containsExactly("/*");
        assertThat(planner.plan(Set.of(UrlPattern.exact("/p/a"), UrlPattern.exact("/p/b")), Set.of(), Escalation.NONE))
                .extracting(InvalidationItem::spelling)
                .containsExactly("/p/a", "/p/b");
        assertThat(planner.plan(
                        Set.of(UrlPattern.exact("/p/a"), UrlPattern.exact("/p/b")),
                        Set.of(new CdnTag("t")),
                        Escalation.FEWEST_ITEMS))
                .extracting(InvalidationItem::spelling)
                .hasSize(2)
                .contains("#t");
        // Two prefixes must be cleared and only one wildcard is allowed: a change must be cleared all the same.
        assertThat(planner.plan(
                        Set.of(UrlPattern.prefix("/p/a?"), UrlPattern.prefix("/q/a?")), Set.of(), Escalation.NONE))
                .isNotEmpty();
        assertThat(ItemPlanner.cheapest(policy, UrlIndex::unknown).plan(patterns, Set.of(), Escalation.FEWEST_ITEMS))
                .extracting(InvalidationItem::spelling)
                .containsExactly("/*");
    }

    /** Another instance that held the lease meanwhile may have filled the quota in progress. */
    @Test
    void whoeverTakesTheLeaseOverLearnsAnewWhatIsInProgress() {
        List<OutboxDrainer> two = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                            cloudFront, new Ambient(clock, clock::advance, new Random(i)))
                    .learnsInProgress(true)
                    .build();
            two.add(OutboxDrainer.builder(outbox, submitter, List.of(SITE)).build());
        }
        long lists = 0;
        for (int holder : List.of(0, 0, 1, 0)) {
            clock.advance(Duration.ofMinutes(1));
            two.get(holder).append(List.of(entry("/a")));
            two.get(holder).drain();
            lists = cloudFront.calls(CdnCall.LIST);
        }
        assertThat(lists).as("at the start of each, and on the way back").isEqualTo(3);
    }

    @Test
    void collateralIsInTheEventOfAPlan() {
        List<Long> collateral = new ArrayList<>();
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront, new Ambient(clock, clock::advance, new Random(1)))
                .listener(new CdnListener() {
                    @Override
                    public void drainStarted(
                            String drainId, int changes, List<InvalidationItem> items, long weight, Duration age) {
                        collateral.add(weight);
                    }
                })
                .build();
        UrlIndex known = UrlIndex.of(List.of("/p/a", "/p/b", "/p/c", "/p/d", "/q/a"));
        OutboxDrainer drainer = OutboxDrainer.builder(outbox, submitter, List.of(SITE))
                .planner(ItemPlanner.cheapest(PlanPolicy.noCollateral(), () -> known))
                .policy(DrainPolicy.ofDefaults().withEscalation(2, Duration.ofHours(1), 3, Duration.ofHours(2)))
                .build();
        drainer.append(List.of(entry("/p/a")));
        drainer.drain();
        drainer.append(List.of(entry("/p/a"), entry("/p/b")));
        drainer.drain();
        drainer.append(List.of(entry("/p/a"), entry("/p/b"), entry("/q/a")));
        drainer.drain();

        assertThat(collateral).containsExactly(0L, 2L, 2L);
        assertThat(cleared(SITE)).contains("/*").doesNotContain("/p/b");
    }

    @Test
    void aBusyDistributionDoesNotKeepTheOthersWaiting() {
        DistributionId busy = DistributionId.of("E0BUSY");
        Cdn cdn = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation submit(InvalidationBatch batch) {
                if (batch.distribution().equals(busy)) {
                    throw CdnException.of(
                            CdnException.Reason.THROTTLED, CdnException.Answer.of("Throttling", "Rate exceeded", "R1"));
                }
                return super.submit(batch);
            }
        };
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cdn, new Ambient(clock, clock::advance, new Random(1)))
                .build();
        OutboxDrainer drainer =
                OutboxDrainer.builder(outbox, submitter, List.of(busy, SITE)).build();
        drainer.append(List.of(entry("/a")));

        assertThatThrownBy(drainer::drain)
                .isInstanceOfSatisfying(
                        SubmissionException.class,
                        e -> assertThat(e.retryable()).isTrue());

        assertThat(cleared(SITE)).containsExactly("/a");
        assertThat(outbox.size()).as("kept for the busy one").isEqualTo(1);
    }

    /** A drain with tags, written down before the distribution lost its CacheTagConfig, must not stay open for ever. */
    @Test
    void tagsThatAreNotReadAnyMoreBecomeEverythingWhenTheyAreSent() {
        int[] asked = new int[1];
        Cdn cdn = new CdnWrapper(cloudFront) {
            @Override
            public Optional<String> cacheTagHeader(DistributionId distribution) {
                if (asked[0]++ < 2) {
                    throw CdnException.of(
                            CdnException.Reason.UNAVAILABLE,
                            CdnException.Answer.of("ServiceUnavailable", "later", "R1"));
                }
                return super.cacheTagHeader(distribution);
            }
        };
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cdn, new Ambient(clock, clock::advance, new Random(1)))
                .listener(listener)
                .build();
        OutboxDrainer drainer =
                OutboxDrainer.builder(outbox, submitter, List.of(SITE)).build();
        drainer.append(List.of(entry("#t")));

        drainer.drain();

        assertThat(cleared(SITE)).containsExactly("/*");
        assertThat(outbox.isIdle()).isTrue();
        assertThat(events).contains("widened EVERYTHING");
    }

    @Test
    void whatTheBudgetWidensIsInTheReport() {
        OutboxDrainer drainer =
                drainer().budget(new Budget(1, 3, Budget.Reaction.DEFER)).build();
        drainer.append(List.of(entry("/p/a", "/p/b")));
        assertThat(drainer.drain().finished().get(0).widened())
                .containsExactly("FEWEST_ITEMS: soft budget of 1 paths, 0 used");
    }

    @Test
    void aTenantIsDrainedLikeADistribution() {
        DistributionId tenant = DistributionId.tenant("dt_1");
        FakeCloudFront account =
                FakeCloudFront.builder(clock).distribution(tenant).build();
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        account, new Ambient(clock, clock::advance, new Random(1)))
                .build();
        OutboxDrainer drainer =
                OutboxDrainer.builder(outbox, submitter, List.of(tenant)).build();
        drainer.append(List.of(entry("/a")));
        drainer.drain();
        assertThat(account.accepted(tenant))
                .singleElement()
                .satisfies(each -> assertThat(each.paths()).containsExactly("/a"));
    }
}

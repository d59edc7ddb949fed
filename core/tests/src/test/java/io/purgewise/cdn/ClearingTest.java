package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.CdnWrapper;
import io.purgewise.StoreAccessException;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.Fault;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClearingTest {

    private static final DistributionId SITE = DistributionId.of("E1SITE");
    private static final DistributionId TAGGED = DistributionId.of("E2TAGGED");
    private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T10:00:00Z"));
    private final FakeCloudFront cloudFront = FakeCloudFront.builder(clock)
            .quotas(FakeQuotas.none())
            .distribution(SITE)
            .distribution(TAGGED, "x-tags")
            .build();
    private final UsageLedger ledger = UsageLedger.inMemory();

    private InvalidationSubmitter submitter(Cdn cdn) {
        return InvalidationSubmitter.builder(cdn, new Ambient(clock, clock::advance, new Random(1)))
                .quotas(CdnQuotas.inProgressTable())
                .build();
    }

    private Clearing.Builder clearing(DistributionId distribution) {
        return Clearing.builder(submitter(cloudFront), distribution);
    }

    private static Wanted wanted(String... spellings) {
        return new Wanted(
                Stream.of(spellings)
                        .filter(each -> each.startsWith("/"))
                        .map(UrlPattern::parse)
                        .collect(Collectors.toSet()),
                Stream.of(spellings)
                        .filter(each -> each.startsWith("#"))
                        .map(each -> new CdnTag(each.substring(1)))
                        .collect(Collectors.toSet()));
    }

    private static List<Wanted> pages(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> wanted(prefix + i)).toList();
    }

    private static Set<String> items(Planned planned) {
        return planned.batches().stream()
                .flatMap(batch -> batch.spellings().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> cleared(DistributionId distribution) {
        return cloudFront.accepted(distribution).stream()
                .flatMap(each -> each.paths().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whatIsPlannedIsSentOnceAndCounted() {
        Clearing clearing = clearing(SITE).ledger(ledger).build();

        Planned planned = clearing.plan(List.of(wanted("/a", "/a?*"), wanted("/b")), Clearing.Escalation.NONE, "1");
        Cleared cleared = clearing.submit(planned.batches(), MINUTE);
        Cleared again =
                clearing.submit(planned.batches(), clock.instant(), MINUTE, InvalidationSubmitter.Progress.NONE);

        assertThat(planned.taken()).isEqualTo(2);
        assertThat(planned.reasons()).isEmpty();
        assertThat(cleared.isComplete()).isTrue();
        assertThat(cleared(SITE)).containsExactly("/a", "/a?*", "/b");
        assertThat(again.accepted()).isEqualTo(cleared.accepted());
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(3).isEqualTo(ledger.paths(NOVEMBER));
    }

    @Test
    void nothingWantedIsNothingSent() {
        Clearing clearing = clearing(SITE).build();
        Planned planned = clearing.plan(List.of(), Clearing.Escalation.EVERYTHING, "1");
        assertThat(planned.batches()).isEmpty();
        assertThat(clearing.submit(planned.batches(), MINUTE).isComplete()).isTrue();
    }

    @Test
    void aSourceOfKnownUrlsThatFailsMakesADearerPlanAndAReason() {
        Planned planned = clearing(SITE)
                .knownUrls(() -> {
                    throw new IllegalStateException("index store is down");
                })
                .build()
                .plan(List.of(wanted("/p/a"), wanted("/p/b")), Clearing.Escalation.NONE, "1");

        assertThat(items(planned)).containsExactly("/p/a", "/p/b");
        assertThat(planned.reasons()).singleElement().asString().contains("index store is down");
    }

    /** Below a mistyped prefix no page was listed, so that clearing the whole site looked free. */
    @Test
    void aListingThatFoundNothingDoesNotMakeWildcardsFree() {
        Planned planned = clearing(SITE)
                .knownUrls(() -> UrlIndex.of(List.of()))
                .build()
                .plan(List.of(wanted("/p/a"), wanted("/q/b")), Clearing.Escalation.NONE, "1");

        assertThat(items(planned)).containsExactly("/p/a", "/q/b");
        assertThat(planned.reasons()).singleElement().asString().contains("known URLs are none");
    }

    /** Paths are billed whatever the ledger does, so it stops nothing. */
    @Test
    void aLedgerThatIsDownStopsNothing() {
        UsageLedger down = new UsageLedger() {
            @Override
            public boolean reserve(Reservation reservation, long limit) {
                throw new StoreAccessException("throttled", new IllegalStateException());
            }

            @Override
            public void release(Reservation reservation) {
                throw new StoreAccessException("throttled", new IllegalStateException());
            }

            @Override
            public List<Reservation> reservations(YearMonth month) {
                throw new StoreAccessException("throttled", new IllegalStateException());
            }

            @Override
            public boolean record(DistributionId distribution, Invalidation invalidation) {
                throw new StoreAccessException("throttled", new IllegalStateException());
            }

            @Override
            public long paths(YearMonth month) {
                throw new StoreAccessException("throttled", new IllegalStateException());
            }
        };
        Clearing clearing = clearing(SITE)
                .ledger(down)
                .budget(Budget.of(1, Budget.Reaction.REJECT))
                .build();

        assertThat(clearing.refusalByBudget()).isEmpty();
        Planned planned = clearing.plan(pages("/p", 3), Clearing.Escalation.NONE, "1");

        assertThat(planned.reasons()).singleElement().asString().contains("the ledger cannot be read");
        assertThat(clearing.submit(planned.batches(), MINUTE).isComplete()).isTrue();
        assertThat(cleared(SITE)).hasSize(3);
    }

    /** Half of the planner's search was for the kink of the free tier, and nobody told it how much was left. */
    @Test
    void theLedgerTellsThePlannerHowManyFreePathsAreLeft() {
        UrlIndex known = UrlIndex.of(List.of("/p/a", "/p/b", "/p/c", "/p/other"));
        Clearing clearing = clearing(SITE).ledger(ledger).knownUrls(() -> known).build();
        List<Wanted> change = List.of(wanted("/p/a", "/p/b", "/p/c"));

        assertThat(items(clearing.plan(change, Clearing.Escalation.NONE, "1"))).containsExactly("/p/a", "/p/b", "/p/c");

        ledger.record(SITE, invalidation(1000));
        assertThat(items(clearing.plan(change, Clearing.Escalation.NONE, "2"))).containsExactly("/p/*");
    }

    private Invalidation invalidation(int quantity) {
        return new Invalidation(
                "I" + quantity,
                Invalidation.Status.COMPLETED,
                clock.instant(),
                new CallerReference("r" + quantity),
                quantity,
                Set.of("/x"));
    }

    @Test
    void oneTagStandsForThePagesOfAChangeWhereTagsAreRead() {
        List<Wanted> change = List.of(wanted("/p/a", "/p/b", "/q/c", "#t"));

        assertThat(items(clearing(TAGGED)
                        .cacheTags("x-tags", Instant.EPOCH)
                        .build()
                        .plan(change, Clearing.Escalation.NONE, "1")))
                .containsExactly("#t");
        assertThat(items(clearing(TAGGED).build().plan(change, Clearing.Escalation.NONE, "1")))
                .containsExactly("/p/a", "/p/b", "/q/c");
        Planned unread =
                clearing(SITE).cacheTags("x-tags", Instant.EPOCH).build().plan(change, Clearing.Escalation.NONE, "1");
        assertThat(items(unread)).containsExactly("/p/a", "/p/b", "/q/c");
        assertThat(unread.reasons()).singleElement().asString().contains("reads cache tags from no header");
    }

    @Test
    void aTagWhosePagesNobodyKnowsIsSentOrLeftAndSaid() {
        List<Wanted> change = List.of(wanted("#t"), wanted("/a"));

        assertThat(items(clearing(TAGGED)
                        .cacheTags("x-tags", Instant.EPOCH)
                        .build()
                        .plan(change, Clearing.Escalation.NONE, "1")))
                .containsExactly("#t", "/a");
        Planned unread =
                clearing(SITE).cacheTags("x-tags", Instant.EPOCH).build().plan(change, Clearing.Escalation.NONE, "1");
        assertThat(items(unread)).containsExactly("/a");
        assertThat(unread.left()).singleElement().satisfies(left -> {
            assertThat(left.item()).isEqualTo("#t");
            assertThat(left.repeatable()).isFalse();
        });
    }

    /** 91 batches of tags in 90 days cleared nothing, and a distribution that was told to read tags was refused for 30 days. */
    @Test
    void turningCacheTagsOffOrOnIsNoticedWithinMinutes() {
        AtomicReference<Optional<String>> header = new AtomicReference<>(Optional.of("x-tags"));
        Clearing clearing = Clearing.builder(
                        submitter(new CdnWrapper(cloudFront) {
                            @Override
                            public Optional<String> cacheTagHeader(DistributionId distribution) {
                                return Objects.requireNonNull(header.get());
                            }
                        }),
                        TAGGED)
                .cacheTags("x-tags", Instant.EPOCH)
                .build();
        List<Wanted> change = List.of(wanted("/p/a", "/p/b", "#t"));
        assertThat(items(clearing.plan(change, Clearing.Escalation.NONE, "1"))).containsExactly("#t");

        header.set(Optional.empty());
        clock.advance(Duration.ofMinutes(5));
        assertThat(items(clearing.plan(change, Clearing.Escalation.NONE, "2"))).containsExactly("/p/a", "/p/b");

        header.set(Optional.of("x-tags"));
        clock.advance(Duration.ofMinutes(5));
        Planned again = clearing.plan(change, Clearing.Escalation.NONE, "3");
        assertThat(items(again)).as("what was cached meanwhile has no tag").containsExactly("/p/a", "/p/b");
        assertThat(again.reasons()).singleElement().asString().contains("clear everything and set a later date");
    }

    @Test
    void whetherTagsAreReadIsNotKnownSoPathsAreCleared() {
        for (Fault fault : List.of(Fault.UNAVAILABLE, Fault.THROTTLED)) {
            cloudFront.failNext(CdnCall.CONFIG, fault);
            Clearing clearing =
                    clearing(TAGGED).cacheTags("x-tags", Instant.EPOCH).build();

            Planned planned = clearing.plan(List.of(wanted("/p/a", "/p/b", "#t")), Clearing.Escalation.NONE, "1");

            assertThat(items(planned)).containsExactly("/p/a", "/p/b");
            assertThat(planned.reasons()).singleElement().asString().contains("cannot be found out now");
            assertThat(items(clearing.plan(List.of(wanted("/p/a", "/p/b", "#t")), Clearing.Escalation.NONE, "2")))
                    .as("asked again at once, since there was no answer")
                    .containsExactly("#t");
        }
    }

    @Test
    void anUnknownDistributionIsWhatStoppedAndNothingIsThrown() {
        Clearing clearing = clearing(DistributionId.of("E9NONE"))
                .cacheTags("x-tags", Instant.EPOCH)
                .build();
        Planned planned = clearing.plan(List.of(wanted("/a", "/b", "#t")), Clearing.Escalation.NONE, "1");

        Cleared cleared = clearing.submit(planned.batches(), MINUTE);

        assertThat(cleared.accepted()).isEmpty();
        assertThat(cleared.open()).isEqualTo(planned.batches());
        assertThat(cleared.stoppedBy())
                .isNotNull()
                .satisfies(e -> assertThat(e.reason()).isEqualTo(CdnException.Reason.NO_SUCH_DISTRIBUTION));
    }

    /** With DEFER, 1,200 one-page changes and 1,000 paths a month stayed unbilled and stale for a year. */
    @Test
    void aBudgetTakesWhatFitsAndDefersTheRestUntilTheNextMonth() {
        Clearing clearing = clearing(SITE)
                .ledger(ledger)
                .budget(Budget.of(1000, Budget.Reaction.DEFER))
                .build();

        Planned planned = clearing.plan(pages("/p", 1200), Clearing.Escalation.NONE, "1");

        assertThat(planned.taken()).isEqualTo(1000);
        assertThat(planned.paths()).isEqualTo(1000);
        assertThat(planned.waiting()).hasValueSatisfying(deferral -> {
            assertThat(deferral.until()).isEqualTo(Instant.parse("2026-12-01T00:00:00Z"));
            assertThat(deferral.reason()).contains("1000 paths");
        });

        assertThat(clearing.submit(planned.batches(), Duration.ofHours(1)).isComplete())
                .isTrue();
        Planned rest = clearing.plan(pages("/q", 200), Clearing.Escalation.NONE, "2");
        assertThat(rest.taken()).isZero();
        assertThat(rest.batches()).isEmpty();
        clock.advance(Duration.ofDays(8));
        assertThat(clearing.plan(pages("/q", 200), Clearing.Escalation.NONE, "3")
                        .taken())
                .isEqualTo(200);
    }

    /** Two sites of one account overran 1,000 paths by 700: each looked first and sent then. */
    @Test
    void twoSitesOfOneAccountKeepWithinTheBudgetTogether() {
        Budget budget = Budget.of(1000, Budget.Reaction.DEFER);
        Clearing mine = clearing(SITE).ledger(ledger).budget(budget).build();
        Clearing other = clearing(TAGGED).ledger(ledger).budget(budget).build();

        Planned first = mine.plan(pages("/a", 900), Clearing.Escalation.NONE, "1");
        Planned second = other.plan(pages("/b", 800), Clearing.Escalation.NONE, "2");
        Cleared firstCleared = mine.submit(first.batches(), Duration.ofHours(1));
        Cleared secondCleared = other.submit(second.batches(), Duration.ofHours(1));

        assertThat(firstCleared.isComplete()).isTrue();
        assertThat(secondCleared.stoppedBy())
                .isNotNull()
                .satisfies(e -> assertThat(e.reason()).isEqualTo(CdnException.Reason.BUDGET));
        assertThat(ledger.paths(NOVEMBER))
                .isEqualTo(900)
                .isEqualTo(cloudFront.meter().totalPaths());
        assertThat(other.plan(pages("/b", 800), Clearing.Escalation.NONE, "3").taken())
                .isEqualTo(100);
    }

    @Test
    void whatWasReservedAndNotAcceptedIsGivenBack() {
        Clearing clearing = clearing(SITE)
                .ledger(ledger)
                .budget(Budget.of(100, Budget.Reaction.DEFER))
                .build();
        cloudFront.forbid(SITE);
        Planned planned = clearing.plan(pages("/a", 60), Clearing.Escalation.NONE, "1");
        assertThat(clearing.submit(planned.batches(), MINUTE).accepted()).isEmpty();
        assertThat(ledger.paths(NOVEMBER)).isZero();

        cloudFront.allow(SITE);
        cloudFront.rejectPath("/a7");
        assertThat(clearing.submit(planned.batches(), Duration.ofHours(1)).rejected())
                .hasSize(1);
        assertThat(ledger.paths(NOVEMBER))
                .isEqualTo(59)
                .isEqualTo(cloudFront.meter().totalPaths());
        clearing.submit(planned.batches(), clock.instant(), Duration.ofHours(1), InvalidationSubmitter.Progress.NONE);
        assertThat(ledger.paths(NOVEMBER))
                .isEqualTo(59)
                .isEqualTo(cloudFront.meter().totalPaths());
    }

    @Test
    void onlyASoftBudgetWidens() {
        UrlIndex known = UrlIndex.of(List.of("/p/1", "/p/2", "/p/3", "/p/4", "/q"));
        List<Wanted> change = pages("/p/", 3);
        Clearing.Builder clearing = clearing(SITE)
                .ledger(ledger)
                .policy(PlanPolicy.balanced().toBuilder().maxCollateral(10).build())
                .knownUrls(() -> known);

        Planned hard = clearing.budget(Budget.of(2, Budget.Reaction.DEFER))
                .build()
                .plan(change, Clearing.Escalation.NONE, "1");
        assertThat(items(hard)).containsExactly("/p/0", "/p/1");
        assertThat(hard.taken()).isEqualTo(2);

        Planned soft = clearing.budget(Budget.of(2, Budget.Reaction.DEFER).widenedFrom(1))
                .build()
                .plan(change, Clearing.Escalation.NONE, "1");
        assertThat(items(soft)).containsExactly("/p/*");
        assertThat(soft.taken()).isEqualTo(3);
        assertThat(soft.reasons()).singleElement().asString().contains("soft budget");
    }

    @Test
    void aBudgetThatRejectsSaysSoToTheCaller() {
        Clearing clearing = clearing(SITE)
                .ledger(ledger)
                .budget(Budget.of(10, Budget.Reaction.REJECT))
                .build();
        assertThat(clearing.refusalByBudget()).isEmpty();
        ledger.record(SITE, invalidation(10));
        assertThat(clearing.refusalByBudget())
                .hasValueSatisfying(why -> assertThat(why).contains("10 paths"));
    }

    @Test
    void aBudgetWithoutALedgerIsRefused() {
        assertThatThrownBy(() -> clearing(SITE)
                        .budget(Budget.of(1, Budget.Reaction.DEFER))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ledger");
    }

    @Test
    void escalationIsAsWideAsThePolicyLets() {
        List<Wanted> change = List.of(wanted("/p/a"), wanted("/p/b"), wanted("/q/c"));
        assertThat(items(clearing(SITE).build().plan(change, Clearing.Escalation.EVERYTHING, "1")))
                .containsExactly("/*");
        assertThat(items(clearing(SITE).build().plan(change, Clearing.Escalation.FEWEST_ITEMS, "1")))
                .containsExactly("/*");

        Planned kept = clearing(SITE)
                .policy(PlanPolicy.balanced().toBuilder()
                        .protectedPrefixes(List.of("/static/"))
                        .build())
                .build()
                .plan(change, Clearing.Escalation.EVERYTHING, "1");
        assertThat(items(kept)).containsExactly("/p/*", "/q/c");
        assertThat(kept.reasons()).singleElement().asString().contains("protects");
    }

    /** A page {@code /~x} cleared the whole site as "requested", protected prefixes and all. */
    @Test
    void whatCloudFrontCannotNameIsClearedInsideThePolicyOrLeft() {
        UrlIndex known = UrlIndex.of(List.of("/team/a", "/team/b", "/q", "/other"));
        Wanted change =
                new Wanted(Set.of(UrlPattern.parse("/q")), Set.of(new UnnameableUrl("/team/~x", false)), Set.of());

        Planned allowed = clearing(SITE)
                .knownUrls(() -> known)
                .policy(PlanPolicy.balanced().toBuilder().maxCollateral(2).build())
                .build()
                .plan(List.of(change), Clearing.Escalation.NONE, "1");
        assertThat(items(allowed)).containsExactly("/q", "/team/*");
        assertThat(allowed.plan().cost().collateral()).isEqualTo(2);
        assertThat(allowed.left()).isEmpty();

        Planned left = clearing(SITE)
                .knownUrls(() -> known)
                .policy(PlanPolicy.noCollateral())
                .build()
                .plan(List.of(change), Clearing.Escalation.NONE, "1");
        assertThat(items(left)).containsExactly("/q");
        assertThat(left.left()).singleElement().satisfies(each -> {
            assertThat(each.item()).isEqualTo("/team/~x");
            assertThat(each.reason()).contains("/team/*");
        });

        Wanted tagged = new Wanted(change.patterns(), change.unnameable(), Set.of(new CdnTag("t")));
        assertThat(items(clearing(TAGGED)
                        .cacheTags("x-tags", Instant.EPOCH)
                        .knownUrls(() -> known)
                        .policy(PlanPolicy.noCollateral())
                        .build()
                        .plan(List.of(tagged), Clearing.Escalation.NONE, "1")))
                .containsExactly("#t");
    }

    @Test
    @SuppressWarnings("NullAway") // what callers without NullAway may do
    void nullIsNamedBeforeAnythingIsDone() {
        Clearing clearing = clearing(SITE).build();
        assertThatThrownBy(() -> clearing.plan(null, Clearing.Escalation.NONE, "1"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("wanted");
        assertThatThrownBy(() -> clearing.submit(List.of(), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("deadline");
        assertThatThrownBy(() -> Clearing.builder(submitter(cloudFront), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("distribution");
        assertThatThrownBy(() -> new InvalidationBatch(SITE, List.of(InvalidationItem.parse("/a")), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("reference");
    }

    /** What was accepted in halves before the budget was used up needs no more of it. */
    @Test
    void aHalvedBatchIsResumedThoughTheBudgetIsUsedUp() {
        cloudFront.rejectPath("/p3");
        Clearing clearing = clearing(SITE)
                .ledger(ledger)
                .budget(Budget.of(10, Budget.Reaction.DEFER))
                .build();
        Instant written = clock.instant();
        Planned planned = clearing.plan(pages("/p", 6), Clearing.Escalation.NONE, "1");
        clearing.submit(planned.batches(), Duration.ofHours(1));
        ledger.record(TAGGED, invalidation(5));

        Cleared again =
                clearing.submit(planned.batches(), written, Duration.ofHours(1), InvalidationSubmitter.Progress.NONE);

        assertThat(again.stoppedBy()).isNull();
        assertThat(again.accepted().stream().mapToInt(Invalidation::quantity).sum())
                .isEqualTo(5);
        assertThat(ledger.paths(NOVEMBER)).isEqualTo(10);
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(5);
    }
}

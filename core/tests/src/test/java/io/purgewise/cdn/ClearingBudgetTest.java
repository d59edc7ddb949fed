package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.StoreAccessException;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.UrlIndex;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a clearing does about the budget and the ledger of its account. */
class ClearingBudgetTest extends ClearingWorld {

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

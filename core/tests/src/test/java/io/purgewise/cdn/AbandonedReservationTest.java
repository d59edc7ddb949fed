package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.CdnWrapper;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A process that was killed between reserving paths and hearing that they were accepted left them reserved to the end of the month,
 * and the budget was smaller by as much; given back unseen, they would have been paid beyond it.
 */
class AbandonedReservationTest {

    private static final DistributionId SITE = DistributionId.of("E1SITE");
    private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T10:00:00Z"));
    private final FakeCloudFront cloudFront = FakeCloudFront.builder(clock)
            .quotas(FakeQuotas.none())
            .distribution(SITE)
            .build();
    private final UsageLedger ledger = UsageLedger.inMemory();

    /** Ends a process, as SIGKILL does: nothing of it runs any more. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Says when a process is killed while it submits. */
    private enum When {
        BEFORE_IT_IS_ACCEPTED,
        AFTER_IT_IS_ACCEPTED
    }

    private Clearing clearing(Cdn cdn, Budget.Reaction beyond) {
        Ambient ambient = new Ambient(clock, clock::advance, new Random(1));
        return Clearing.builder(InvalidationSubmitter.builder(cdn, ambient).build(), SITE)
                .ledger(ledger)
                .budget(Budget.of(10, beyond))
                .build();
    }

    private static List<Wanted> pages(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Wanted.of(List.of(UrlPattern.parse(prefix + i))))
                .toList();
    }

    private void killWhileSubmitting(int paths, When when) {
        Cdn killing = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation submit(InvalidationBatch batch) {
                if (when == When.AFTER_IT_IS_ACCEPTED) {
                    super.submit(batch);
                }
                throw new Killed();
            }
        };
        Clearing clearing = clearing(killing, Budget.Reaction.DEFER);
        Planned planned = clearing.plan(pages("/killed", paths), Clearing.Escalation.NONE, "1");
        assertThatThrownBy(() -> clearing.submit(planned.batches(), Duration.ofMinutes(1)))
                .isInstanceOf(Killed.class);
    }

    private Planned plan(int paths) {
        return clearing(cloudFront, Budget.Reaction.DEFER).plan(pages("/next", paths), Clearing.Escalation.NONE, "2");
    }

    @Test
    void pathsThatWereReservedAndNeverSentComeBackToTheBudget() {
        killWhileSubmitting(7, When.BEFORE_IT_IS_ACCEPTED);

        assertThat(plan(10).taken()).as("it may still be sent").isEqualTo(3);
        clock.advance(Duration.ofMinutes(62));
        Planned planned = plan(10);

        assertThat(planned.taken()).isEqualTo(10);
        assertThat(clearing(cloudFront, Budget.Reaction.DEFER)
                        .submit(planned.batches(), Duration.ofMinutes(1))
                        .isComplete())
                .isTrue();
        assertThat(ledger.paths(NOVEMBER))
                .isEqualTo(10)
                .isEqualTo(cloudFront.meter().paths(NOVEMBER));
    }

    @Test
    void pathsThatWereAcceptedBeforeTheKillAreCountedAndNotPaidBeyondTheBudget() {
        killWhileSubmitting(7, When.AFTER_IT_IS_ACCEPTED);
        clock.advance(Duration.ofMinutes(62));

        assertThat(plan(10).taken()).isEqualTo(3);
        assertThat(ledger.reservations(NOVEMBER)).isEmpty();
        assertThat(ledger.paths(NOVEMBER))
                .isEqualTo(7)
                .isEqualTo(cloudFront.meter().paths(NOVEMBER));
    }

    @Test
    void aHistoryThatCannotBeReadLeavesThemReserved() {
        killWhileSubmitting(7, When.BEFORE_IT_IS_ACCEPTED);
        clock.advance(Duration.ofMinutes(62));
        Cdn blind = new CdnWrapper(cloudFront) {
            @Override
            public Iterable<Invalidation.Summary> list(DistributionId distribution) {
                throw CdnException.of(CdnException.Reason.DENIED, "no right to list", null);
            }
        };

        Planned planned =
                clearing(blind, Budget.Reaction.DEFER).plan(pages("/next", 10), Clearing.Escalation.NONE, "2");

        assertThat(planned.taken()).isEqualTo(3);
        assertThat(ledger.paths(NOVEMBER)).isEqualTo(7);
    }

    @Test
    void changesAreAcceptedAgainOnceTheBudgetHasRoomForThem() {
        killWhileSubmitting(10, When.BEFORE_IT_IS_ACCEPTED);
        assertThat(clearing(cloudFront, Budget.Reaction.REJECT).refusalByBudget())
                .isPresent();
        clock.advance(Duration.ofMinutes(62));

        assertThat(clearing(cloudFront, Budget.Reaction.REJECT).refusalByBudget())
                .isEmpty();
    }

    /** A machine whose clock is late by minutes is sending still, though its reservation is over by the others' clocks. */
    @Test
    void whatAMachineWithALateClockIsSendingStaysReserved() {
        killWhileSubmitting(7, When.BEFORE_IT_IS_ACCEPTED);
        clock.advance(Duration.ofMinutes(50));

        assertThat(plan(10).taken()).isEqualTo(3);
    }

    /** The history is asked once in ten minutes, whatever is refused meanwhile. */
    @Test
    void aFullBudgetDoesNotAskTheHistoryForEachPlan() {
        killWhileSubmitting(10, When.AFTER_IT_IS_ACCEPTED);
        clock.advance(Duration.ofMinutes(62));
        AtomicInteger lists = new AtomicInteger();
        Cdn counting = new CdnWrapper(cloudFront) {
            @Override
            public Iterable<Invalidation.Summary> list(DistributionId distribution) {
                lists.incrementAndGet();
                return super.list(distribution);
            }
        };
        Clearing clearing = clearing(counting, Budget.Reaction.DEFER);
        for (int i = 0; i < 100; i++) {
            assertThat(clearing.plan(pages("/next", 1), Clearing.Escalation.NONE, "n" + i)
                            .taken())
                    .isZero();
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(lists).hasValue(1);
    }
}

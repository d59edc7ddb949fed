package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.CdnWrapper;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an adversary did to submissions: each story ended once in a stale page, a second bill or a wait for ever. */
class SubmissionFaultsTest extends SubmissionWorld {

    /** One of 15 wildcards hung, and kept all others from being asked after. */
    @Test
    void oneInvalidationThatHangsDoesNotStopTheOthers() {
        cloudFront = account(FakeQuotas.inProgress());
        AtomicReference<@Nullable String> straggler = new AtomicReference<>();
        Cdn cdn = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation submit(InvalidationBatch batch) {
                Invalidation accepted = super.submit(batch);
                straggler.compareAndSet(null, accepted.id());
                return accepted;
            }

            @Override
            public Invalidation read(DistributionId distribution, String invalidationId) {
                Invalidation read = super.read(distribution, invalidationId);
                return invalidationId.equals(straggler.get())
                        ? new Invalidation(
                                read.id(),
                                Invalidation.Status.IN_PROGRESS,
                                read.createTime(),
                                read.callerReference(),
                                read.quantity(),
                                read.paths())
                        : read;
            }
        };
        clearsFortyWildcards(cdn, Duration.ofMinutes(1));
    }

    /** Without the right to GetInvalidation everything stopped at 15 wildcards, for ever. */
    @Test
    void withoutTheRightToReadInvalidationsBatchesGoOut() {
        Cdn cdn = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation read(DistributionId distribution, String invalidationId) {
                throw denied();
            }

            @Override
            public Iterable<Invalidation.Summary> list(DistributionId distribution) {
                throw denied();
            }
        };
        clearsFortyWildcards(cdn, Duration.ofMinutes(1));
    }

    private static CdnException denied() {
        return CdnException.ofQuestion(403, CdnException.Answer.of("AccessDenied", "not authorized", "R1"));
    }

    private void clearsFortyWildcards(Cdn cdn, Duration deadline) {
        Clearing clearing = clearing(submitter(cdn).build());
        for (int i = 0; i < 40; i++) {
            Cleared cleared = clearing.submit(List.of(batch("d" + i, "/p" + i + "*")), deadline);
            assertThat(cleared.isComplete())
                    .as("wildcard %s: %s", i, cleared.stoppedBy())
                    .isTrue();
            clock.advance(Duration.ofMinutes(2));
        }
    }

    /** A batch of 15 wildcards, where the CDN takes five, waited for room on an empty distribution. */
    @Test
    void aBatchBeyondTheRealQuotaOfAnEmptyDistributionIsSplit() {
        FakeQuotas none = FakeQuotas.none();
        cloudFront = account(new FakeQuotas(3000, 5, 3000, none.items(), none.wildcards(), none.calls()));
        String[] wildcards =
                IntStream.range(0, 15).mapToObj(i -> "/w" + i + "/*").toArray(String[]::new);

        Cleared cleared = clearing(submitter(cloudFront)
                        .quotas(CdnQuotas.inProgressTable())
                        .build())
                .submit(List.of(batch("d", wildcards)), Duration.ofMinutes(15));

        assertThat(cleared.isComplete()).as("%s", cleared.stoppedBy()).isTrue();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(15);
    }

    @Test
    void waitingShowsSignsOfLifeEveryFewSeconds() {
        cloudFront = account(FakeQuotas.inProgress());
        AtomicReference<Instant> last = new AtomicReference<>(clock.instant());
        AtomicReference<Duration> longest = new AtomicReference<>(Duration.ZERO);
        AtomicInteger calls = new AtomicInteger();
        Cdn cdn = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation read(DistributionId distribution, String invalidationId) {
                calls.incrementAndGet();
                return super.read(distribution, invalidationId);
            }
        };
        AtomicInteger mostCalls = new AtomicInteger();
        InvalidationSubmitter.Progress progress = new InvalidationSubmitter.Progress() {
            @Override
            public void alive() {
                Duration silence = Duration.between(last.get(), clock.instant());
                longest.accumulateAndGet(silence, (a, b) -> a.compareTo(b) > 0 ? a : b);
                last.set(clock.instant());
                mostCalls.accumulateAndGet(calls.getAndSet(0), Math::max);
            }
        };
        InvalidationSubmitter submitter = submitter(cdn).build();
        for (int i = 0; i < 3100; i++) {
            last.set(clock.instant());
            clearing(submitter).submit(List.of(batch("d" + i, "/p" + i)), null, HOUR, progress);
        }
        List<InvalidationBatch> wildcards = IntStream.range(0, 60)
                .mapToObj(i -> batch("w", "/w" + i + "/*"))
                .toList();
        clearing(submitter).submit(wildcards, null, HOUR, progress);

        assertThat(longest.get()).isLessThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(mostCalls.get()).isLessThanOrEqualTo(10);
    }

    /** A clock set back by an hour stopped submissions for an hour. */
    @Test
    void aClockThatIsSetBackStopsNothing() {
        Clearing clearing = clearing(submitter(cloudFront).build());
        clearing.submit(List.of(batch("1", "/a", "/a?*")), Duration.ofMinutes(1));
        clock.now = clock.now.minus(HOUR);
        Instant begin = clock.instant();

        Cleared cleared = clearing.submit(batches(5), Duration.ofMinutes(1));

        assertThat(cleared.isComplete()).isTrue();
        assertThat(Duration.between(begin, clock.instant())).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void aListenerThatThrowsHarmsNothing() {
        UsageLedger ledger = UsageLedger.inMemory();
        List<String> heard = new ArrayList<>();
        CdnListener bad = new CdnListener() {
            @Override
            public void submitted(DistributionId distribution, Invalidation invalidation, int attempts) {
                throw new IllegalStateException("metrics registry is closed");
            }

            @Override
            public void quotaLeft(DistributionId distribution, int items, int wildcards) {
                throw new StackOverflowError();
            }
        };
        CdnListener good = new CdnListener() {
            @Override
            public void submitted(DistributionId distribution, Invalidation invalidation, int attempts) {
                heard.add(invalidation.id());
            }
        };
        InvalidationSubmitter submitter =
                submitter(cloudFront).listener(bad).listener(good).build();

        Cleared cleared =
                Clearing.builder(submitter, SITE).ledger(ledger).build().submit(batches(20), HOUR);

        assertThat(cleared.accepted()).hasSize(20);
        assertThat(heard).hasSize(20);
        assertThat(ledger.paths(YearMonth.of(2026, 11))).isEqualTo(40);
    }

    /** 100 changes ended as bad ones, and all was said to be done. */
    @Test
    void aDistributionThatCallsEverythingInvalidIsNotAHundredBadPaths() {
        AtomicInteger calls = new AtomicInteger();
        List<Cleared.Rejected> rejected = new ArrayList<>();
        Cdn cdn = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation submit(InvalidationBatch batch) {
                calls.incrementAndGet();
                CdnException.Answer answer =
                        CdnException.Answer.of("InvalidArgument", "The distribution takes no invalidations", "R1");
                throw CdnException.ofSubmission(400, answer, batch.reference());
            }
        };
        String[] pages = IntStream.range(0, 100).mapToObj(i -> "/a" + i).toArray(String[]::new);
        InvalidationSubmitter submitter = submitter(cdn)
                .listener(new CdnListener() {
                    @Override
                    public void rejected(DistributionId distribution, Cleared.Rejected item) {
                        rejected.add(item);
                    }
                })
                .build();

        Cleared cleared = clearing(submitter).submit(List.of(batch("d", pages), batch("e", "/b")), HOUR);

        assertThat(cleared.rejected()).isEmpty();
        assertThat(rejected).isEmpty();
        assertThat(cleared.open()).containsExactly(batch("d", pages), batch("e", "/b"));
        assertThat(cleared.stoppedBy()).hasMessageContaining("no path is at fault");
        assertThat(calls.get()).isLessThan(20);
    }

    @Test
    void aClientThatFailsInAnUnforeseenWayIsAnUnknownOutcome() {
        AtomicInteger failures = new AtomicInteger(2);
        Cdn cdn = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation submit(InvalidationBatch batch) {
                Invalidation accepted = super.submit(batch);
                if (failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("Connection pool shut down");
                }
                return accepted;
            }
        };
        assertThat(clearing(submitter(cdn).build()).submit(batches(3), HOUR).isComplete())
                .isTrue();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(6);
        assertThat(cleared()).hasSize(6);
    }

    /** Was given back when throttling ended the attempt, and so more was billed than the budget allows. */
    @Test
    void whatMayHaveBeenAcceptedStaysReservedWhateverEndsTheAttempt() {
        cloudFront.failNext(CdnCall.SUBMIT, Fault.DROP_ANSWER);
        cloudFront.failBy(call -> Fault.THROTTLED);
        UsageLedger ledger = UsageLedger.inMemory();
        Clearing clearing = Clearing.builder(submitter(cloudFront).build(), SITE)
                .ledger(ledger)
                .budget(Budget.of(10, Budget.Reaction.DEFER))
                .build();

        Cleared cleared = clearing.submit(batches(1), Duration.ofMinutes(1));

        assertThat(Objects.requireNonNull(cleared.stoppedBy()).reason()).isEqualTo(CdnException.Reason.OUTCOME_UNKNOWN);
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(2);
        assertThat(ledger.paths(YearMonth.from(START.atZone(ZoneOffset.UTC)))).isEqualTo(2);
    }

    /** Was given back by the process that found it in the history and could not read it. */
    @Test
    void whatTheHistoryHoldsStaysReservedThoughItCannotBeRead() {
        UsageLedger ledger = UsageLedger.inMemory();
        Supplier<Clearing> another =
                () -> Clearing.builder(submitter(cloudFront).build(), SITE)
                        .ledger(ledger)
                        .budget(Budget.of(10, Budget.Reaction.DEFER))
                        .build();
        cloudFront.failNext(CdnCall.SUBMIT, Fault.DROP_ANSWER);
        cloudFront.failBy(call -> call == CdnCall.LIST ? Fault.THROTTLED : Fault.NONE);
        another.get().submit(batches(1), Duration.ofMinutes(1));
        AtomicInteger reads = new AtomicInteger();
        cloudFront.failBy(call -> call == CdnCall.READ && reads.incrementAndGet() > 1 ? Fault.THROTTLED : Fault.NONE);

        another.get().submit(batches(1), START, Duration.ofMinutes(1), InvalidationSubmitter.Progress.NONE);

        assertThat(cloudFront.meter().totalPaths()).isEqualTo(2);
        assertThat(ledger.paths(YearMonth.from(START.atZone(ZoneOffset.UTC)))).isEqualTo(2);
    }

    @Test
    void aClientThatCannotAnswerAQuestionThrowsNothing() {
        Cdn cdn = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation read(DistributionId distribution, String invalidationId) {
                throw new IllegalStateException("Connection pool shut down");
            }

            @Override
            public Iterable<Invalidation.Summary> list(DistributionId distribution) {
                throw new IllegalStateException("Connection pool shut down");
            }
        };
        Clearing clearing = clearing(submitter(cdn).learnsInProgress(true).build());
        assertThat(clearing.submit(batches(3), HOUR).isComplete()).isTrue();

        Cleared cleared =
                clearing.submit(batches(3), START, Duration.ofMinutes(1), InvalidationSubmitter.Progress.NONE);

        assertThat(cleared.open()).hasSize(3);
        assertThat(cleared.stoppedBy()).hasMessageContaining("pool shut down");
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(6);
    }
}

package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.CdnWrapper;
import io.purgewise.site.InvalidationItem;
import io.purgewise.testkit.CallerReferenceMemory;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an adversary did to submissions: each story ended once in a stale page, a second bill or a wait for ever. */
class SubmissionFaultsTest {

    private static final DistributionId SITE = DistributionId.of("E1SITE");
    private static final Instant START = Instant.parse("2026-11-23T10:00:00.400Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final SteppingClock clock = new SteppingClock();
    private FakeCloudFront cloudFront = account(FakeQuotas.none());

    private FakeCloudFront account(FakeQuotas quotas) {
        return FakeCloudFront.builder(clock).quotas(quotas).distribution(SITE).build();
    }

    /** Is a clock that can be set back, as NTP or an operator does. */
    private static final class SteppingClock implements InstantSource {

        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        void advance(Duration duration) {
            now = now.plus(duration);
        }
    }

    /** Stands for a process that is killed. */
    private static final class Killed extends Error {

        private static final long serialVersionUID = 1L;
    }

    private InvalidationSubmitter.Builder submitter(Cdn cdn) {
        return InvalidationSubmitter.builder(cdn, new Ambient(clock, clock::advance, new Random(1)));
    }

    private static Clearing clearing(InvalidationSubmitter submitter) {
        return Clearing.builder(submitter, SITE).build();
    }

    private static List<InvalidationBatch> batches(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> batch("plan", "/p" + i, "/p" + i + "?*"))
                .toList();
    }

    private static InvalidationBatch batch(String discriminator, String... items) {
        return InvalidationBatch.of(
                SITE, Stream.of(items).map(InvalidationItem::parse).toList(), discriminator);
    }

    private Set<String> cleared() {
        return cloudFront.accepted(SITE).stream()
                .flatMap(each -> each.paths().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    // ---- the history

    /** Is a CDN that finds an invalidation by its ID at once, and may forget caller references. */
    private static final class LongHistory implements Cdn {

        private final InstantSource clock;
        private final List<Invalidation> all = new ArrayList<>();
        private final Map<CallerReference, Invalidation> memory = new HashMap<>();
        private boolean refusesKnownReferences;
        private boolean forgetsReferences;
        private int dieAfter = Integer.MAX_VALUE;
        private long reads;
        private long paid;

        LongHistory(InstantSource clock) {
            this.clock = clock;
        }

        @Override
        public Invalidation submit(InvalidationBatch batch) {
            Invalidation known = forgetsReferences ? null : memory.get(batch.reference());
            if (known != null && refusesKnownReferences) {
                CdnException.Answer answer = CdnException.Answer.of(
                        "InvalidArgument",
                        "Your request contains a caller reference that was used for a previous invalidation batch",
                        "R1");
                throw CdnException.ofSubmission(400, answer, batch.reference());
            }
            if (known != null) {
                return known;
            }
            Invalidation accepted = new Invalidation(
                    String.valueOf(all.size()),
                    Invalidation.Status.COMPLETED,
                    clock.instant(),
                    batch.reference(),
                    batch.quantity(),
                    new HashSet<>(batch.spellings()));
            all.add(accepted);
            memory.put(batch.reference(), accepted);
            paid += batch.quantity();
            if (all.size() >= dieAfter) {
                dieAfter = Integer.MAX_VALUE;
                throw new Killed();
            }
            return accepted;
        }

        @Override
        public Invalidation read(DistributionId distribution, String invalidationId) {
            reads++;
            return all.get(Integer.parseInt(invalidationId));
        }

        @Override
        public Iterable<Invalidation.Summary> list(DistributionId distribution) {
            return () -> new Iterator<>() {
                private int next = all.size() - 1;

                @Override
                public boolean hasNext() {
                    return next >= 0;
                }

                @Override
                public Invalidation.Summary next() {
                    Invalidation each = all.get(next--);
                    return new Invalidation.Summary(each.id(), each.status(), each.createTime());
                }
            };
        }

        @Override
        public Optional<String> cacheTagHeader(DistributionId distribution) {
            return Optional.empty();
        }
    }

    /** Submits batches, and is killed when the CDN has accepted them all. */
    private LongHistory acceptedAllOf(List<InvalidationBatch> batches) {
        LongHistory cdn = new LongHistory(clock);
        cdn.dieAfter = batches.size();
        try {
            clearing(submitter(cdn).build()).submit(batches, Duration.ofDays(1));
            throw new AssertionError("should have been killed");
        } catch (Killed expected) {
            clock.advance(Duration.ofMinutes(1));
        }
        return cdn;
    }

    /** 400 batches were paid as 950 paths: the search stopped after 200 reads, and took that for an answer. */
    @Test
    void batchesWhoseReferencesTheCdnForgotAreNotPaidTwice() {
        for (int count : List.of(150, 400)) {
            Instant written = clock.instant();
            LongHistory cdn = acceptedAllOf(batches(count));
            cdn.forgetsReferences = true;

            Cleared cleared = resumed(cdn, batches(count), written, HOUR);

            assertThat(cleared.accepted()).hasSize(count);
            assertThat(cdn.paid).isEqualTo(2L * count);
            assertThat(cdn.reads)
                    .as("each once, and each that is found once more")
                    .isLessThanOrEqualTo(2L * count);
        }
    }

    private Cleared resumed(Cdn cdn, List<InvalidationBatch> batches, Instant written, Duration deadline) {
        return clearing(submitter(cdn).build()).submit(batches, written, deadline, InvalidationSubmitter.Progress.NONE);
    }

    /** 3,000 batches were reported as refused for good, and 13,000 were never found. */
    @Test
    void aPlanOf13000BatchesIsFinishedByTheNextProcess() {
        Instant written = clock.instant();
        LongHistory cdn = acceptedAllOf(batches(13_000));
        cdn.refusesKnownReferences = true;

        Cleared cleared = resumed(cdn, batches(13_000), written, HOUR);

        assertThat(cleared.isComplete()).isTrue();
        assertThat(cleared.accepted()).hasSize(13_000);
        assertThat(cdn.paid).isEqualTo(26_000);
    }

    /** "I stopped reading" is never "it is not there": a search that runs out of time sends nothing, and is gone on with later. */
    @Test
    void aSearchThatRunsOutOfTimeSendsNothingAndIsGoneOnWithLater() {
        Instant written = clock.instant();
        LongHistory cdn = acceptedAllOf(batches(400));
        cdn.forgetsReferences = true;
        Cdn slow = new CdnWrapper(cdn) {
            @Override
            public Invalidation read(DistributionId distribution, String invalidationId) {
                clock.advance(Duration.ofMillis(300));
                return super.read(distribution, invalidationId);
            }
        };
        InvalidationSubmitter submitter = submitter(slow).build();
        int rounds = 0;
        Cleared cleared;
        do {
            cleared = clearing(submitter)
                    .submit(batches(400), written, Duration.ofMinutes(3), InvalidationSubmitter.Progress.NONE);
            rounds++;
        } while (!cleared.isComplete() && rounds < 10);

        assertThat(cleared.isComplete()).isTrue();
        assertThat(cdn.paid).isEqualTo(800);
        cleared = clearing(submitter(slow).build())
                .submit(batches(400), written, Duration.ofSeconds(30), InvalidationSubmitter.Progress.NONE);
        assertThat(cleared.open()).hasSize(400);
        assertThat(cleared.stoppedBy())
                .isNotNull()
                .satisfies(e -> assertThat(e.reason().repeatable()).isTrue());
        assertThat(cleared.stoppedBy()).hasMessageContaining("not read through yet");
        assertThat(cdn.paid).isEqualTo(800);
    }

    /** A caller who writes down what is accepted as it is accepted has to resume the rest alone. */
    @Test
    void whatIsAcceptedIsToldOneByOne() {
        List<String> told = new ArrayList<>();
        Cleared cleared = clearing(submitter(cloudFront).build())
                .submit(batches(5), null, HOUR, new InvalidationSubmitter.Progress() {
                    @Override
                    public void accepted(InvalidationBatch batch, Invalidation invalidation) {
                        told.add(batch.reference() + " " + invalidation.id() + " of "
                                + cloudFront.accepted(SITE).size());
                    }
                });
        assertThat(told)
                .containsExactlyElementsOf(IntStream.range(0, 5)
                        .mapToObj(i -> batches(5).get(i).reference() + " "
                                + cleared.accepted().get(i).id() + " of " + (i + 1))
                        .toList());
    }

    /** A batch that was halved before the process died is found by its halves. */
    @Test
    void theHalvesOfABatchAreFoundInTheHistory() {
        Cdn refusesOne = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation submit(InvalidationBatch batch) {
                if (batch.spellings().contains("/bad'")) {
                    CdnException.Answer answer = CdnException.Answer.of("InvalidArgument", "invalid paths", "R1");
                    throw CdnException.ofSubmission(400, answer, batch.reference());
                }
                return super.submit(batch);
            }
        };
        List<InvalidationBatch> batches = List.of(batch("plan", "/a", "/b", "/bad'", "/c"));
        Instant written = clock.instant();
        clearing(submitter(refusesOne).build()).submit(batches, HOUR);
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(3);

        Cleared again = resumed(cloudFront, batches, written, HOUR);

        assertThat(again.isComplete()).isTrue();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(4);
    }

    /** The answer is lost, the list shows an invalidation seconds late, and the reference is refused: it was "another batch's". */
    @Test
    void aLostAnswerIsResolvedThoughTheListIsLate() {
        cloudFront = FakeCloudFront.builder(clock)
                .quotas(FakeQuotas.none())
                .callerReferences(CallerReferenceMemory.OBSERVED)
                .distribution(SITE)
                .build();
        Cdn late = new CdnWrapper(cloudFront) {
            @Override
            public Iterable<Invalidation.Summary> list(DistributionId distribution) {
                List<Invalidation.Summary> seen = new ArrayList<>();
                super.list(distribution).forEach(each -> {
                    if (each.createTime().isBefore(clock.instant().minusSeconds(10))) {
                        seen.add(each);
                    }
                });
                return seen;
            }
        };
        cloudFront.failNext(CdnCall.SUBMIT, Fault.DROP_ANSWER);

        Cleared cleared = clearing(submitter(late).build()).submit(List.of(batch("x", "/a")), Duration.ofMinutes(1));

        assertThat(cleared.accepted()).hasSize(1);
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(1);
    }

    // ---- what is in progress

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

    // ---- time

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

    // ---- listeners and logs

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

    // ---- a distribution that refuses

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

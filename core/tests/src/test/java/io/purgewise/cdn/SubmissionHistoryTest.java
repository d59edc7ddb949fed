package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.CdnWrapper;
import io.purgewise.testkit.CallerReferenceMemory;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an adversary did to batches that may have been accepted before: each story ended once in a second bill or was never finished. */
class SubmissionHistoryTest extends SubmissionWorld {

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
}

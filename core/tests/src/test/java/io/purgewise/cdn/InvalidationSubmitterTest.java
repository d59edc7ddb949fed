package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.site.InvalidationItem;
import io.purgewise.testkit.CallerReferenceMemory;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InvalidationSubmitterTest extends SubmitterWorld {

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"NONE"},
            mode = EnumSource.Mode.EXCLUDE)
    void everyFaultIsOutlivedAndNothingIsPaidTwice(Fault fault) {
        for (CallerReferenceMemory memory : CallerReferenceMemory.values()) {
            cloudFront = account().callerReferences(memory).build();
            cloudFront.failNext(CdnCall.SUBMIT, fault, fault, fault);

            Cleared result = send(submitter().build(), SITE, items("/a", "/b*"), "plan-1");

            assertThat(result.accepted()).hasSize(1);
            assertThat(cloudFront.meter().totalPaths())
                    .as("%s %s", fault, memory)
                    .isEqualTo(2);
        }
    }

    @Test
    void aLostAnswerIsFoundInTheHistoryWithoutASecondSubmission() {
        cloudFront.submit(new InvalidationBatch(SITE, items("/earlier"), new CallerReference("r0")));
        cloudFront.failNext(CdnCall.SUBMIT, Fault.DROP_ANSWER);
        cloudFront.failNext(CdnCall.LIST, Fault.UNAVAILABLE, Fault.THROTTLED);
        cloudFront.failNext(CdnCall.READ, Fault.UNAVAILABLE);

        Cleared result = send(submitter().build(), SITE, items("/a"), "plan-1");

        assertThat(result.accepted()).extracting(Invalidation::paths).containsExactly(Set.of("/a"));
        assertThat(cloudFront.calls(CdnCall.SUBMIT)).isEqualTo(2);
        assertThat(delays).hasSize(4);
    }

    @Test
    void aBadPathIsNamedAndTheRestIsSent() {
        for (CallerReferenceMemory memory : CallerReferenceMemory.values()) {
            cloudFront = account().callerReferences(memory).build();
            cloudFront.rejectPath("/p/3'");
            List<InvalidationItem> plan = new ArrayList<>(exact(20));
            plan.add(InvalidationItem.parse("/p/3'"));

            Cleared result = send(submitter().build(), SITE, plan, "plan-1");

            assertThat(result.rejected()).singleElement().satisfies(rejected -> {
                assertThat(rejected.item().spelling()).isEqualTo("/p/3'");
                assertThat(rejected.reason()).contains("InvalidArgument").contains("request ID");
            });
            assertThat(cleared(SITE)).hasSize(20);

            send(submitter().build(), SITE, plan, "plan-1");
            assertThat(cloudFront.meter().totalPaths())
                    .as("again, after a crash")
                    .isEqualTo(20);
        }
    }

    @Test
    void aBatchThatIsTooLargeForTheCdnIsHalved() {
        FakeQuotas none = FakeQuotas.none();
        cloudFront = account()
                .quotas(new FakeQuotas(3000, 15, 40, none.items(), none.wildcards(), none.calls()))
                .build();

        send(submitter().build(), SITE, exact(100), "plan-1");

        assertThat(cleared(SITE)).hasSize(100);
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(100);
    }

    @Test
    void completionIsSeenWithinSeconds() throws Exception {
        InvalidationSubmitter submitter = submitter().build();
        String id =
                send(submitter, SITE, items("/a"), "plan-1").accepted().get(0).id();
        cloudFront.failNext(CdnCall.READ, Fault.THROTTLED, Fault.UNAVAILABLE);

        CompletionWaiter.Progress early = submitter.waiter().await(SITE, List.of(id), Duration.ofSeconds(10));
        assertThat(early.allCompleted()).isFalse();
        assertThat(early.pending()).containsExactly(id);

        CompletionWaiter.Progress late = submitter.waiter().await(SITE, List.of(id), Duration.ofMinutes(10));
        assertThat(late.allCompleted()).isTrue();
        assertThat(Duration.between(START, clock.instant())).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(25));
    }

    @Test
    void aThousandSeededRunsUnderFaultsPayEachPathOnce() {
        for (int seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            cloudFront = account()
                    .callerReferences(seed % 2 == 0 ? CallerReferenceMemory.DOCUMENTED : CallerReferenceMemory.OBSERVED)
                    .quotas(seed % 3 == 0 ? FakeQuotas.strict() : FakeQuotas.inProgress())
                    .build();
            List<Fault> faults = List.of(Fault.values());
            cloudFront.failBy(
                    call -> random.nextInt(100) < 30 ? faults.get(random.nextInt(faults.size())) : Fault.NONE);
            int count = 1 + random.nextInt(200);

            send(submitter().build(), SITE, exact(count), "plan-" + seed);

            assertThat(cloudFront.meter().totalPaths()).as("seed %s", seed).isEqualTo(count);
            assertThat(cleared(SITE)).as("seed %s", seed).hasSize(count);
        }
    }

    /** Without the right to look for a batch, the CDN's memory of its reference is what keeps it from being paid twice. */
    @Test
    void aLostAnswerIsNotPaidTwiceWhereTheHistoryMayNotBeRead() {
        for (CallerReferenceMemory memory : CallerReferenceMemory.values()) {
            cloudFront = account().callerReferences(memory).build();
            cloudFront.failNext(CdnCall.SUBMIT, Fault.DROP_ANSWER);
            InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                            withoutHistory(), new Ambient(clock, clock::advance, new Random(1)))
                    .build();
            Cleared cleared = send(submitter, SITE, items("/a"), "plan-1");
            if (memory == CallerReferenceMemory.DOCUMENTED) {
                assertThat(cleared.accepted()).hasSize(1);
            } else {
                assertThat(cleared.unidentified())
                        .as("accepted, under whichever ID")
                        .hasSize(1);
            }
            assertThat(cleared.isComplete()).isTrue();
            assertThat(cloudFront.meter().totalPaths()).isEqualTo(1);
        }
    }

    @Test
    void aClockThatDiffersFromTheCdnsByHoursDoesNoHarm() {
        for (Duration ahead : List.of(Duration.ofHours(5), Duration.ofHours(-5))) {
            for (CallerReferenceMemory memory : CallerReferenceMemory.values()) {
                cloudFront = account().callerReferences(memory).build();
                cloudFront.failNext(CdnCall.SUBMIT, Fault.DROP_ANSWER, Fault.UNAVAILABLE_BUT_DONE);
                InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                                cloudFront,
                                new Ambient(() -> clock.instant().plus(ahead), clock::advance, new Random(1)))
                        .build();
                assertThat(send(submitter, SITE, items("/a", "/b*"), "plan-1").accepted())
                        .hasSize(1);
                assertThat(cloudFront.meter().totalPaths()).isEqualTo(2);
            }
        }
    }

    @Test
    void aBatchOfADeadProcessIsFoundBeforeItIsSentAgain() {
        InvalidationSubmitter first = submitter().build();
        Instant written = clock.instant();
        send(first, SITE, items("/a", "/b"), "plan-1");
        clock.advance(Duration.ofHours(3));

        InvalidationSubmitter second = submitter().build();
        Cleared result =
                clear(second, second.batches(SITE, items("/b", "/a"), "plan-1"), written, Duration.ofMinutes(1));

        assertThat(result.accepted()).hasSize(1);
        assertThat(cloudFront.calls(CdnCall.SUBMIT)).isEqualTo(1);
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(2);
    }

    /** One submission with a patience of one minute waited ten: each batch, and each half of one, had a patience of its own. */
    @Test
    void theDeadlineIsOfTheWholeCallAndWhatIsOpenIsSaid() {
        cloudFront.failBy(
                call -> call == CdnCall.SUBMIT && cloudFront.calls(CdnCall.SUBMIT) > 1 ? Fault.THROTTLED : Fault.NONE);
        InvalidationSubmitter submitter = submitter().build();
        List<InvalidationBatch> batches = submitter.batches(SITE, exact(400), "plan-1");

        Cleared cleared = clear(submitter, batches, null, Duration.ofMinutes(5));

        assertThat(cleared.accepted()).hasSize(1);
        assertThat(cleared.open()).isEqualTo(batches.subList(1, 3));
        assertThat(cleared.stoppedBy()).isNotNull().satisfies(e -> {
            assertThat(e.reason()).isEqualTo(CdnException.Reason.THROTTLED);
            assertThat(e.requestId()).isPresent();
            assertThat(e)
                    .hasMessageContaining("gave up after " + (cloudFront.calls(CdnCall.SUBMIT) - 1) + " calls")
                    .hasMessageContaining("Throttling");
        });
        assertThat(Duration.between(START, clock.instant())).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));

        cloudFront.failBy(call -> Fault.NONE);
        clear(submitter().build(), batches, START, Duration.ofHours(1));
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(400);
    }

    @Test
    void aSubmissionOfAMinuteEndsWithinTheMinuteWhateverFails() {
        for (Fault fault : List.of(Fault.THROTTLED, Fault.TOO_MANY, Fault.UNAVAILABLE, Fault.DROP_REQUEST)) {
            Instant begin = clock.instant();
            cloudFront.failBy(call -> fault);
            Cleared cleared = clear(
                    submitter().build(),
                    submitter().build().batches(SITE, exact(700), "plan-1"),
                    null,
                    Duration.ofMinutes(1));
            assertThat(cleared.open()).isNotEmpty();
            assertThat(Duration.between(begin, clock.instant()))
                    .as(fault.name())
                    .isLessThanOrEqualTo(Duration.ofMinutes(1));
        }
    }

    @Test
    void aRefusalForGoodIsNotTriedAgain() {
        Cleared cleared = send(submitter().build(), DistributionId.of("E9NONE"), items("/a"), "plan-1");

        assertThat(cleared.stoppedBy())
                .isNotNull()
                .satisfies(e -> assertThat(e.reason().repeatable()).isFalse());
        assertThat(cleared.stoppedBy()).hasMessageContaining("check the distribution ID");
        assertThat(cloudFront.calls(CdnCall.SUBMIT)).isEqualTo(1);
    }

    @Test
    void anInterruptedWaitLeavesTheFlagAndSaysWhatIsOpen() {
        cloudFront.failNext(CdnCall.SUBMIT, Fault.THROTTLED);
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront,
                        new Ambient(
                                clock,
                                duration -> {
                                    throw new InterruptedException("stop");
                                },
                                new Random(1)))
                .build();

        Cleared cleared = send(submitter, SITE, items("/a"), "plan-1");

        assertThat(cleared.open()).hasSize(1);
        assertThat(cleared.stoppedBy())
                .isNotNull()
                .satisfies(e -> assertThat(e.reason()).isEqualTo(CdnException.Reason.INTERRUPTED));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aReferenceOfAnotherBatchIsAnErrorOfTheCaller() {
        CallerReference constant = new CallerReference("constant");
        clear(
                submitter().build(),
                List.of(new InvalidationBatch(SITE, items("/a"), constant)),
                null,
                Duration.ofMinutes(5));

        Cleared cleared = clear(
                submitter().build(),
                List.of(new InvalidationBatch(SITE, items("/b"), constant)),
                null,
                Duration.ofMinutes(5));

        assertThat(cleared.accepted()).isEmpty();
        assertThat(cleared.stoppedBy()).hasMessageContaining("another discriminator");
    }

    @Test
    void tagsAreSentOnlyWhereTheyAreRead() {
        DistributionId tagged = DistributionId.of("E3TAGGED");
        cloudFront = account().distribution(tagged, "x-tags").build();
        InvalidationSubmitter submitter = submitter().build();

        Cleared unread = send(submitter, SITE, items("#t"), "plan-1");
        assertThat(unread.stoppedBy())
                .isNotNull()
                .satisfies(e -> assertThat(e.reason()).isEqualTo(CdnException.Reason.TAGS_NOT_READ));
        assertThat(unread.stoppedBy()).hasMessageContaining("CacheTagConfig");
        send(submitter, tagged, items("#t", "#T", "/a"), "plan-1");
        send(submitter, tagged, items("#u"), "plan-2");

        assertThat(cloudFront.meter().totalPaths()).isEqualTo(3);
        assertThat(cloudFront.calls(CdnCall.CONFIG)).isEqualTo(2);
    }
}

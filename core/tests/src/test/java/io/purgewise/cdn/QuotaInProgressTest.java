package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.CdnWrapper;
import io.purgewise.site.InvalidationItem;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is taken to be in progress has an end, and a wait for its turn has the length that the caller gave it. */
class QuotaInProgressTest {

    private static final DistributionId SITE = DistributionId.of("E1SITE");

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T10:00:00Z"));
    private final FakeCloudFront cloudFront = FakeCloudFront.builder(clock)
            .quotas(FakeQuotas.none())
            .distribution(SITE)
            .build();

    private static InvalidationBatch batch(String path) {
        return InvalidationBatch.of(SITE, List.of(InvalidationItem.parse(path)), "plan");
    }

    private Clearing clearing(Cdn cdn, CdnQuotas quotas, CdnListener listener) {
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cdn, new Ambient(clock, clock::advance, new Random(1)))
                .quotas(quotas)
                .listener(listener)
                .build();
        return Clearing.builder(submitter, SITE).build();
    }

    /** Fifteen wildcards that CloudFront never says to be complete, as after an incident there, stopped the sixteenth for ever. */
    @Test
    void invalidationsThatHangAreForgottenAfterAQuarterOfAnHour() {
        Cdn hangs = new CdnWrapper(cloudFront) {
            @Override
            public Invalidation read(DistributionId distribution, String invalidationId) {
                Invalidation read = super.read(distribution, invalidationId);
                return new Invalidation(
                        read.id(),
                        Invalidation.Status.IN_PROGRESS,
                        read.createTime(),
                        read.callerReference(),
                        read.quantity(),
                        read.paths());
            }
        };
        Clearing clearing = clearing(hangs, CdnQuotas.inProgressTable(), new CdnListener() {});
        List<InvalidationBatch> fifteen =
                IntStream.range(0, 15).mapToObj(i -> batch("/p" + i + "*")).toList();
        assertThat(clearing.submit(fifteen, Duration.ofMinutes(5)).isComplete()).isTrue();

        Cleared soon = clearing.submit(List.of(batch("/late*")), Duration.ofMinutes(5));
        clock.advance(Duration.ofMinutes(10));
        Cleared later = clearing.submit(List.of(batch("/late*")), Duration.ofMinutes(1));

        assertThat(soon.stoppedBy())
                .isNotNull()
                .satisfies(stop -> assertThat(stop.reason()).isEqualTo(CdnException.Reason.BUSY));
        assertThat(later.isComplete()).isTrue();
    }

    /** Where no quota in progress is kept, nothing is asked after; 10,000 invalidations of a week were remembered. */
    @Test
    void whatIsCompleteForLongIsNotRememberedThoughNobodyAsksAfterIt() {
        AtomicInteger most = new AtomicInteger();
        Clearing clearing = clearing(cloudFront, CdnQuotas.rateTable(), new CdnListener() {
            @Override
            public void quotaLeft(DistributionId distribution, int items, int wildcards) {
                most.accumulateAndGet(CdnQuotas.rateTable().itemsInProgress() - items, Math::max);
            }
        });
        for (int i = 0; i < 1_000; i++) {
            clearing.submit(List.of(batch("/p" + i)), Duration.ofMinutes(1));
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(cloudFront.accepted(SITE)).hasSize(1_000);
        assertThat(most.get()).isPositive().isLessThanOrEqualTo(20);
    }

    /** A hundred threads shared a submitter; one of them, with a patience of a minute, waited ten for its turn. */
    @Test
    void aTurnThatComesTooLateIsNotWaitedFor() throws InterruptedException {
        Semaphore settled = new Semaphore(0);
        CountDownLatch goOn = new CountDownLatch(1);
        Queue<Cleared> givenUp = new ConcurrentLinkedQueue<>();
        Ambient.Pause pause = duration -> {
            settled.release();
            goOn.await();
        };
        Clearing clearing = Clearing.builder(
                        InvalidationSubmitter.builder(cloudFront, new Ambient(clock, pause, new Random(1)))
                                .build(),
                        SITE)
                .build();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            List<InvalidationBatch> one = List.of(batch("/p" + i));
            threads.add(new Thread(() -> {
                Cleared cleared = clearing.submit(one, Duration.ofMinutes(1));
                if (!cleared.isComplete()) {
                    givenUp.add(cleared);
                }
                settled.release();
            }));
            threads.get(i).start();
            settled.acquire(); // it waits for its turn, or is done
        }
        List<Cleared> atOnce = List.copyOf(givenUp);
        threads.forEach(Thread::interrupt);
        for (Thread each : threads) {
            each.join();
        }

        assertThat(atOnce)
                .hasSizeBetween(60, 90)
                .allSatisfy(each -> assertThat(each.stoppedBy()).hasMessageContaining("its turn"));
    }
}

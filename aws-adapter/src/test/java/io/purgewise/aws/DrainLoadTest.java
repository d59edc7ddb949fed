package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnQuotas;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.DrainPolicy;
import io.purgewise.cdn.InMemoryOutbox;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.Outbox;
import io.purgewise.cdn.OutboxDrainer;
import io.purgewise.cdn.OutboxEntry;
import io.purgewise.cdn.OutboxFullException;
import io.purgewise.cdn.Pause;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Measures sustained load on the real clock; prints its figures. Only in the profile {@code soak}. */
@Tag("soak")
class DrainLoadTest {

    private static final DistributionId SITE = DistributionId.of("E1SITE");

    @Test
    void tenThousandChangesASecondInMemoryForAMinute() throws Exception {
        run("memory", new InMemoryOutbox(InstantSource.system()), 10_000, Duration.ofSeconds(60), 100);
    }

    @Test
    void twoHundredChangesASecondThroughDynamoDb() throws Exception {
        try (LocalPurgewiseTable local = new LocalPurgewiseTable()) {
            Pause pause = duration -> Thread.sleep(duration.toMillis());
            Outbox outbox = DynamoOutbox.of(local.client(), local.table, "load", InstantSource.system(), pause);
            run("DynamoDB Local", outbox, 200, Duration.ofSeconds(60), 20);
        }
    }

    /** Appends at a steady rate on one thread while another drains; every change names one of 10,000 pages. */
    private static void run(String what, Outbox outbox, int perSecond, Duration time, int perAppend) throws Exception {
        FakeCloudFront cloudFront = FakeCloudFront.builder(InstantSource.system())
                .distribution(SITE)
                .quotas(FakeQuotas.none())
                .build();
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront,
                        new Ambient(
                                InstantSource.system(), duration -> Thread.sleep(duration.toMillis()), new Random(1)))
                .quotas(CdnQuotas.inProgressTable().toBuilder()
                        .itemsPerBatch(3000)
                        .wildcardsPerBatch(3000)
                        .itemsInProgress(Integer.MAX_VALUE)
                        .wildcardsInProgress(3000)
                        .callInterval(Duration.ZERO)
                        .build())
                .build();
        OutboxDrainer drainer = OutboxDrainer.builder(outbox, submitter, List.of(SITE))
                .policy(DrainPolicy.ofDefaults())
                .build();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        long refused = 0;
        long appended = 0;
        long peakHeap = 0;
        long peakBacklog = 0;
        long start = System.nanoTime();
        try {
            thread.execute(drainer::runUntilInterrupted);
            for (long next = 0; System.nanoTime() - start < time.toNanos(); next++) {
                LockSupport.parkNanos(
                        start + next * perAppend * TimeUnit.SECONDS.toNanos(1) / perSecond - System.nanoTime());
                try {
                    drainer.append(entries(next, perAppend));
                    appended += perAppend;
                } catch (OutboxFullException e) {
                    refused += perAppend;
                }
                if (next % 100 == 0) {
                    Runtime runtime = Runtime.getRuntime();
                    peakHeap = Math.max(peakHeap, runtime.totalMemory() - runtime.freeMemory());
                    peakBacklog = Math.max(peakBacklog, outbox.size());
                }
            }
        } finally {
            thread.shutdownNow();
            assertThat(thread.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(drainer.flush(Duration.ofMinutes(5))).isTrue();
        System.out.printf(
                "%s: %d changes appended in %.1f s (%.0f/s), %d refused, peak backlog %d, peak heap %d MB (garbage"
                        + " included), %d paths in %d invalidations%n",
                what,
                appended,
                seconds,
                appended / seconds,
                refused,
                peakBacklog,
                peakHeap >> 20,
                cloudFront.meter().totalPaths(),
                cloudFront.accepted(SITE).size());
        assertThat(refused).isZero();
        assertThat(appended / seconds).isGreaterThan(perSecond * 0.95);
        assertThat(outbox.size()).isZero();
    }

    private static List<OutboxEntry> entries(long append, int count) {
        Instant now = Instant.now();
        List<OutboxEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long page = (append * count + i) * 7919 % 10_000;
            entries.add(new OutboxEntry(
                    append + "-" + i, now, now, Set.of(UrlPattern.exact("/products/" + page)), Set.of()));
        }
        return entries;
    }
}

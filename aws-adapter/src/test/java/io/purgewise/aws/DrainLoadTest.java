package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnQuotas;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.NotAcceptedException;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.InMemoryTagCache;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
        run("memory", Outbox.inMemory(InstantSource.system()), 10_000, Duration.ofSeconds(60), 100);
    }

    @Test
    void twoHundredChangesASecondThroughDynamoDb() throws Exception {
        try (LocalPurgewiseTable local = new LocalPurgewiseTable()) {
            Ambient.Pause pause = duration -> Thread.sleep(duration.toMillis());
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
        Site site = Site.builder(BuildId.of("B")).queryStringsInCacheKey(false).build();
        Revalidator revalidator = Revalidator.builder(
                        site, Clearing.builder(submitter, SITE).build())
                .tagCache(InMemoryTagCache.create())
                .build();
        OutboxDrainer drainer = OutboxDrainer.builder(outbox, revalidator).build();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        long refused = 0;
        long appended = 0;
        long peakHeap = 0;
        long peakBacklog = 0;
        long start = System.nanoTime();
        try {
            drainer.start(thread);
            for (long next = 0; System.nanoTime() - start < time.toNanos(); next++) {
                LockSupport.parkNanos(
                        start + next * perAppend * TimeUnit.SECONDS.toNanos(1) / perSecond - System.nanoTime());
                try {
                    drainer.accept(changes(next, perAppend));
                    appended += perAppend;
                } catch (NotAcceptedException e) {
                    refused += perAppend;
                }
                if (next % 100 == 0) {
                    Runtime runtime = Runtime.getRuntime();
                    peakHeap = Math.max(peakHeap, runtime.totalMemory() - runtime.freeMemory());
                    peakBacklog = Math.max(peakBacklog, outbox.size(SITE, 1_000_000));
                }
            }
        } finally {
            thread.shutdown();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(drainer.close(Duration.ofMinutes(5))).isTrue();
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
        assertThat(outbox.size(SITE, 1_000_000)).isZero();
    }

    private static List<Change> changes(long append, int count) {
        List<Change> changes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long page = (append * count + i) * 7919 % 10_000;
            changes.add(Change.page(Page.of(Router.APP_PAGE, "/products/" + page)));
        }
        return changes;
    }
}

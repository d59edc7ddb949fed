package io.purgewise.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.Outbox;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.InMemoryTagCache;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Measures what publishing a change adds to the thread that commits: the same transaction in PostgreSQL with it and without it, in
 * turns, so that both suffer alike from a busy machine. The figures are in {@code docs/performance.md}; they are no criterion here.
 */
@Tag("soak")
class CommitLatencyTest {

    private static final DistributionId DISTRIBUTION = DistributionId.of("E1SITE");
    private static final int WARM_UP = 500;
    private static final int MEASURED = 2_000;

    private int next;

    @Test
    void whatPublishingAddsToTheCommittingThread() throws InterruptedException {
        try (ConfigurableApplicationContext service = new SpringApplicationBuilder(RevalidationService.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.datasource.url=" + LocalDatabase.createNew(),
                        "purgewise.webhook.secret=a secret of 24 characters",
                        "purgewise.outbox.quiet-window=1h",
                        "purgewise.outbox.shutdown-limit=0s",
                        "logging.level.root=error")
                .initializers(starting -> {
                    starting.getBeanFactory().registerSingleton("site", revalidator());
                    starting.getBeanFactory().registerSingleton("changes", Outbox.inMemory(InstantSource.system()));
                })
                .run()) {
            measure(service, WARM_UP);
            long[][] nanos = measure(service, MEASURED);
            for (int per : new int[] {500, 900, 990, 999}) {
                double without = at(nanos[0], per);
                double with = at(nanos[1], per);
                System.out.printf(
                        "p%.1f: %.3f ms without, %.3f ms with a change published, %.3f ms more%n",
                        per / 10.0, without, with, with - without);
            }
            awaitAccepted(service);
        }
    }

    private long[][] measure(ConfigurableApplicationContext service, int times) {
        TransactionTemplate transactions = service.getBean(TransactionTemplate.class);
        JdbcTemplate database = service.getBean(JdbcTemplate.class);
        long[][] nanos = new long[2][times];
        for (int i = 0; i < 2 * times; i++) {
            boolean publish = i % 2 == 1;
            String id = Integer.toString(next++);
            long start = System.nanoTime();
            transactions.executeWithoutResult(transaction -> {
                database.update("INSERT INTO product (id, name) VALUES (?, 'saved')", id);
                if (publish) {
                    service.publishEvent(Change.tag("product:" + id));
                }
            });
            nanos[publish ? 1 : 0][i / 2] = System.nanoTime() - start;
        }
        return nanos;
    }

    private static double at(long[] nanos, int perMille) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[(int) ((long) sorted.length * perMille / 1000)] / 1e6;
    }

    private static void awaitAccepted(ConfigurableApplicationContext service) throws InterruptedException {
        Outbox outbox = service.getBean(Outbox.class);
        long end = System.nanoTime() + 60_000_000_000L;
        while (outbox.size(DISTRIBUTION, 100_000) < WARM_UP + MEASURED && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        assertThat(outbox.size(DISTRIBUTION, 100_000)).isEqualTo(WARM_UP + MEASURED);
    }

    private static Revalidator revalidator() {
        FakeCloudFront cloudFront = FakeCloudFront.builder(InstantSource.system())
                .distribution(DISTRIBUTION)
                .build();
        Ambient ambient = new Ambient(InstantSource.system(), time -> Thread.sleep(time.toMillis()), new Random(1));
        return Revalidator.builder(
                        Site.builder(BuildId.of("B")).build(),
                        Clearing.builder(
                                        InvalidationSubmitter.builder(cloudFront, ambient)
                                                .build(),
                                        DISTRIBUTION)
                                .build())
                .tagCache(InMemoryTagCache.create())
                .build();
    }
}

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
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Measures what publishing a change adds to the thread that commits: the same transaction in PostgreSQL with it, with one more row
 * in its place, which is the least that any outbox in a database costs, and twice without either, in turns, so that all suffer alike
 * from a busy machine. What the same transaction differs from itself by is the machine's own noise. Work that follows a commit on
 * other threads is waited for between the transactions, lest it be charged to the next one.
 *
 * <p>The figures are in {@code docs/performance.md}; they are no criterion here.
 */
@Tag("soak")
class CommitLatencyTest {

    private static final DistributionId DISTRIBUTION = DistributionId.of("E1SITE");
    private static final int WARM_UP = Integer.getInteger("purgewise.warmUp", 4_000);
    private static final int MEASURED = Integer.getInteger("purgewise.measured", 2_000);

    /** About as long as what the registry writes of a change. */
    private static final String ANOTHER = "x".repeat(300);

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private int next;

    /** Is a way to commit, with what each commit took in nanoseconds. */
    private enum Way {
        WITHOUT,
        WITHOUT_AGAIN,
        WITH_ANOTHER_ROW,
        WITH_A_CHANGE;

        private final long[] time = new long[MEASURED];
        private final long[] processorTime = new long[MEASURED];
    }

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
            for (int done = 0; done < WARM_UP; done += MEASURED) {
                measure(service);
            }
            measure(service);
            report("time", way -> way.time);
            report("processor time of the committing thread", way -> way.processorTime);
        }
    }

    private static void report(String what, Function<Way, long[]> nanos) {
        System.out.printf("%-24s%10s%10s%10s%10s   %s in ms%n", "", "p50", "p90", "p99", "p99.9", what);
        long[] without = nanos.apply(Way.WITHOUT);
        line(Way.WITHOUT.toString(), without);
        for (Way way : List.of(Way.WITHOUT_AGAIN, Way.WITH_ANOTHER_ROW, Way.WITH_A_CHANGE)) {
            long[] more = new long[without.length];
            Arrays.setAll(more, i -> nanos.apply(way)[i] - without[i]);
            line(way.toString(), nanos.apply(way));
            line("  pairs, less WITHOUT", more);
        }
    }

    private static void line(String name, long[] nanos) {
        System.out.printf(
                "%-24s%10.3f%10.3f%10.3f%10.3f%n",
                name, at(nanos, 500), at(nanos, 900), at(nanos, 990), at(nanos, 999));
    }

    private void measure(ConfigurableApplicationContext service) throws InterruptedException {
        JdbcTemplate database = service.getBean(JdbcTemplate.class);
        List<Way> turns = new ArrayList<>(List.of(Way.values()));
        Random random = new Random(1);
        for (int i = 0; i < MEASURED; i++) {
            Collections.shuffle(turns, random);
            for (Way way : turns) {
                String id = Integer.toString(next++);
                long start = System.nanoTime();
                long processorStart = threads.getCurrentThreadCpuTime();
                commit(service, database, way, id);
                way.processorTime[i] = threads.getCurrentThreadCpuTime() - processorStart;
                way.time[i] = System.nanoTime() - start;
                if (way == Way.WITH_A_CHANGE) {
                    awaitQuiet(database);
                }
            }
        }
        assertThat(service.getBean(Outbox.class).size(DISTRIBUTION, 1_000_000)).isEqualTo(next / Way.values().length);
    }

    private static void commit(ConfigurableApplicationContext service, JdbcTemplate database, Way way, String id) {
        service.getBean(TransactionTemplate.class).executeWithoutResult(transaction -> {
            database.update("INSERT INTO product (id, name) VALUES (?, 'saved')", id);
            if (way == Way.WITH_ANOTHER_ROW) {
                database.update("INSERT INTO product (id, name) VALUES (?, ?)", "row-" + id, ANOTHER);
            } else if (way == Way.WITH_A_CHANGE) {
                service.publishEvent(Change.tag("product:" + id));
            }
        });
    }

    private static double at(long[] nanos, int perMille) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[(int) ((long) sorted.length * perMille / 1000)] / 1e6;
    }

    /** Waits until the registry has crossed out what the outbox took. */
    private static void awaitQuiet(JdbcTemplate database) throws InterruptedException {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!database.queryForList("SELECT 1 FROM event_publication").isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(1);
        }
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

package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.CdnQuotas;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Freshness;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.DrainReport;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.outbox.OutboxEntry;
import io.purgewise.outbox.OutboxListener;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.Fault;
import io.purgewise.testkit.InMemoryTagCache;
import io.purgewise.testkit.ManualClock;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MicrometerListenerTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double count(String name) {
        return registry.get("purgewise." + name).counter().count();
    }

    @Test
    void whatReadersGetIsCountedAndTheShareOfFreshChangesCanBeRead() {
        DistributionId site = DistributionId.of("E1");
        MicrometerListener listener = new MicrometerListener(registry);
        for (long seconds : new long[] {4, 20, 200}) {
            listener.looked(site, looked(site, Freshness.Verdict.FRESH), Duration.ofSeconds(seconds));
        }
        listener.looked(site, looked(site, Freshness.Verdict.STALE), Duration.ofSeconds(1));
        assertThat(registry.get("purgewise.looked")
                        .tag("verdict", "FRESH")
                        .counter()
                        .count())
                .isEqualTo(3);
        assertThat(registry.get("purgewise.looked")
                        .tag("verdict", "STALE")
                        .counter()
                        .count())
                .isOne();
        assertThat(registry.get("purgewise.fresh.time").timer().takeSnapshot().histogramCounts())
                .extracting(CountAtBucket::count)
                .containsExactly(1.0, 2.0, 3.0);
    }

    /** Each change of a drain is timed from its own acceptance. */
    @Test
    void theTimeToVisibleOfEachChangeOfAnOutboxCanBeRead() {
        DistributionId site = DistributionId.of("E1");
        MicrometerListener listener = new MicrometerListener(registry);
        Instant now = Instant.parse("2026-11-23T10:00:00Z");
        List<OutboxEntry> entries = Stream.of(4, 20, 200)
                .map(seconds ->
                        new OutboxEntry(new OutboxEntry.Key("k" + seconds), Change.tag("t"), now.minusSeconds(seconds)))
                .toList();
        DrainReport.Finished finished = new DrainReport.Finished("d", entries, List.of(), List.of());
        listener.looked(site, finished, looked(site, Freshness.Verdict.FRESH), now);
        listener.looked(site, finished, looked(site, Freshness.Verdict.UNKNOWN), now);
        listener.notLooked(site, finished, "too many wait");
        assertThat(registry.get("purgewise.visible.time").timer().takeSnapshot().histogramCounts())
                .extracting(CountAtBucket::count)
                .containsExactly(1.0, 2.0, 3.0);
        assertThat(count("not.looked")).isEqualTo(3);
    }

    private static Freshness looked(DistributionId site, Freshness.Verdict verdict) {
        return new Freshness(
                1,
                List.of(new Freshness.Finding(site, "/p", verdict, "seen", false)),
                List.of(),
                Set.of("FRA56-P1"),
                List.of());
    }

    @Test
    void aDrainIsCountedAndTimed() throws Exception {
        ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T10:00:00Z"));
        DistributionId site = DistributionId.of("E1");
        FakeCloudFront cloudFront = FakeCloudFront.builder(clock)
                .quotas(FakeQuotas.none())
                .distribution(site)
                .build();
        cloudFront.failNext(CdnCall.SUBMIT, Fault.THROTTLED);
        MicrometerListener listener = new MicrometerListener(registry);
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront, new Ambient(clock, clock::advance, new Random(1)))
                .quotas(CdnQuotas.inProgressTable())
                .listener(listener)
                .build();
        Clearing clearing = Clearing.builder(submitter, site).build();
        Site shop = Site.builder(BuildId.of("B")).build();
        Revalidator revalidator = Revalidator.builder(shop, clearing)
                .tagCache(InMemoryTagCache.create())
                .build();
        OutboxDrainer drainer = OutboxDrainer.builder(Outbox.inMemory(clock), revalidator)
                .listener(listener)
                .build();
        drainer.accept(IntStream.range(0, 20)
                .mapToObj(i -> Change.page(Page.of(Router.APP_PAGE, "/w" + i)))
                .toList());
        drainer.drainWhenDue();
        clock.advance(Duration.ofSeconds(7));

        DrainReport report = drainer.drain().orThrow();
        clearing.await(report.invalidations(), Duration.ofMinutes(1));

        assertThat(count("invalidations")).isEqualTo(2);
        assertThat(count("paths")).isEqualTo(40);
        assertThat(count("accepted")).isEqualTo(20);
        assertThat(count("changes")).isEqualTo(20);
        assertThat(count("quota.waits")).isPositive();
        assertThat(registry.get("purgewise.retries")
                        .tag("reason", "THROTTLED")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("purgewise.plan.items").summary().totalAmount()).isEqualTo(40);
        assertThat(registry.get("purgewise.collateral").summary().count()).isEqualTo(1);
        assertThat(registry.get("purgewise.queue.time").timer().count()).isEqualTo(1);
        assertThat(registry.get("purgewise.queue.time").timer().totalTime(TimeUnit.SECONDS))
                .isGreaterThanOrEqualTo(7);
        assertThat(registry.get("purgewise.clear.time").timer().count()).isEqualTo(2);
        assertThat(registry.get("purgewise.quota.left.wildcards").gauge().value())
                .isEqualTo(10);
    }

    /** An event that is added to the port and forgotten here would never be seen by anyone. */
    @Test
    void everyEventOfThePortIsHeard() {
        Set<String> events = Stream.of(CdnListener.class, OutboxListener.class)
                .flatMap(port -> Arrays.stream(port.getDeclaredMethods()))
                .filter(method -> method.getReturnType() == void.class)
                .map(Method::getName)
                .filter(name -> !name.contains("$"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> heard = Arrays.stream(MicrometerListener.class.getDeclaredMethods())
                .map(Method::getName)
                .collect(Collectors.toSet());
        assertThat(heard).containsAll(events);
    }
}

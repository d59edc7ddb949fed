package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnListener;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.InMemoryTagCache;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InterruptedDrainTest {

    private static final DistributionId DISTRIBUTION = DistributionId.of("E1");

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T10:00:00Z"));
    private final LocalPurgewiseTable local = new LocalPurgewiseTable();
    private final FakeCloudFront cloudFront =
            FakeCloudFront.builder(clock).distribution(DISTRIBUTION).build();

    @AfterEach
    void close() {
        local.close();
    }

    /** The SDK makes no call on an interrupted thread: once the lease of a stopped service stayed taken until it ran out. */
    @Test
    void aDrainThatIsInterruptedGivesItsLeaseBackAndTheNextOneGoesOnAtOnce() throws InterruptedException {
        OutboxDrainer stopped = drainer(new CdnListener() {
            @Override
            public void submitted(DistributionId distribution, Invalidation invalidation, int attempts) {
                Thread.currentThread().interrupt();
            }
        });
        stopped.accept(Change.page(Page.of(Router.APP_PAGE, "/products/1")));
        clock.advance(Duration.ofMinutes(1));

        assertThat(stopped.drain().isComplete()).isFalse();
        assertThat(Thread.interrupted()).as("the interrupt is still to be seen").isTrue();

        Instant before = clock.instant();
        assertThat(drainer(new CdnListener() {}).flush(Duration.ofSeconds(10))).isTrue();
        assertThat(Duration.between(before, clock.instant())).isLessThan(Duration.ofSeconds(10));
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(1);
    }

    private OutboxDrainer drainer(CdnListener listener) {
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        cloudFront, new Ambient(clock, clock::advance, new Random(1)))
                .listener(listener)
                .build();
        Site site = Site.builder(BuildId.of("B")).queryStringsInCacheKey(false).build();
        Revalidator revalidator = Revalidator.builder(
                        site, Clearing.builder(submitter, DISTRIBUTION).build())
                .tagCache(InMemoryTagCache.create())
                .build();
        return OutboxDrainer.builder(
                        DynamoOutbox.of(local.client(), local.table, "site", clock, clock::advance), revalidator)
                .build();
    }
}

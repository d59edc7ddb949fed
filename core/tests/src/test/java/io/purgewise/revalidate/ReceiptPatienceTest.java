package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.site.BuildId;
import io.purgewise.site.Site;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.InMemoryTagCache;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A patience is a duration: it once was a difference of wall clocks, and an hour longer when one was set back. */
class ReceiptPatienceTest {

    private static final DistributionId FIRST = DistributionId.of("E1FIRST");
    private static final DistributionId SECOND = DistributionId.of("E2SECOND");

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T10:00:00Z"));
    private final AtomicBoolean setBack = new AtomicBoolean();
    private final AtomicReference<Duration> waited = new AtomicReference<>(Duration.ZERO);

    @Test
    void aClockThatIsSetBackMakesNoPatienceLonger() throws InterruptedException {
        FakeCloudFront neverDone = FakeCloudFront.builder(clock)
                .distribution(FIRST)
                .distribution(SECOND)
                .delays(Duration.ZERO, Duration.ofDays(9))
                .build();
        Ambient.Pause pause = duration -> {
            waited.updateAndGet(before -> before.plus(duration));
            if (setBack.getAndSet(false)) {
                clock.setBack(Duration.ofHours(1));
            }
            clock.advance(duration);
        };
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        neverDone, new Ambient(clock, pause, new Random(1)))
                .build();
        Site site = Site.builder(BuildId.of("B")).build();
        Receipt receipt = Revalidator.builder(
                        site, Clearing.builder(submitter, FIRST).build())
                .clearing(Clearing.builder(submitter, SECOND).build())
                .tagCache(InMemoryTagCache.create())
                .build()
                .revalidate(Change.path("/p").evenIfUnknown());
        waited.set(Duration.ZERO);
        setBack.set(true);

        boolean cleared = receipt.await(Duration.ofMinutes(1));

        assertThat(cleared).isFalse();
        assertThat(waited.get()).isLessThanOrEqualTo(Duration.ofMinutes(2));
    }
}

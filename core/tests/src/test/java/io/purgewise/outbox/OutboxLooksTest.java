package io.purgewise.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.purgewise.cdn.Budget;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Freshness;
import io.purgewise.cdn.FreshnessProbe;
import io.purgewise.testkit.FakeCloudFront;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shows that an outbox looks at what readers get once it has cleared it, if that is wanted, and that nothing waits for it. */
class OutboxLooksTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final OutboxWorld world = new OutboxWorld();
    private final FakeCloudFront cloudFront = world.fake().build();
    private final Deque<Runnable> looks = new ArrayDeque<>();
    private final List<Freshness> found = new ArrayList<>();
    private final List<Duration> visibleAfter = new ArrayList<>();
    private final List<String> notLooked = new ArrayList<>();

    /** Up to how many invalidations readers get a copy from an hour before the change. */
    private int oldUntil = 1;

    private List<FreshnessProbe.Answer> answers(List<String> urls) {
        boolean old = cloudFront.accepted(OutboxWorld.A).size() < oldUntil;
        Instant now = world.clock.instant();
        return urls.stream()
                .map(url -> new FreshnessProbe.Answer(
                        url, now, now, 200, Map.of("age", old ? "3600" : "1", "x-amz-cf-pop", "FRA56-P1"), null))
                .toList();
    }

    private Clearing.Builder looking() {
        return world.clearing(cloudFront, OutboxWorld.A).probe(this::answers);
    }

    private OutboxDrainer drainer(Clearing clearing) {
        return world.drainer(world.outbox, world.table, clearing)
                .looking(looks::add, PATIENCE)
                .listener(new OutboxListener() {
                    @Override
                    public void looked(
                            DistributionId lane, DrainReport.Finished finished, Freshness freshness, Instant at) {
                        found.add(freshness);
                        finished.entries().forEach(entry -> visibleAfter.add(Duration.between(entry.acceptedAt(), at)));
                    }

                    @Override
                    public void notLooked(DistributionId lane, DrainReport.Finished finished, String reason) {
                        notLooked.add(reason);
                    }
                })
                .build();
    }

    private void look() {
        while (!looks.isEmpty()) {
            looks.remove().run();
        }
    }

    @Test
    void aDrainIsDoneBeforeAnybodyLooksAndItsLeaseIsFree() {
        OutboxDrainer drainer = drainer(looking().build());
        drainer.accept(OutboxWorld.page("/a"), OutboxWorld.page("/b"));
        assertThat(drainer.drain().isComplete()).isTrue();
        assertThat(found).isEmpty();
        assertThat(looks).hasSize(1);
        assertThat(world.outbox.acquire(OutboxWorld.A, "another")).isPresent();

        look();

        assertThat(found).singleElement().satisfies(freshness -> {
            assertThat(freshness.isProven()).isTrue();
            assertThat(freshness.urls()).isEqualTo(2);
            assertThat(freshness.repairs()).isEmpty();
        });
        assertThat(visibleAfter)
                .hasSize(2)
                .allSatisfy(each -> assertThat(each).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(60)));
    }

    @Test
    void whatIsProvenStaleIsClearedOnceMoreAndCounted() {
        oldUntil = 2;
        OutboxDrainer drainer = drainer(looking().build());
        drainer.accept(OutboxWorld.page("/a"));
        drainer.drain();
        look();
        assertThat(found).singleElement().satisfies(freshness -> {
            assertThat(freshness.isProven()).isTrue();
            assertThat(freshness.repairedPaths()).isEqualTo(1);
        });
        assertThat(world.ledger.paths(OutboxWorld.MONTH)).isEqualTo(2);
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(2);
    }

    @Test
    void aBudgetBoundsWhatIsClearedOnceMore() {
        oldUntil = 2;
        OutboxDrainer drainer =
                drainer(looking().budget(Budget.of(1, Budget.Reaction.DEFER)).build());
        drainer.accept(OutboxWorld.page("/a"));
        drainer.drain();
        look();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(1);
        assertThat(found).singleElement().satisfies(freshness -> {
            assertThat(freshness.with(Freshness.Verdict.STALE)).hasSize(1);
            assertThat(freshness.blindSpots()).anyMatch(text -> text.contains("budget"));
        });
    }

    @Test
    void whoeverLooksTooSlowlyIsNotWaitedFor() {
        OutboxDrainer drainer = drainer(looking().build());
        for (int i = 0; i < 66; i++) {
            drainer.accept(OutboxWorld.page("/p" + i));
            assertThat(drainer.drain().isComplete()).isTrue();
        }
        assertThat(looks).hasSize(64);
        assertThat(notLooked).hasSize(2).allMatch(reason -> reason.contains("64 drains wait"));
    }

    @Test
    void aProbeThatFailsHarmsNothing() {
        OutboxDrainer drainer = drainer(looking()
                .probe(urls -> {
                    throw new IllegalStateException("no network");
                })
                .build());
        drainer.accept(OutboxWorld.page("/a"));
        assertThat(drainer.drain().isComplete()).isTrue();
        look();
        assertThat(found)
                .singleElement()
                .satisfies(freshness -> assertThat(freshness.isProven()).isFalse());
    }

    @Test
    void lookingNeedsAProbeAndSomePatience() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> drainer(world.clearing(cloudFront, OutboxWorld.A).build()))
                .withMessageContaining("probe");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        world.drainer(world.outbox, cloudFront, OutboxWorld.A).looking(Runnable::run, Duration.ZERO))
                .withMessageContaining("PT0S");
    }

    /** What nobody asked for costs nothing. */
    @Test
    void nobodyLooksUnlessItIsWanted() {
        oldUntil = 2;
        OutboxDrainer drainer =
                world.drainer(world.outbox, world.table, looking().build()).build();
        drainer.accept(OutboxWorld.page("/a"));
        drainer.drain();
        assertThat(cloudFront.meter().totalPaths()).isEqualTo(1);
    }
}

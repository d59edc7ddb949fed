package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.FreshnessProbe.Answer;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TieredEdgeTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    private final ManualClock clock = ManualClock.startingAt(START);
    private final AtomicInteger asked = new AtomicInteger();
    private int version = 1;
    private Duration takes = Duration.ZERO;

    private TieredEdge.Fetched answer(EdgeRequest request) {
        asked.incrementAndGet();
        return new TieredEdge.Fetched(EdgeResponse.ok("v" + version), takes);
    }

    private TieredEdge.Builder tiers() {
        return TieredEdge.builder(this::answer, clock, new Random(1)).caches(6, 2);
    }

    @Test
    void edgesOfARegionShareItsCopyAndAShieldServesAll() {
        TieredEdge without = tiers().build();
        assertThat(without.edgesThatGive("/p", "v1"::equals)).hasSize(6);
        assertThat(asked).hasValue(2);
        asked.set(0);
        tiers().shield().build().edgesThatGive("/p", "v1"::equals);
        assertThat(asked).hasValue(1);
    }

    @Test
    void agesAddUpOverTheTiersAndAreCutToSeconds() throws InterruptedException {
        TieredEdge edge = tiers().clocksApart(Duration.ZERO).build();
        edge.get(0, "/p");
        clock.advance(Duration.ofMillis(10_900));
        edge.get(2, "/p");
        clock.advance(Duration.ofMillis(5_900));
        List<Answer> answers = edge.probe(0, 2, 1).ask(List.of("/p"));
        assertThat(answers)
                .extracting(each -> each.headers().getOrDefault("age", "none"))
                .containsExactly("16", "15", "none");
        assertThat(answers)
                .extracting(each -> each.headers().get("x-cache"))
                .containsExactly("Hit from cloudfront", "Hit from cloudfront", "Miss from cloudfront");
        assertThat(answers)
                .extracting(Answer::pointOfPresence)
                .extracting(Optional::orElseThrow)
                .containsExactly("E0", "E2", "E1");
    }

    /** The race of which CloudFront's word says nothing: some edge refills from a tier that was not yet cleared. */
    @Test
    void anEdgeThatIsClearedFirstMayRefillWithTheOldPage() {
        int stale = 0;
        for (int seed = 0; seed < 50; seed++) {
            TieredEdge edge = TieredEdge.builder(this::answer, clock, new Random(seed))
                    .caches(6, 2)
                    .build();
            version = 1;
            edge.edgesThatGive("/p", "v1"::equals);
            version = 2;
            edge.invalidate(List.of("/p"), clock.instant().plusSeconds(5));
            for (int i = 0; i < 60; i++) {
                clock.advance(Duration.ofMillis(100));
                edge.edgesThatGive("/p", "v1"::equals);
            }
            stale += edge.edgesThatGive("/p", "v1"::equals).isEmpty() ? 0 : 1;
            edge.invalidate(List.of("/p"), clock.instant());
            assertThat(edge.edgesThatGive("/p", "v1"::equals)).isEmpty();
        }
        assertThat(stale).isGreaterThan(10);
    }

    @Test
    void whatIsOnItsWayIsStoredWhenItArrivesWhateverWasCleared() {
        TieredEdge edge = tiers().build();
        takes = Duration.ofSeconds(10);
        assertThat(edge.get(0, "/p").body()).isEqualTo("v1");
        version = 2;
        clock.advance(Duration.ofSeconds(1));
        edge.invalidate(List.of("/*"), clock.instant());
        assertThat(edge.get(0, "/p").body()).as("asked once for all who wait").isEqualTo("v1");
        clock.advance(Duration.ofSeconds(20));
        assertThat(edge.get(0, "/p").body()).isEqualTo("v1");
        assertThat(edge.get(0, "/p").source()).isEqualTo(EdgeAnswer.Source.HIT);
    }

    @Test
    void aFakeDistributionClearsEveryTier() {
        DistributionId site = DistributionId.of("E1SITE");
        TieredEdge edge = tiers().shield().cacheTagHeader("x-tags").build();
        FakeCloudFront cloudFront =
                FakeCloudFront.builder(clock).distribution(site, "x-tags").build();
        cloudFront.attach(site, edge);
        edge.edgesThatGive("/p", "v1"::equals);
        version = 2;
        cloudFront.submit(InvalidationBatch.of(site, List.of(UrlPattern.exact("/p")), "1"));
        clock.advance(Duration.ofSeconds(5));
        assertThat(edge.edgesThatGive("/p", "v2"::equals)).hasSize(6);
    }

    @Test
    void aProbePastTheCachesAsksTheOrigin() throws InterruptedException {
        TieredEdge edge = tiers().build();
        edge.get(0, "/p");
        version = 2;
        List<Answer> past = edge.probe(0).askPastCaches(List.of("/p"));
        assertThat(past)
                .singleElement()
                .satisfies(each ->
                        assertThat(each.headers()).containsAllEntriesOf(Map.of("x-cache", "Miss from cloudfront")));
        assertThat(asked).hasValue(2);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> tiers().caches(0, 13)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tiers().build().probe(6)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new TieredEdge.Fetched(EdgeResponse.ok(""), Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

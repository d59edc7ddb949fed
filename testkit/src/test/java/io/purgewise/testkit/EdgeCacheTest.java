package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.site.InvalidationItem;
import io.purgewise.testkit.EdgeAnswer.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EdgeCacheTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    private final ManualClock clock = ManualClock.startingAt(START);
    private final Map<String, String> headers = new HashMap<>(Map.of("cache-control", "s-maxage=60"));
    private int version = 1;

    private EdgeResponse origin(EdgeRequest request) {
        return new EdgeResponse(200, headers, request.url() + " v" + version);
    }

    private EdgeCache.Builder edge() {
        return EdgeCache.builder(this::origin, clock);
    }

    @Test
    void aPageIsServedFromTheCacheUntilItsTimeIsOver() {
        EdgeCache edge = edge().build();

        assertThat(edge.get("/p").source()).isEqualTo(Source.MISS);
        version = 2;
        clock.advance(Duration.ofSeconds(59));
        assertThat(edge.get("/p")).satisfies(answer -> {
            assertThat(answer.source()).isEqualTo(Source.HIT);
            assertThat(answer.body()).isEqualTo("/p v1");
            assertThat(answer.age()).isEqualTo(Duration.ofSeconds(59));
        });
        clock.advance(Duration.ofSeconds(1));
        assertThat(edge.get("/p").body()).isEqualTo("/p v2");
    }

    @Test
    void aStalePageIsServedOnceAndRefreshed() {
        headers.put("cache-control", "s-maxage=60, stale-while-revalidate=10");
        EdgeCache edge = edge().build();
        edge.get("/p");
        version = 2;
        clock.advance(Duration.ofSeconds(65));

        assertThat(edge.get("/p").source()).isEqualTo(Source.STALE);
        assertThat(edge.get("/p").body()).isEqualTo("/p v2");
    }

    @Test
    void whatMustNotBeStoredIsNot() {
        EdgeCache edge = edge().build();
        for (String control : List.of("no-store", "private, max-age=60", "s-maxage=0", "no-cache")) {
            headers.put("cache-control", control);
            edge.get("/p");
            assertThat(edge.holds("/p")).as(control).isFalse();
        }
    }

    @Test
    void queryStringsMakeObjectsOnlyWhereTheyAreInTheKey() {
        EdgeCache keyed = edge().build();
        keyed.get("/p?a=1");
        assertThat(keyed.get("/p?a=2").source()).isEqualTo(Source.MISS);

        EdgeCache plain = edge().queryStringsInKey(false).build();
        plain.get("/p?a=1");
        assertThat(plain.get("/p?a=2").source()).isEqualTo(Source.HIT);
        plain.invalidate(List.of("/p"), START);
        assertThat(plain.holds("/p")).isFalse();
    }

    @Test
    void anExactPathClearsAllHeaderVariantsAndNoQueryVariant() {
        EdgeCache edge = edge().keyHeaders("RSC").build();
        edge.get("/p");
        edge.get(new EdgeRequest("/p", Map.of("rsc", "1")));
        edge.get("/p?_rsc=x");
        edge.get("/p/");

        edge.invalidate(List.of("/p"), START);

        assertThat(edge.urls()).containsExactly("/p/", "/p?_rsc=x");
    }

    @Test
    void aWildcardClearsEverythingThatStartsLikeItAndAStarElsewhereIsALetter() {
        EdgeCache edge = edge().build();
        List.of("/p", "/p/q", "/p?x", "/pq", "/o", "/P").forEach(edge::get);

        edge.invalidate(List.of("/*p", "/p*"), START);

        assertThat(edge.urls()).containsExactly("/P", "/o");
    }

    @Test
    void rawAndEncodedSpellingsAreOneObjectAndPlusIsAnother() {
        EdgeCache edge = edge().build();
        edge.get("/é x");
        edge.get("/%C3%A9+x");

        edge.invalidate(List.of("/%C3%A9%20x"), START);

        assertThat(edge.urls()).containsExactly("/%C3%A9+x");
    }

    /** CloudFront takes %7E and clears nothing: aws/aws-sdk#525. */
    @Test
    void anEncodedTildeClearsNothing() {
        EdgeCache edge = edge().build();
        edge.get("/~a");

        edge.invalidate(List.of("/%7Ea"), START);

        assertThat(edge.holds("/~a")).isTrue();
    }

    @Test
    void aTagClearsWhateverWasStoredWithItInAnyCase() {
        headers.put("x-tags", "One, two");
        EdgeCache edge = edge().cacheTagHeader("X-Tags").build();
        edge.get("/p");
        headers.put("x-tags", "three");
        edge.get("/q");

        edge.invalidate(List.of("#TWO"), START);

        assertThat(edge.urls()).containsExactly("/q");
    }

    @Test
    void tagsBeyondTheFiftiethAreNotSeen() {
        headers.put(
                "x-tags", IntStream.rangeClosed(1, 51).mapToObj(i -> "t" + i).collect(Collectors.joining(",")));
        EdgeCache edge = edge().cacheTagHeader("x-tags").build();
        edge.get("/p");

        edge.invalidate(List.of("#t51"), START);
        assertThat(edge.holds("/p")).isTrue();
        edge.invalidate(List.of("#t50"), START);
        assertThat(edge.holds("/p")).isFalse();
    }

    @Test
    void aTagIsASilentNothingWithoutATagHeader() {
        headers.put("x-tags", "one");
        EdgeCache edge = edge().build();
        edge.get("/p");
        edge.invalidate(List.of("#one"), START);
        assertThat(edge.holds("/p")).isTrue();
    }

    @Test
    void anInvalidationTakesEffectLaterAndOnlyOnWhatWasStoredBefore() {
        DistributionId site = DistributionId.of("E1");
        FakeCloudFront cloudFront =
                FakeCloudFront.builder(clock).distribution(site).build();
        EdgeCache edge = edge().build();
        cloudFront.attach(site, edge);
        edge.get("/p");
        version = 2;
        cloudFront.submit(new InvalidationBatch(site, List.of(InvalidationItem.parse("/p")), new CallerReference("r")));

        clock.advance(Duration.ofSeconds(3));
        assertThat(edge.get("/p").body()).isEqualTo("/p v1");
        clock.advance(Duration.ofSeconds(1));
        assertThat(edge.get("/p").body()).isEqualTo("/p v2");
        clock.advance(Duration.ofSeconds(1));
        assertThat(edge.get("/p").source()).isEqualTo(Source.HIT);
    }

    @Test
    void anEdgeMustReadTagsFromWhereItsDistributionDoes() {
        DistributionId site = DistributionId.of("E1");
        FakeCloudFront cloudFront =
                FakeCloudFront.builder(clock).distribution(site, "X-Tags").build();

        cloudFront.attach(site, edge().cacheTagHeader("x-tags").build());
        assertThatThrownBy(() -> cloudFront.attach(site, edge().build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("X-Tags");
    }
}

package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.TagIndex;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.site.BuildId;
import io.purgewise.site.CdnTag;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.EdgeCache;
import io.purgewise.testkit.EdgeResponse;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.InMemoryIncrementalCache;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Asks a site that keeps its tables to itself to mark its caches, and clears the CDN when it has confirmed. */
class RevalidationEndpointTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final DistributionId DISTRIBUTION = DistributionId.of("E1");
    private static final Change NEWS = Change.tag("news");
    private static final Change ABOUT = Change.path("/about");

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T09:00:00.400Z"));
    private final Site site = Site.builder(BUILD).queryStringsInCacheKey(false).build();
    private final FakeCloudFront cloudFront = FakeCloudFront.builder(clock)
            .distribution(DISTRIBUTION, "x-site-tags")
            .build();
    private final List<List<Change>> asked = new ArrayList<>();
    private boolean up = true;

    private final RevalidationEndpoint endpoint = changes -> {
        asked.add(List.copyOf(changes));
        return up ? Map.of() : refused(changes);
    };

    private static Map<Change, List<Problem>> refused(Collection<? extends Change> changes) {
        Map<Change, List<Problem>> refused = new LinkedHashMap<>();
        changes.forEach(change -> refused.put(
                change,
                List.of(new Problem(Problem.Kind.NOT_MARKED, change.toString(), "replica 2 did not confirm", true))));
        return refused;
    }

    private Revalidator.Builder revalidator(RevalidationEndpoint asked) {
        Ambient ambient = new Ambient(clock, clock::advance, new Random(1));
        Clearing clearing = Clearing.builder(
                        InvalidationSubmitter.builder(cloudFront, ambient).build(), DISTRIBUTION)
                .build();
        return Revalidator.builder(site, clearing).endpoint(asked);
    }

    private Revalidator.Builder revalidator() {
        return revalidator(endpoint);
    }

    /** Makes the index of a build whose pages of a tag are known. */
    private static TagIndex index(BuildId build) {
        CacheKey page = CacheKey.routeScoped(Router.APP_PAGE, "/news", "/news");
        InMemoryIncrementalCache stored = InMemoryIncrementalCache.create()
                .put(
                        build,
                        new CacheEntry(
                                page,
                                CacheEntry.Kind.APP,
                                List.of("news"),
                                null,
                                200,
                                null,
                                false,
                                Instant.EPOCH,
                                "v1"));
        return TagIndex.empty(build).refreshed(stored, 1, step -> {});
    }

    private List<String> cleared() {
        return cloudFront.accepted(DISTRIBUTION).stream()
                .flatMap(each -> each.paths().stream())
                .toList();
    }

    @Test
    void aPathIsMarkedByTheSiteThenItSettlesThenTheEdgeIsCleared() throws InterruptedException {
        Instant[] confirmed = new Instant[1];
        RevalidationEndpoint slow = changes -> {
            clock.advance(Duration.ofSeconds(3));
            confirmed[0] = clock.instant();
            return Map.of();
        };
        EdgeCache edge = EdgeCache.builder(request -> EdgeResponse.ok(confirmed[0] == null ? "old" : "new"), clock)
                .cacheTagHeader("x-site-tags")
                .build();
        cloudFront.attach(DISTRIBUTION, edge);
        edge.get("/about");

        revalidator(slow).build().revalidate(ABOUT).orThrow();
        clock.advance(Duration.ofMinutes(10));

        assertThat(edge.get("/about").body()).isEqualTo("new");
        assertThat(cloudFront.accepted(DISTRIBUTION).get(0).createTime())
                .isAfterOrEqualTo(confirmed[0].plusMillis(600));
    }

    @Test
    void aChangeThatIsNotConfirmedIsAProblemAndNotCleared() throws InterruptedException {
        up = false;

        Receipt receipt = revalidator().build().revalidate(ABOUT);

        assertThat(receipt.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_MARKED);
            assertThat(problem.message()).contains("replica 2");
        });
        assertThat(cleared()).isEmpty();
    }

    @Test
    void anEndpointThatThrowsLosesNoReceipt() throws InterruptedException {
        Receipt receipt = revalidator(changes -> {
                    throw new IllegalStateException("no route to the site");
                })
                .build()
                .revalidate(ABOUT);

        assertThat(receipt.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_MARKED);
            assertThat(problem.message()).contains("no route to the site");
        });
        assertThat(cleared()).isEmpty();
    }

    @Test
    void aTagWhosePagesNobodyKnowsIsMarkedAndAProblem() throws InterruptedException {
        Receipt receipt = revalidator().build().revalidate(NEWS);

        assertThat(asked).containsExactly(List.of(NEWS));
        assertThat(receipt.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo(Problem.Kind.PAGES_UNKNOWN));
    }

    @Test
    void aTagIsClearedAtTheCdnByTheSitesOwnCacheTags() throws InterruptedException {
        Ambient ambient = new Ambient(clock, clock::advance, new Random(1));
        Clearing clearing = Clearing.builder(
                        InvalidationSubmitter.builder(cloudFront, ambient).build(), DISTRIBUTION)
                .cacheTags("x-site-tags", Instant.EPOCH)
                .build();

        Revalidator.builder(site, clearing)
                .endpoint(endpoint)
                .cdnTags(tag -> new CdnTag(tag.value()))
                .build()
                .revalidate(NEWS)
                .orThrow();

        assertThat(cleared()).containsExactly("#news");
    }

    @Test
    void previewsAskNobody() {
        revalidator().build().preview(ABOUT);

        assertThat(asked).isEmpty();
    }

    @Test
    void theWholeSiteIsMarkedByTheSiteToo() throws InterruptedException {
        revalidator().build().revalidate(Change.everything()).orThrow();

        assertThat(asked).containsExactly(List.of(Change.everything()));
        assertThat(cleared()).containsExactly("/*");
    }

    @Test
    void anOutboxAsksAgainUntilTheSiteConfirmsAndPaysOnce() throws InterruptedException {
        up = false;
        OutboxDrainer outbox = OutboxDrainer.builder(
                        Outbox.inMemory(clock), revalidator().build())
                .build();
        outbox.accept(ABOUT);

        assertThat(outbox.flush(Duration.ofMinutes(5))).isFalse();
        assertThat(cleared()).isEmpty();
        assertThat(outbox.deadLetters()).isEmpty();
        up = true;
        assertThat(outbox.flush(Duration.ofMinutes(5))).isTrue();

        assertThat(asked).hasSizeGreaterThan(1);
        assertThat(cleared()).doesNotHaveDuplicates().contains("/about");
    }

    @Test
    void pagesOfATagAreFoundInTheIndexOfStoredPages() throws InterruptedException {
        revalidator().tagIndex(RevalidationEndpointTest::index).build().revalidate(NEWS);

        assertThat(asked).containsExactly(List.of(NEWS));
        assertThat(cleared()).containsExactly("/news");
    }
}

package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.MarkPolicy;
import io.purgewise.cache.TableKey;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagMarker;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cdn.CdnTagEncoder;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InMemoryOutbox;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.OutboxDrainer;
import io.purgewise.plan.InvalidationItem;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.IncompleteRevalidationException;
import io.purgewise.revalidate.Problem;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Takes changes through a whole site in memory. */
class RevalidatorTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final DistributionId DISTRIBUTION = DistributionId.of("E1");

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T09:00:00.400Z"));
    private final Site site = Site.builder(BUILD).build();
    private final InMemoryIncrementalCache pages = InMemoryIncrementalCache.create();
    private final InMemoryTagCache table = InMemoryTagCache.create();
    private final FakeOpenNext server = FakeOpenNext.of(site, table, TagCacheMode.ORIGINAL, clock);
    private final EdgeCache edge = EdgeCache.builder(server::answer, clock).build();
    private final FakeCloudFront cloudFront =
            FakeCloudFront.builder(clock).distribution(DISTRIBUTION).build();
    private final List<Duration> pauses = new ArrayList<>();

    @BeforeEach
    void putTheSiteBehindTheEdge() {
        cloudFront.attach(DISTRIBUTION, edge);
        add(Router.APP_PAGE, "/products/1", "products");
        add(Router.APP_PAGE, "/products/2", "products");
        add(Router.APP_PAGE, "/about");
        add(Router.PAGES, "/legacy/a");
        clock.advance(Duration.ofMinutes(1));
    }

    @Test
    void aReaderSeesTheNewPagesOfATag() throws InterruptedException {
        Page first = Page.of(Router.APP_PAGE, "/products/1");
        assertThat(edge.get("/products/1").body()).isEqualTo("/products/1 version 1");
        server.edit(first);

        Receipt receipt = revalidator().build().revalidate(List.of(Change.tag("products")));

        assertThat(receipt.problems()).isEmpty();
        assertThat(receipt.changes().get(0).pages())
                .containsExactlyInAnyOrder(first, Page.of(Router.APP_PAGE, "/products/2"));
        assertThat(receipt.await(Duration.ofMinutes(1))).isTrue();
        assertThat(edge.get("/products/1").body()).isEqualTo("/products/1 version 2");
    }

    @Test
    void aReaderSeesTheNewPageOfEitherRouter() throws InterruptedException {
        for (Page page : List.of(Page.of(Router.APP_PAGE, "/about"), Page.of(Router.PAGES, "/legacy/a"))) {
            server.urlsOf(page).forEach(edge::get);
            server.edit(page);
            revalidator()
                    .build()
                    .revalidate(List.of(Change.page(page)))
                    .orThrow()
                    .await(Duration.ofMinutes(1));
            for (String url : server.urlsOf(page)) {
                assertThat(edge.get(url).body()).as(url).isEqualTo(page.path() + " version 2");
            }
        }
    }

    @Test
    void theCdnIsClearedOnlyAfterTheNextWholeSecondAndTheIndexDelay() throws InterruptedException {
        Instant before = clock.instant();
        revalidator().build().revalidate(List.of(Change.path("/about")));
        assertThat(pauses.get(0)).isEqualTo(Duration.ofMillis(1600));
        assertThat(cloudFront.accepted(DISTRIBUTION).get(0).createTime()).isAfterOrEqualTo(before.plusMillis(1600));
    }

    /** A page stored in the very millisecond of its mark, on a whole second, was taken for newer and stayed old. */
    @Test
    void aPageStoredOnTheWholeSecondOfItsMarkIsReached() throws InterruptedException {
        clock.advance(Duration.ofMillis(600));
        add(Router.APP_PAGE, "/fresh");
        Page page = Page.of(Router.APP_PAGE, "/fresh");
        edge.get("/fresh");
        server.edit(page);
        revalidator().build().revalidate(List.of(Change.page(page))).orThrow().await(Duration.ofMinutes(1));
        assertThat(edge.get("/fresh").body()).isEqualTo("/fresh version 2");
    }

    @Test
    void aPathThatIsNotStoredIsClearedForBothRouters() throws InterruptedException {
        Receipt receipt =
                revalidator().cache(InMemoryIncrementalCache.create()).build().revalidate(List.of(Change.path("/new")));
        assertThat(items(receipt)).contains("/new", "/new?*", "/_next/data/B/new.json", "/_next/data/B/new.json?*");
    }

    @Test
    void severalChangesBecomeOnePlan() throws InterruptedException {
        Receipt receipt = revalidator()
                .build()
                .revalidate(List.of(
                        Change.path("/about"), Change.page(Page.of(Router.APP_PAGE, "/about")), Change.path("/about")));
        assertThat(receipt.changes()).hasSize(2);
        assertThat(cloudFront.accepted(DISTRIBUTION)).hasSize(1);
    }

    @Test
    void anOutboxClearsTheCdnOnceTheMarksCount() throws InterruptedException {
        InMemoryOutbox waiting = new InMemoryOutbox(clock);
        OutboxDrainer outbox = OutboxDrainer.builder(waiting, submitter(), List.of(DISTRIBUTION))
                .build();
        Page page = Page.of(Router.APP_PAGE, "/about");
        server.urlsOf(page).forEach(edge::get);
        server.edit(page);

        Receipt receipt = revalidator().build().accept(List.of(Change.page(page)), outbox);

        assertThat(receipt.orThrow().submissions()).isEmpty();
        assertThat(receipt.accepted()).hasSize(1);
        assertThat(waiting.keys()).containsExactlyElementsOf(receipt.accepted());
        assertThat(cloudFront.accepted(DISTRIBUTION)).isEmpty();
        assertThat(pauses).isEmpty();
        assertThat(outbox.flush(Duration.ofMinutes(5))).isTrue();
        clock.advance(Duration.ofMinutes(1));
        assertThat(edge.get("/about").body()).isEqualTo("/about version 2");
    }

    @Test
    void aTagBecomesOneItemWhereTheDistributionReadsCacheTags() throws InterruptedException {
        FakeCloudFront tagged = FakeCloudFront.builder(clock)
                .distribution(DISTRIBUTION, "x-cdn-tags")
                .build();
        for (FakeCloudFront account : List.of(tagged, cloudFront)) {
            InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                            account, clock, this::pause, new SplittableRandom(1))
                    .build();
            Revalidator.builder(site, submitter, DISTRIBUTION, clock, this::pause, new SplittableRandom(1))
                    .marker(marker(), true)
                    .cache(pages)
                    .cdnTags(tag -> CdnTagEncoder.encode(tag.value()))
                    .build()
                    .revalidate(List.of(Change.tag("products")))
                    .orThrow();
        }
        assertThat(tagged.accepted(DISTRIBUTION).get(0).paths())
                .containsExactly(CdnTagEncoder.encode("products").spelling());
        assertThat(cloudFront.accepted(DISTRIBUTION).get(0).paths()).contains("/products/1");
    }

    @Test
    void aPreviewWritesNothingAndSendsNothing() {
        List<TagRow> before = table.rows();
        Receipt receipt = revalidator().build().preview(List.of(Change.tag("products")));
        assertThat(receipt.problems()).isEmpty();
        assertThat(items(receipt)).contains("/products/1", "/products/2?*");
        assertThat(receipt.changes().get(0).marks().count(WriteReport.Outcome.PLANNED))
                .isPositive();
        assertThat(table.rows()).isEqualTo(before);
        assertThat(cloudFront.accepted(DISTRIBUTION)).isEmpty();
    }

    @Test
    void aTagThatNobodyCarriesIsAProblemAndNotASilence() throws InterruptedException {
        Receipt receipt = revalidator().build().revalidate(List.of(Change.tag("prodcuts")));
        assertThat(receipt.problems()).extracting(Problem::subject).containsExactly("tag:prodcuts");
        assertThat(receipt.plan()).isEmpty();
        assertThatExceptionOfType(IncompleteRevalidationException.class)
                .isThrownBy(receipt::orThrow)
                .withMessageContaining("prodcuts")
                .satisfies(e -> assertThat(e.receipt()).isSameAs(receipt));
    }

    @Test
    void aChangeWhoseMarksFailedIsNotClearedAndTheOthersGoOn() throws InterruptedException {
        table.failOn(row -> row.path().endsWith("/products/2"));
        Receipt receipt = revalidator()
                .build()
                .revalidate(List.of(Change.tag("products"), Change.page(Page.of(Router.APP_PAGE, "/about"))));
        assertThat(receipt.changes().get(0).patterns()).isEmpty();
        assertThat(receipt.changes().get(0).problems()).isNotEmpty();
        assertThat(receipt.changes().get(1).problems()).isEmpty();
        assertThat(items(receipt)).containsExactly("/about", "/about?*");
    }

    @Test
    void withoutMarksAPageOfThePagesRouterNeedsARenderer() throws InterruptedException {
        Page page = Page.of(Router.PAGES, "/legacy/a");
        InvalidationSubmitter submitter = submitter();
        Revalidator.Builder bare =
                Revalidator.builder(site, submitter, DISTRIBUTION, clock, this::pause, new SplittableRandom(1));
        assertThat(bare.build().revalidate(List.of(Change.page(page))).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason()).contains("PageRenderer"));

        server.urlsOf(page).forEach(edge::get);
        server.edit(page);
        Receipt receipt = bare.renderer(server).build().revalidate(List.of(Change.page(page)));
        assertThat(receipt.orThrow().await(Duration.ofMinutes(1))).isTrue();
        assertThat(edge.get("/legacy/a").body()).isEqualTo("/legacy/a version 2");
    }

    @Test
    void aPageOfThePagesRouterWhoseKeyIsUnknownIsAProblem() throws InterruptedException {
        Receipt receipt = Revalidator.builder(
                        site, submitter(), DISTRIBUTION, clock, this::pause, new SplittableRandom(1))
                .marker(marker(), true)
                .build()
                .revalidate(List.of(Change.page(Page.of(Router.PAGES, "/legacy/a"))));
        assertThat(receipt.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason()).contains("IncrementalCache"));
    }

    @Test
    void aRefusedBatchIsInTheReceipt() throws InterruptedException {
        Receipt receipt = Revalidator.builder(
                        site, submitter(), DistributionId.of("ENONE"), clock, this::pause, new SplittableRandom(1))
                .marker(marker(), true)
                .build()
                .revalidate(List.of(Change.path("/about")));
        assertThat(receipt.problems()).isNotEmpty();
        assertThat(receipt.submissions().get(0).open()).hasSize(1);
    }

    @Test
    void allDistributionsOfASiteAreCleared() throws InterruptedException {
        DistributionId second = DistributionId.of("E2");
        FakeCloudFront two = FakeCloudFront.builder(clock)
                .distribution(DISTRIBUTION)
                .distribution(second)
                .build();
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        two, clock, this::pause, new SplittableRandom(1))
                .build();
        Revalidator.builder(site, submitter, DISTRIBUTION, clock, this::pause, new SplittableRandom(1))
                .distribution(second)
                .marker(marker(), true)
                .build()
                .revalidate(List.of(Change.path("/about")))
                .orThrow();
        assertThat(two.accepted(DISTRIBUTION)).hasSize(1);
        assertThat(two.accepted(second)).hasSize(1);
    }

    @Test
    void aMalformedChangeFailsBeforeAnythingIsDone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Change.parse("page:/x"))
                .withMessageContaining("\"page:/x\"");
        assertThatIllegalArgumentException().isThrownBy(() -> Change.parse("path:about"));
        assertThatIllegalArgumentException().isThrownBy(() -> Change.parse("tag:"));
    }

    private void add(Router router, String path, String... tags) {
        CacheKey key = CacheKey.routeScoped(router, path, path);
        server.add(Page.of(router, path), key, List.of(tags));
        List<TagRow> rows = new ArrayList<>();
        for (String tag : tags) {
            rows.add(TagRow.registered(TagCacheMode.ORIGINAL.tagKey(BUILD, tag), TableKey.ofPath(BUILD, key.value())));
        }
        if (router != Router.PAGES) {
            rows.add(TagRow.registered(
                    TagCacheMode.ORIGINAL.tagKey(BUILD, "_N_T_" + path), TableKey.ofPath(BUILD, key.value())));
        }
        table.seed(rows);
        CacheEntry.Kind kind = router == Router.PAGES ? CacheEntry.Kind.PAGE : CacheEntry.Kind.APP;
        pages.put(BUILD, new CacheEntry(key, kind, List.of(tags), null, 200, null, false, clock.instant(), "etag"));
    }

    private Revalidator.Builder revalidator() {
        return Revalidator.builder(site, submitter(), DISTRIBUTION, clock, this::pause, new SplittableRandom(1))
                .marker(marker(), true)
                .cache(pages);
    }

    private TagMarker marker() {
        return TagMarker.of(table, TagCacheMode.ORIGINAL, site, MarkPolicy.EXPIRE);
    }

    private InvalidationSubmitter submitter() {
        return InvalidationSubmitter.builder(cloudFront, clock, this::pause, new SplittableRandom(1))
                .build();
    }

    private void pause(Duration duration) {
        pauses.add(duration);
        clock.advance(duration);
    }

    private static List<String> items(Receipt receipt) {
        return receipt.plan().orElseThrow().items().stream()
                .map(InvalidationItem::spelling)
                .toList();
    }
}

package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.purgewise.cache.BuildIds;
import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CorruptEntryException;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagIndex;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.site.BuildId;
import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.InMemoryIncrementalCache;
import io.purgewise.testkit.SiteInMemory;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Takes changes through a whole site in memory. */
class RevalidatorTest {

    private static final BuildId BUILD = BuildId.of("B");

    private final SiteInMemory site = SiteInMemory.builder(Site.builder(BUILD).build())
            .page(Router.APP_PAGE, "/products/1", "products")
            .page(Router.APP_PAGE, "/products/2", "products")
            .page(Router.APP_PAGE, "/about")
            .page(Router.PAGES, "/legacy/a")
            .build();

    @Test
    void anOddObjectIsNamedAndTheKnownPagesAreCleared() throws InterruptedException {
        IncrementalCache odd = (IncrementalCache) Proxy.newProxyInstance(
                IncrementalCache.class.getClassLoader(),
                new Class<?>[] {IncrementalCache.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "list" ->
                        new IncrementalCache.Slice(
                                Stream.of("about", "odd")
                                        .map(name -> new ListedEntry(
                                                new StoredEntry.PageEntry(new CacheKey(name)),
                                                name,
                                                Instant.EPOCH,
                                                "e",
                                                1))
                                        .toList(),
                                null);
                    case "readAll" ->
                        new IncrementalCache.Entries(
                                Map.of(
                                        new CacheKey("about"),
                                        new CacheEntry(
                                                new CacheKey("about"),
                                                CacheEntry.Kind.APP,
                                                List.of("news"),
                                                null,
                                                200,
                                                null,
                                                false,
                                                Instant.EPOCH,
                                                "e")),
                                List.of(new CorruptEntryException("_cache/B/odd.cache", "it is cut off")));
                    default -> throw new IllegalStateException(method.getName());
                });
        Receipt receipt = withoutCaches()
                .tagCache(site.table(), TagCacheMode.NEXT_MODE)
                .tagIndex(build -> TagIndex.empty(build).refreshed(odd, 1, step -> {}))
                .build()
                .revalidate(List.of(Change.tag("news")));
        assertThat(receipt.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("_cache/B/odd.cache"));
        assertThat(receipt.changes().get(0).pages()).containsExactly(Page.of(Router.APP_PAGE, "/about"));
        assertThat(site.cloudFront().accepted(site.distribution())).isNotEmpty();
    }

    @Test
    void theCdnIsClearedOnlyAfterTheNextWholeSecondAndTheIndexDelay() throws InterruptedException {
        Instant before = site.clock().instant();
        site.revalidatorBuilder().build().revalidate(Change.path("/about"));
        assertThat(site.cloudFront().accepted(site.distribution()).get(0).createTime())
                .isBetween(before.plusMillis(1600), before.plusMillis(1700));
    }

    @Test
    void aPathThatIsNotStoredIsClearedForBothRoutersIfItIsSaidToBeNew() throws InterruptedException {
        Receipt receipt = site.revalidatorBuilder()
                .build()
                .revalidate(Change.path("/new").evenIfUnknown())
                .orThrow();
        assertThat(items(receipt)).contains("/new", "/new?*", "/_next/data/B/new.json", "/_next/data/B/new.json?*");
    }

    @Test
    void severalChangesBecomeOnePlan() throws InterruptedException {
        Receipt receipt = site.revalidatorBuilder()
                .build()
                .revalidate(List.of(
                        Change.path("/about"), Change.page(Page.of(Router.APP_PAGE, "/about")), Change.path("/about")));
        assertThat(receipt.changes()).hasSize(2);
        assertThat(site.cloudFront().accepted(site.distribution())).hasSize(1);
    }

    @Test
    void aTagIsClearedByPathsWhereTheDistributionReadsNoCacheTags() throws InterruptedException {
        Receipt receipt = site.revalidatorBuilder()
                .cdnTags(tag -> CdnTag.hashOf(tag.value()))
                .build()
                .revalidate(Change.tag("products"))
                .orThrow();
        assertThat(items(receipt)).contains("/products/1", "/products/2?*").noneMatch(item -> item.startsWith("#"));
    }

    @Test
    void aPreviewWritesNothingAndSendsNothing() {
        List<TagRow> before = site.table().rows();
        Preview preview = site.revalidatorBuilder().build().preview(Change.tag("products"));
        assertThat(preview.problems()).isEmpty();
        assertThat(preview.plan().orElseThrow().items())
                .extracting(InvalidationItem::spelling)
                .contains("/products/1", "/products/2?*");
        assertThat(preview).hasToString("would revalidate [tag:products]: 2 marks, 2 pages, 4 paths to clear");
        assertThat(preview.changes().get(0).marks().count(WriteReport.Outcome.PLANNED))
                .isPositive();
        assertThat(site.table().rows()).isEqualTo(before);
        assertThat(site.cloudFront().accepted(site.distribution())).isEmpty();
    }

    @Test
    void aTagThatNobodyCarriesIsAnAnswerAndNotAFailure() throws InterruptedException {
        Receipt receipt = site.revalidatorBuilder()
                .build()
                .revalidate(Change.tag("prodcuts"))
                .orThrow();
        assertThat(receipt.changes().get(0).notes()).singleElement().asString().contains("no page carries prodcuts");
        assertThat(receipt.plan()).isEmpty();
        assertThat(receipt.await(Duration.ZERO)).isTrue();
    }

    @Test
    void theMessageOfAnIncompleteRevalidationNamesEachThingOnceAndNotTooMany() throws InterruptedException {
        site.table().failOn(row -> row.path().endsWith("/products/2"));
        List<Change> changes = new ArrayList<>(List.of(Change.tag("products"), Change.path("/products/2")));
        for (int i = 0; i < 30; i++) {
            changes.add(Change.tag("../" + i));
        }
        Receipt receipt = site.revalidatorBuilder().build().revalidate(changes);
        assertThatExceptionOfType(IncompleteRevalidationException.class)
                .isThrownBy(receipt::orThrow)
                .satisfies(e -> {
                    assertThat(e)
                            .message()
                            .containsOnlyOnce(receipt.problems().get(0).toString());
                    assertThat(e).hasMessageContaining(" more; repeat what may succeed later");
                    assertThat(e.problems()).hasSizeGreaterThan(30);
                });
    }

    @Test
    void aChangeWhoseMarksFailedIsNotClearedAndTheOthersGoOn() throws InterruptedException {
        site.table().failOn(row -> row.path().endsWith("/products/2"));
        Receipt receipt = site.revalidatorBuilder()
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
        Revalidator.Builder bare = withoutCaches();
        assertThat(bare.build().revalidate(List.of(Change.page(page))).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("PageRenderer"));

        site.server().urlsOf(page).forEach(site.edge()::get);
        site.server().edit(page);
        Receipt receipt = bare.renderer(site.server()).build().revalidate(List.of(Change.page(page)));
        assertThat(receipt.orThrow().await(Duration.ofMinutes(1))).isTrue();
        assertThat(site.edge().get("/legacy/a").body()).isEqualTo("/legacy/a version 2");
    }

    @Test
    void aPageOfThePagesRouterWhoseKeyIsUnknownIsAProblem() throws InterruptedException {
        Receipt receipt = withoutCaches()
                .tagCache(site.table())
                .build()
                .revalidate(List.of(Change.page(Page.of(Router.PAGES, "/legacy/a"))));
        assertThat(receipt.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("IncrementalCache"));
    }

    @Test
    void aRefusedBatchIsInTheReceipt() throws InterruptedException {
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        site.cloudFront(), new Ambient(site.clock(), site::pause, new SplittableRandom(1)))
                .build();
        Receipt receipt = Revalidator.builder(
                        site.site(),
                        Clearing.builder(submitter, DistributionId.of("ENONE")).build())
                .tagCache(site.tagCache())
                .build()
                .revalidate(List.of(Change.path("/about")));
        assertThat(receipt.problems()).isNotEmpty();
        assertThat(receipt.submissions().get(0).cleared().open()).hasSize(1);
    }

    @Test
    void aReaderSeesTheNewPagesOfARoute() throws InterruptedException {
        for (String path : List.of("/products/1", "/products/2")) {
            CacheKey key = site.pages().find(BUILD, path).get(0);
            for (String tag : PathTags.implicit("/products/[id]/page", path)) {
                site.table().seed(List.of(TagRow.registered("B/" + tag, "B/" + key)));
            }
        }
        for (Change change : List.of(
                Change.route("/products/[id]", PathTags.Scope.PAGE),
                Change.parse("route:/products/[id]"),
                Change.parse("layout:/products"))) {
            Page first = Page.of(Router.APP_PAGE, "/products/1");
            site.edge().get("/products/1");
            int version = site.server().edit(first);
            Receipt receipt = site.revalidatorBuilder()
                    .build()
                    .revalidate(List.of(change))
                    .orThrow();
            assertThat(receipt.changes().get(0).pages())
                    .as(change.toString())
                    .containsExactlyInAnyOrder(first, Page.of(Router.APP_PAGE, "/products/2"));
            assertThat(receipt.await(Duration.ofMinutes(1))).isTrue();
            assertThat(site.edge().get("/products/1").body()).isEqualTo("/products/1 version " + version);
            assertThat(site.edge().get("/about").body()).isEqualTo("/about version 1");
        }
    }

    @Test
    void aDeployInTheMiddleMarksAndClearsBothBuilds() throws InterruptedException {
        String[] deployed = {"B"};
        Page page = Page.of(Router.PAGES, "/legacy/a");
        CacheKey key = CacheKey.routeScoped(Router.PAGES, "/legacy/a", "/legacy/a");
        site.pages()
                .put(
                        BuildId.of("B2"),
                        new CacheEntry(
                                key,
                                CacheEntry.Kind.PAGE,
                                List.of(),
                                null,
                                200,
                                null,
                                false,
                                site.clock().instant(),
                                "etag"));
        Revalidator revalidator = site.revalidatorBuilder()
                .buildIds(BuildIds.following(() -> deployed[0], Duration.ofMinutes(1), Duration.ofMinutes(10)))
                .build();
        assertThat(items(revalidator.revalidate(List.of(Change.page(page))).orThrow()))
                .contains("/_next/data/B/legacy/a.json");

        deployed[0] = "B2";
        site.clock().advance(Duration.ofMinutes(1));
        Receipt receipt = revalidator.revalidate(List.of(Change.page(page))).orThrow();
        assertThat(items(receipt)).contains("/legacy/a", "/_next/data/B2/legacy/a.json", "/_next/data/B/legacy/a.json");
        assertThat(receipt.changes().get(0).marks().results())
                .extracting(result ->
                        result.row().path().substring(0, result.row().path().indexOf('/')))
                .contains("B", "B2");

        site.clock().advance(Duration.ofMinutes(10));
        assertThat(items(revalidator.revalidate(List.of(Change.page(page))).orThrow()))
                .contains("/_next/data/B2/legacy/a.json")
                .doesNotContain("/_next/data/B/legacy/a.json");
    }

    @Test
    void aRouteThatHasNoPagesIsAnAnswerAndNotAFailure() throws InterruptedException {
        Receipt receipt = site.revalidatorBuilder()
                .build()
                .revalidate(Change.parse("route:/products/[slug]"))
                .orThrow();
        assertThat(receipt.changes().get(0).notes()).singleElement().asString().contains("as the app's folders do");
        assertThat(receipt.plan()).isEmpty();
    }

    @Test
    void inNextModeTheIndexNamesThePagesOfTagsAndRoutes() throws InterruptedException {
        InMemoryIncrementalCache stored = InMemoryIncrementalCache.create();
        List<BuildId> asked = new ArrayList<>();
        CacheKey key = CacheKey.plain("/products/1");
        List<String> tags = List.of("_N_T_/layout", "_N_T_/products/[id]/page", "_N_T_/products/1", "products");
        stored.put(
                BUILD,
                new CacheEntry(
                        key,
                        CacheEntry.Kind.APP,
                        tags,
                        null,
                        200,
                        null,
                        false,
                        site.clock().instant(),
                        "etag"));
        Revalidator next = withoutCaches()
                .tagCache(site.table(), TagCacheMode.NEXT_MODE)
                .tagIndex(build -> {
                    asked.add(build);
                    return TagIndex.empty(build).refreshed(stored, 10, step -> {});
                })
                .build();
        next.preview(List.of(Change.tag("products"), Change.parse("layout:/"), Change.parse("route:/products/[id]")));
        assertThat(asked).as("an index is read once in a call").containsExactly(BUILD);
        for (String change : List.of("tag:products", "route:/products/[id]", "layout:/")) {
            Receipt receipt = next.revalidate(List.of(Change.parse(change))).orThrow();
            assertThat(items(receipt)).as(change).containsExactly("/products/1", "/products/1?*");
        }
        assertThat(site.table().rows())
                .extracting(TagRow::tag)
                .contains("B/_tag/products", "B/_tag/_N_T_/products/[id]/page", "B/_tag/_N_T_/layout");
    }

    @Test
    void aNameThatTheTableCannotHoldDoesNotStopTheOthers() throws InterruptedException {
        Receipt receipt = site.revalidatorBuilder()
                .build()
                .revalidate(List.of(Change.tag("products"), Change.tag("../x"), Change.path("/about")));
        assertThat(receipt.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("\"../x\" leaves build B"));
        assertThat(items(receipt)).contains("/products/1", "/about");
    }

    @Test
    void aLocaleThatTheSiteHasNotIsRefusedBeforeAnythingIsWritten() {
        List<TagRow> before = site.table().rows();
        Site localized = Site.builder(BUILD).locales(List.of("en", "fr"), "en").build();
        Revalidator revalidator = Revalidator.builder(
                        localized, site.revalidator().clearings().get(0))
                .tagCache(site.table())
                .build();
        Change bad = Change.page(Page.of(Router.PAGES, "/legacy/a").inLocale("xx"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> revalidator.revalidate(List.of(Change.tag("products"), bad)))
                .withMessageContaining("xx");
        assertThat(site.table().rows()).isEqualTo(before);
    }

    /** Starts a revalidator that knows neither the tag table nor the stored pages. */
    private Revalidator.Builder withoutCaches() {
        return Revalidator.builder(site.site(), site.revalidator().clearings().get(0));
    }

    private static List<String> items(Receipt receipt) {
        return receipt.plan().orElseThrow().items().stream()
                .map(InvalidationItem::spelling)
                .toList();
    }
}

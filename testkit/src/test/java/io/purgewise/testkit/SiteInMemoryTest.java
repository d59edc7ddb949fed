package io.purgewise.testkit;

import static io.purgewise.testkit.PurgewiseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.TagCacheMode;
import io.purgewise.cdn.DistributionId;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SiteInMemoryTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final Page PRODUCT = Page.of(Router.APP_PAGE, "/products/1");

    private static SiteInMemory.Builder shop() {
        return shop(Site.builder(BUILD).build());
    }

    private static SiteInMemory.Builder shop(Site site) {
        return SiteInMemory.builder(site)
                .page(PRODUCT, "products")
                .page(Router.APP_PAGE, "/products/2", "products")
                .page(Router.APP_PAGE, "/")
                .page(Router.APP_ROUTE, "/feed.xml", "products")
                .page(Router.PAGES, "/legacy/a");
    }

    @Test
    void aReaderSeesTheNewPageOnlyOnceItIsRevalidated() throws Exception {
        SiteInMemory site = shop().build();
        assertThat(site.read("/products/1")).isEqualTo("/products/1 version 1");
        assertThat(site.edit("/products/1")).isEqualTo(2);
        assertThat(site.edge()).reader("/products/1").sees("/products/1 version 1");

        Receipt receipt = site.revalidate(Change.tag("products"));

        assertThat(receipt).isComplete().clears("/products/1", "/products/2?page=7", "/feed.xml");
        assertThat(site.edge()).reader("/products/1").sees("/products/1 version 2");
        assertThat(site.table()).hasMarked(TagCacheMode.ORIGINAL, BUILD, "products");
        assertThat(site.cloudFront()).wasPaid(6).paidForNothingTwice();
    }

    static Stream<Site> shapes() {
        return Stream.of(
                Site.builder(BUILD).build(),
                Site.builder(BUILD).nextVersion(NextVersion.parse("14.2.35")).build(),
                Site.builder(BUILD).basePath("/shop").trailingSlash(true).build(),
                Site.builder(BUILD).queryStringsInCacheKey(false).build(),
                Site.builder(BUILD).locales(List.of("en", "de"), "en").build(),
                Site.builder(BUILD).cacheBuildId(BuildId.of("deployment-7")).build());
    }

    /** Every URL of every page is read before and after: whatever the site is like, none may stay old. */
    @ParameterizedTest
    @MethodSource("shapes")
    void noUrlOfARevalidatedPageStaysOld(Site shape) throws Exception {
        SiteInMemory site = shop(shape).build();
        for (String path : List.of("/products/1", "/", "/feed.xml", "/legacy/a")) {
            Page page = Page.of(
                    path.equals("/legacy/a")
                            ? Router.PAGES
                            : path.equals("/feed.xml") ? Router.APP_ROUTE : Router.APP_PAGE,
                    path);
            List<String> urls = site.server().urlsOf(page);
            urls.forEach(site::read);
            urls.forEach(url -> site.read(url + "?page=2"));
            int version = site.edit(path);

            assertThat(site.revalidate(Change.path(path))).isComplete();

            for (String url : urls) {
                assertThat(site.edge()).reader(url).sees(path + " version " + version);
                assertThat(site.edge()).reader(url + "?page=2").sees(path + " version " + version);
            }
        }
    }

    @Test
    void inNextModeAPageIsRevalidatedByItsPathTag() throws Exception {
        SiteInMemory site = shop().mode(TagCacheMode.NEXT_MODE).build();
        site.read("/products/1");
        site.edit("/products/1");
        assertThat(site.revalidate(Change.page(PRODUCT))).isComplete();
        assertThat(site.edge()).reader("/products/1").sees("/products/1 version 2");
    }

    @Test
    void marksThatFailAreReportedAndTheEdgeIsLeftAlone() throws Exception {
        SiteInMemory site = shop().build();
        site.read("/products/1");
        site.edit("/products/1");
        site.tagCache().failNextWrites(1);

        assertThat(site.revalidate(Change.tag("products")))
                .hasProblemAbout("B/products")
                .clearsNothing();
        assertThat(site.edge()).holds("/products/1");
        assertThat(site.cloudFront()).acceptedNothing();

        assertThat(site.revalidate(Change.tag("products"))).isComplete();
        assertThat(site.edge()).reader("/products/1").sees("/products/1 version 2");
    }

    @Test
    void aLostAnswerIsNotPaidTwice() throws Exception {
        SiteInMemory site = shop().build();
        site.cloudFront().failNext(CdnCall.SUBMIT, Fault.DROP_ANSWER, Fault.UNAVAILABLE_BUT_DONE, Fault.THROTTLED);
        assertThat(site.revalidate(Change.page(PRODUCT))).isComplete();
        assertThat(site.cloudFront()).wasPaid(2).paidForNothingTwice().acceptedItems("/products/1", "/products/1?*");
    }

    @Test
    void aPageThatIsNotRenderedAnewIsReported() throws Exception {
        SiteInMemory site = shop().build();
        site.renderer().failOn(page -> page.path().equals("/products/2"));
        Receipt receipt =
                site.revalidatorBuilder().renderer(site.renderer()).build().revalidate(List.of(Change.tag("products")));
        assertThat(receipt).hasProblemAbout("/products/2");
        assertThat(receipt.problems()).hasSize(1);
    }

    @Test
    void aRevalidatorThatKnowsTheUrlsMayJoinThem() throws Exception {
        SiteInMemory site = shop().build();
        Receipt receipt = site.revalidatorBuilder(
                        clearing -> clearing.knownUrls(site::urlIndex).policy(PlanPolicy.noCollateral()))
                .build()
                .revalidate(List.of(Change.tag("products")));
        assertThat(receipt)
                .isComplete()
                .plan()
                .hasNoCollateral()
                .hasItems("/products/*")
                .doesNotTouch("/legacy/a");
    }

    @Test
    void eachBuildIsASiteOfItsOwn() {
        SiteInMemory.Builder shop = shop();
        SiteInMemory first = shop.build();
        first.edit("/products/1");
        first.clock().advance(Duration.ofDays(1));
        SiteInMemory second = shop.build();
        assertThat(second.edit("/products/1")).isEqualTo(2);
        assertThat(second.clock().instant()).isBefore(first.clock().instant());
    }

    @Test
    void whatDoesNotFitTheSiteIsRejectedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> shop().page(Router.PAGES, "/old", "products").build())
                .withMessageContaining("/old")
                .withMessageContaining("[products]");
        SiteInMemory site = shop().build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> site.edit("/products/9"))
                .withMessageContaining("/products/9")
                .withMessageContaining("/products/2");
    }

    /** Two changes of one millisecond must not bear the same ID: the outbox would take them for one. */
    @Test
    void acceptedChangesAreClearedByADrainer() throws Exception {
        SiteInMemory site = shop().build();
        site.read("/products/1");
        site.edit("/products/1");
        OutboxDrainer drainer = site.drainer();

        drainer.accept(Change.tag("products"));
        drainer.accept(Change.tag("products"));

        assertThat(site.outbox().size(site.distribution(), 10)).isEqualTo(2);
        assertThat(site.edge()).reader("/products/1").sees("/products/1 version 1");
        assertThat(drainer.flush(Duration.ofMinutes(5))).isTrue();
        site.clock().advance(Duration.ofMinutes(1));
        assertThat(site.edge()).reader("/products/1").sees("/products/1 version 2");
        assertThat(site.cloudFront()).wasPaid(6).paidForNothingTwice();
        assertThat(site.ledger().paths(YearMonth.of(2026, 11))).isEqualTo(6);
    }

    @Test
    void aSecondDistributionHasAnEdgeOfItsOwnAndIsClearedToo() throws Exception {
        DistributionId second = DistributionId.of("E2SITE");
        SiteInMemory site = shop().alsoServedBy(second).build();
        for (boolean accept : List.of(false, true)) {
            site.edge().get("/products/1");
            site.edge(second).get("/products/1");
            String now = "/products/1 version " + site.edit("/products/1");

            if (accept) {
                OutboxDrainer drainer = site.drainer();
                drainer.accept(Change.tag("products"));
                drainer.flush(Duration.ofMinutes(5));
            } else {
                site.revalidate(Change.tag("products"));
            }

            site.clock().advance(Duration.ofMinutes(1));
            assertThat(site.edge()).reader("/products/1").sees(now);
            assertThat(site.edge(second)).reader("/products/1").sees(now);
        }
        assertThat(site.cloudFront()).wasPaid(24);
        assertThatThrownBy(() -> site.edge(DistributionId.of("E9NONE"))).hasMessageContaining("E2SITE");
    }

    @Test
    void aTagIsOneItemWhereTheSiteSendsCacheTags() throws Exception {
        SiteInMemory site = shop().cacheTagHeader("x-site-tags").build();
        site.read("/products/1");
        site.read("/");
        site.edit("/products/1");

        site.revalidate(Change.tag("products"));

        assertThat(site.edge()).reader("/products/1").sees("/products/1 version 2");
        assertThat(site.edge().holds("/")).isTrue();
        assertThat(site.cloudFront()).wasPaid(1);
    }

    /** Two items a page, one of them a wildcard, became one without. */
    @Test
    void aPageIsOneItemThroughBothDoorsWhereTheSiteSendsPageTags() throws Exception {
        SiteInMemory site = shop().pageTagHeader("x-page-tags").build();
        List<String> urls = List.of("/products/1", "/products/1?_rsc=a", "/");
        urls.forEach(site::read);
        site.edit("/products/1");

        site.revalidate(Change.path("/products/1")).orThrow();

        assertThat(site.edge()).reader("/products/1").sees("/products/1 version 2");
        assertThat(site.edge()).reader("/products/1?_rsc=a").sees("/products/1 version 2");
        assertThat(site.edge().holds("/")).isTrue();
        assertThat(site.cloudFront()).wasPaid(1);

        site.edit("/products/1");
        OutboxDrainer drainer = site.drainer();
        drainer.accept(Change.path("/products/1"));
        drainer.flush(Duration.ofMinutes(5));
        site.clock().advance(Duration.ofMinutes(1));

        assertThat(site.edge()).reader("/products/1").sees("/products/1 version 3");
        assertThat(site.edge()).reader("/products/1?_rsc=a").sees("/products/1 version 3");
        assertThat(site.edge().holds("/")).isTrue();
        assertThat(site.cloudFront()).wasPaid(2);
    }

    @Test
    void aPageThatNoTagNamesIsClearedByPathAndTheReceiptSaysSo() throws Exception {
        SiteInMemory site = SiteInMemory.builder()
                .page(Router.APP_PAGE, "/a,b")
                .pageTagHeader("x-page-tags")
                .build();
        site.read("/a,b");
        site.edit("/a,b");

        Receipt receipt = site.revalidate(Change.path("/a,b")).orThrow();

        assertThat(site.edge()).reader("/a,b").sees("/a,b version 2");
        assertThat(receipt.changes().get(0).notes()).contains("no page tag clears /a,b: its comma would split the tag");
    }
}

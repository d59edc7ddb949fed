package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cache.CacheTag;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagIndex;
import io.purgewise.cdn.Pricing;
import io.purgewise.plan.InvalidationPlan;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.PriceList;
import io.purgewise.plan.UrlIndex;
import io.purgewise.plan.UrlIndexBuilder;
import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.Router;
import io.purgewise.testkit.SiteInMemory;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A cache tag of the CDN may stand for pages only if each of them carries it, and what it clears besides is counted. */
class CdnTagCollateralTest {

    private static final Pricing PAID = new Pricing.PayAsYouGo(PriceList.CLOUDFRONT_PATH_PRICE, 0);

    private static CdnTag section(CacheTag tag) {
        return new CdnTag("s-"
                + tag.value().substring(0, Math.max(0, tag.value().indexOf(':'))));
    }

    private static SiteInMemory shop(int products) {
        SiteInMemory.Builder site =
                SiteInMemory.builder().mode(TagCacheMode.NEXT_MODE).cacheTagHeader("x-site-tags");
        for (int i = 0; i < products; i++) {
            site.page(Router.APP_PAGE, "/products/" + i, "product:" + i);
        }
        return site.page(Router.APP_PAGE, "/about", "about").build();
    }

    private static Preview preview(
            SiteInMemory site, Function<CacheTag, CdnTag> cdnTags, PlanPolicy policy, Change... changes) {
        return site.revalidatorBuilder(clearing -> clearing.policy(policy).pricing(PAID))
                .tagIndex(build -> TagIndex.empty(build).refreshed(site.incrementalCache(), 100, step -> {}))
                .cdnTags(cdnTags)
                .build()
                .preview(List.of(changes));
    }

    private static InvalidationPlan plan(
            SiteInMemory site, Function<CacheTag, CdnTag> cdnTags, PlanPolicy policy, Change... changes) {
        Preview preview = preview(site, cdnTags, policy, changes);
        assertThat(preview.problems()).isEmpty();
        return preview.plan().orElseThrow();
    }

    private static List<String> items(InvalidationPlan plan) {
        return plan.items().stream().map(InvalidationItem::spelling).toList();
    }

    @Test
    void theOtherPagesOfATagThatStandsForSeveralAreCollateral() {
        InvalidationPlan plan =
                plan(shop(10), CdnTagCollateralTest::section, PlanPolicy.balanced(), Change.tag("product:3"));
        assertThat(items(plan)).containsExactly("#s-product");
        assertThat(plan.cost().collateral()).isEqualTo(9);
    }

    @Test
    void whatAnotherChangeOfThePlanWantsClearedIsNoCollateral() {
        InvalidationPlan plan = plan(
                shop(10),
                CdnTagCollateralTest::section,
                PlanPolicy.balanced(),
                Change.tag("product:3"),
                Change.tag("product:4"),
                Change.path("/products/5"));
        assertThat(items(plan)).startsWith("#s-product");
        assertThat(plan.cost().collateral()).isEqualTo(7);
    }

    @Test
    void aTagWhoseCollateralIsWorthMoreThanThePathsIsNotTaken() {
        assertThat(items(
                        plan(shop(100), CdnTagCollateralTest::section, PlanPolicy.balanced(), Change.tag("product:3"))))
                .containsExactly("/products/3", "/products/3?*");
        assertThat(items(plan(
                        shop(10), CdnTagCollateralTest::section, PlanPolicy.noCollateral(), Change.tag("product:3"))))
                .containsExactly("/products/3", "/products/3?*");
    }

    @Test
    void collateralWeighsWhatTheKnownUrlsSay() {
        SiteInMemory site = shop(10);
        UrlIndexBuilder known = UrlIndex.builder();
        IntStream.range(0, 10).forEach(i -> known.add("/products/" + i, i).add("/products/" + i + "?a=1", 0));
        UrlIndex index = known.build();
        Preview preview = site.revalidatorBuilder(clearing -> clearing.knownUrls(() -> index)
                        .policy(PlanPolicy.onlyInside(List.of()))
                        .pricing(PAID))
                .tagIndex(build -> TagIndex.empty(build).refreshed(site.incrementalCache(), 100, step -> {}))
                .cdnTags(CdnTagCollateralTest::section)
                .build()
                .preview(List.of(Change.tag("product:3")));
        InvalidationPlan plan = preview.plan().orElseThrow();
        assertThat(items(plan)).containsExactly("#s-product");
        assertThat(plan.cost().collateral()).isEqualTo(45 - 3);
    }

    /** To CloudFront News and news are one tag; to Next.js they are two. */
    @Test
    void tagsThatDifferInCaseOnlyClearEachOthersPages() {
        SiteInMemory site = SiteInMemory.builder()
                .mode(TagCacheMode.NEXT_MODE)
                .cacheTagHeader("x-site-tags")
                .page(Router.APP_PAGE, "/a", "News")
                .page(Router.APP_PAGE, "/b", "news")
                .build();
        Function<CacheTag, CdnTag> plain = tag -> new CdnTag(tag.value());
        assertThat(plan(site, plain, PlanPolicy.balanced(), Change.tag("news"))
                        .cost()
                        .collateral())
                .isEqualTo(1);
        assertThat(items(plan(site, plain, PlanPolicy.noCollateral(), Change.tag("news"))))
                .containsExactly("/b", "/b?*");
        InvalidationPlan both = plan(site, plain, PlanPolicy.noCollateral(), Change.tag("news"), Change.tag("News"));
        assertThat(both.items())
                .singleElement()
                .satisfies(item -> assertThat(item.spelling()).isEqualToIgnoringCase("#news"));
        assertThat(both.cost().collateral()).isZero();
    }

    @Test
    void aTagThatOnlyTheChangedPagesCarryHasNoCollateral() {
        SiteInMemory site = shop(100);
        InvalidationPlan plan =
                plan(site, tag -> CdnTag.hashOf(tag.value()), PlanPolicy.noCollateral(), Change.tag("product:3"));
        assertThat(items(plan)).containsExactly(CdnTag.hashOf("product:3").spelling());
        assertThat(plan.cost().collateral()).isZero();
    }

    /** CloudFront reads 50 tags of an object, so the 51st would clear nothing. */
    @Test
    void aPageWithMoreTagsThanCloudFrontReadsIsClearedByPathAndSaidSo() {
        String[] many = IntStream.range(0, 51).mapToObj(i -> "t" + i).toArray(String[]::new);
        SiteInMemory site = SiteInMemory.builder()
                .mode(TagCacheMode.NEXT_MODE)
                .cacheTagHeader("x-site-tags")
                .page(Router.APP_PAGE, "/many", many)
                .page(Router.APP_PAGE, "/few", "t50")
                .build();
        Preview preview = preview(site, tag -> CdnTag.hashOf(tag.value()), PlanPolicy.balanced(), Change.tag("t50"));
        assertThat(items(preview.plan().orElseThrow())).containsExactly("/few", "/few?*", "/many", "/many?*");
        assertThat(preview.changes().get(0).notes())
                .anyMatch(note -> note.contains("/many has") && note.contains("of which CloudFront reads 50"));
    }

    /** On a page "a,b" is two tags, and Next.js may keep "é" encoded: what the header says of them is not known. */
    @Test
    void aTagThatTheCachesSpellInAnotherWayIsClearedByPathAndSaidSo() {
        SiteInMemory site = SiteInMemory.builder()
                .mode(TagCacheMode.NEXT_MODE)
                .cacheTagHeader("x-site-tags")
                .page(Router.APP_PAGE, "/both", "a", "b")
                .page(Router.APP_PAGE, "/cafe", "%C3%A9")
                .build();
        for (String tag : List.of("a,b", "é")) {
            Preview preview =
                    preview(site, each -> CdnTag.hashOf(each.value()), PlanPolicy.balanced(), Change.tag(tag));
            assertThat(preview.plan().orElseThrow().items()).hasSize(2).noneMatch(CdnTag.class::isInstance);
            assertThat(preview.changes().get(0).notes()).anyMatch(note -> note.contains("in another spelling"));
        }
    }

    /** Without an index nothing else could clear such a tag, and its own spelling might clear nothing. */
    @Test
    void suchATagIsAProblemWhereItsPagesAreNotKnown() {
        Preview preview = shop(1).revalidatorBuilder(clearing -> clearing.cacheTags("x-site-tags", Instant.EPOCH))
                .build()
                .preview(List.of(Change.tag("a,b")));
        assertThat(preview.problems()).extracting(Problem::kind).containsExactly(Problem.Kind.PAGES_UNKNOWN);
    }
}

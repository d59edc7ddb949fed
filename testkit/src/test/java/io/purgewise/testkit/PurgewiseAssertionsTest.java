package io.purgewise.testkit;

import static io.purgewise.testkit.PurgewiseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.plan.InvalidationPlan;
import io.purgewise.plan.InvalidationPlanner;
import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.TagOption;
import io.purgewise.plan.UrlIndex;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.site.BuildId;
import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Provokes each failure message, and looks whether it names the mistake that was made. */
class PurgewiseAssertionsTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final Page PRODUCT = Page.of(Router.APP_PAGE, "/products/1");
    private static final TagCacheMode ORIGINAL = TagCacheMode.ORIGINAL;

    private final SiteInMemory site = SiteInMemory.builder(Site.builder(BUILD).build())
            .page(PRODUCT, "products")
            .page(Router.APP_PAGE, "/products/2", "products")
            .page(Router.APP_PAGE, "/about")
            .build();

    // Plans

    @Test
    void aPlanThatIsAsExpectedPasses() {
        assertThat(plan("/products/1", "/products/1?*"))
                .covers("/products/1", "/products/1?page=2")
                .doesNotTouch("/about", "/products/10")
                .hasItems("/products/1")
                .hasOnlyItems("/products/1?*", "/products/1")
                .costsAtMost(10_000)
                .hasAtMostWildcards(1)
                .hasNoCollateral()
                .isProvenCheapest();
        assertThat(plan("/caff%C3%A8")).covers("/caff\u00e8");
    }

    @Test
    void aUrlThatIsNotCoveredIsExplained() {
        failing(() -> assertThat(plan("/p")).covers("/p?page=2"))
                .contains("/p?page=2", "[/p]", "without its query variants");
        failing(() -> assertThat(plan("/p?*")).covers("/p")).contains("only its query variants");
        failing(() -> assertThat(plan("/_next/data/old/p.json")).covers("/_next/data/new/p.json"))
                .contains("wrong build ID", "belongs to build old and not to new");
        failing(() -> assertThat(plan("/p", "/p?*")).covers("/_next/data/B/p.json"))
                .contains("Router.PAGES", "taken for one of the App Router");
        failing(() -> assertThat(plan("/")).covers("/_next/data/B/index.json")).contains("Router.PAGES");
        failing(() -> assertThat(plan("/p/")).covers("/p")).contains("trailingSlash");
        failing(() -> assertThat(plan("/shop/p")).covers("/p")).contains("basePath and locales");
        failing(() -> assertThat(plan("/p")).covers("/fr/p")).contains("basePath and locales");
        failing(() -> assertThat(plan("/P")).covers("/p")).contains("case-sensitive");
        failing(() -> assertThat(plan("/q")).covers("/p")).contains("no item is like it");
        failing(() -> assertThat(plan()).covers("/p")).contains("no items at all");
        InvalidationPlan tagged = planner(PlanPolicy.balanced())
                .plan(
                        patterns("/a", "/b"),
                        List.of(),
                        UrlIndex.unknown(),
                        List.of(TagOption.of(new CdnTag("t"), Set.copyOf(patterns("/a", "/b")))));
        assertThat(tagged).hasOnlyItems("#t");
        failing(() -> assertThat(tagged).covers("/a")).contains("only the CDN knows");
    }

    @Test
    void aLongPlanIsShownInPart() {
        String[] many = IntStream.range(0, 30).mapToObj(i -> "/p" + i).toArray(String[]::new);
        failing(() -> assertThat(plan(many)).covers("/q")).contains("and 20 more");
    }

    @Test
    void aUrlThatIsTouchedIsExplained() {
        failing(() -> assertThat(plan("/p")).doesNotTouch("/p")).contains("was asked for itself");
        InvalidationPlan wide = wide();
        failing(() -> assertThat(wide).doesNotTouch("/about")).contains("/* clears it", "noCollateral()");
        InvalidationPlan prefix = plan("/product*");
        failing(() -> assertThat(prefix).doesNotTouch("/product-tour")).contains("was asked for itself");
        failing(() -> assertThat(cloudFrontThatAccepted("/product*")).wasNotAskedToClear("/product-tour"))
                .contains("wildcards know no segments");
    }

    @Test
    void itemsThatAreMissingOrTooManyAreExplained() {
        failing(() -> assertThat(plan("/p")).hasItems("p")).contains("without scheme and host");
        failing(() -> assertThat(plan("/caff%C3%A8")).hasItems("/caff\u00e8")).contains("spelled /caff%C3%A8");
        failing(() -> assertThat(plan("/p*")).hasItems("/p1")).contains("a wildcard clears it along with others");
        failing(() -> assertThat(plan("/p")).hasItems("#t")).contains("offered no such cache tag");
        failing(() -> assertThat(plan("/p/")).hasItems("/p")).contains("trailingSlash");
        failing(() -> assertThat(plan("/p", "/p?*")).hasOnlyItems("/p")).contains("[/p?*]", "were forgotten");
    }

    @Test
    void aPlanThatCostsTooMuchIsExplained() {
        failing(() -> assertThat(plan("/a", "/b")).costsAtMost(9_999)).contains("10000 for 2 items", "freePaths");
        failing(() -> assertThat(plan("/a", "/b")).costsAtMost(1)).contains("millionths of a dollar");
        failing(() -> assertThat(plan("/a", "/a?*")).hasAtMostWildcards(0)).contains("query variants", "known URLs");
        InvalidationPlan wide = wide();
        failing(() -> assertThat(wide).hasAtMostWildcards(0)).contains("PlanPolicy.maxWildcards");
        failing(() -> assertThat(wide).hasNoCollateral()).contains("/* (1)", "refillPrice");
    }

    @Test
    void aPlanSaysWhetherItKeepsItsLimits() {
        InvalidationPlan none = planner(
                        PlanPolicy.balanced().toBuilder().maxWildcards(0).build())
                .plan(patterns("/a?*"), UrlIndex.unknown());
        assertThat(none).exceeds(InvalidationPlan.Limit.MAX_WILDCARDS).covers("/a?x=1");
        failing(() -> assertThat(none).keepsItsLimits()).contains("maxWildcards", "demands a wildcard of its own");
        failing(() -> assertThat(none).exceeds(InvalidationPlan.Limit.MAX_COLLATERAL))
                .contains("maxCollateral", "maxWildcards");
        InvalidationPlan some = planner(PlanPolicy.balanced()).plan(patterns("/a"), UrlIndex.unknown());
        assertThat(some).keepsItsLimits().covers("/a");
        failing(() -> assertThat(some).exceeds(InvalidationPlan.Limit.MAX_WILDCARDS))
                .contains("keeps all limits");
    }

    // Receipts

    @Test
    void aReceiptThatIsAsExpectedPasses() throws Exception {
        assertThat(site.revalidate(Change.tag("products")))
                .isComplete()
                .found(PRODUCT)
                .marked(2)
                .clears("/products/1?page=2")
                .doesNotClear("/about")
                .plan()
                .hasNoCollateral();
    }

    @Test
    void anIncompleteReceiptIsExplained() throws Exception {
        Receipt unknown = site.revalidate(Change.tag("prodcuts"));
        assertThat(unknown).isComplete();
        failing(() -> assertThat(unknown).clears("/products/1")).contains("reaches no page");
        failing(() -> assertThat(unknown).plan()).contains("reaches no page");
        failing(() -> assertThat(unknown).found(PRODUCT)).contains("no row links the tag");
        failing(() -> assertThat(unknown).marked(2)).contains("no row was touched at all");

        site.tagCache().failNextWrites(1);
        Receipt unmarked = site.revalidate(Change.tag("products"));
        failing(() -> assertThat(unmarked).isComplete())
                .contains("marks could not be written", "give these changes again");
        failing(() -> assertThat(unmarked).clears("/products/1")).contains("marks could not be written");
        failing(() -> assertThat(unmarked).marked(2)).contains("1, with 0 newer and 1 failed", "as the test wants it");

        site.cloudFront().rejectPath("/about");
        Receipt refused = site.revalidate(Change.page(Page.of(Router.APP_PAGE, "/about")));
        failing(() -> assertThat(refused).isComplete()).contains("/about", "refused");
        failing(() -> assertThat(refused).clears("/about")).contains("accepted only", "[/about?*]");

        site.renderer().fail(100);
        Receipt unrendered =
                site.revalidatorBuilder().renderer(site.renderer()).build().revalidate(List.of(Change.page(PRODUCT)));
        failing(() -> assertThat(unrendered).isComplete()).contains("rendered anew");
    }

    @Test
    void aProblemThatIsMissingIsExplained() throws Exception {
        site.tagCache().failNextWrites(1);
        Receipt failed = site.revalidate(Change.tag("products"));
        assertThat(failed).hasProblemAbout("/products/").clearsNothing();
        failing(() -> assertThat(failed).hasProblemAbout("as the test wants")).contains("stands in a message");
        Receipt fine = site.revalidate(Change.tag("products"));
        failing(() -> assertThat(fine).hasProblemAbout("products")).contains("none", "fault was not injected");
        failing(() -> assertThat(fine).clearsNothing()).contains("/products/1");
    }

    @Test
    void wrongExpectationsOfAReceiptAreExplained() throws Exception {
        Receipt fine = site.revalidate(Change.tag("products"));
        failing(() -> assertThat(fine).clears("/about")).contains("no item is like it");
        failing(() -> assertThat(fine).doesNotClear("/products/2")).contains("was asked for itself");
        failing(() -> assertThat(fine).found(Page.of(Router.PAGES, "/products/1")))
                .contains("another router");
        failing(() -> assertThat(fine).marked(3)).contains("fewer rows carry the tag");
        failing(() -> assertThat(fine).marked(1)).contains("MarkPolicy.reach");
        Instant frozen = site.clock().instant();
        site.table()
                .write(site.table().rowsOfTag(ORIGINAL.tagKey(BUILD, "products")).stream()
                        .map(row -> TagRow.expire(row.tag(), row.path(), frozen.plusSeconds(60)))
                        .toList());
        Receipt late = site.revalidate(Change.tag("products"));
        failing(() -> assertThat(late).marked(2)).contains("0, with 2 newer", "clock did not move");
    }

    // CloudFront

    @Test
    void anAccountThatIsAsExpectedPasses() {
        assertThat(site.cloudFront()).acceptedNothing().wasPaid(0).wasNotAskedToClear("/p");
        assertThat(cloudFrontThatAccepted("/p", "/p?*"))
                .wasAskedToClear("/p", "/p?x=1")
                .wasNotAskedToClear("/q")
                .acceptedItems("/p?*")
                .wasPaid(2)
                .paidForNothingTwice();
    }

    @Test
    void whatCloudFrontWasNotAskedForIsExplained() {
        FakeCloudFront silent = site.cloudFront();
        failing(() -> assertThat(silent).wasAskedToClear("/p")).contains("no call came in at all", "dry run");
        failing(() -> assertThat(silent).acceptedItems("/p")).contains("no call came in at all");
        failing(() -> assertThat(silent).wasPaid(2)).contains("no call came in at all");
        silent.failNext(CdnCall.SUBMIT, Fault.DROP_REQUEST);
        assertThatExceptionOfType(CdnException.class).isThrownBy(() -> submit(silent, "r1", "/p"));
        failing(() -> assertThat(silent).wasAskedToClear("/p"))
                .contains("1 calls came in and all were refused or lost");
        submit(silent, "r1", "/p");
        failing(() -> assertThat(silent).wasAskedToClear("/p?x=1")).contains("without its query variants");
        failing(() -> assertThat(silent).acceptedItems("/q")).contains("a wider item");
        failing(() -> assertThat(silent).acceptedNothing()).contains("[/p]", "in 1 invalidations", "dry run");
        failing(() -> assertThat(silent).wasPaid(2)).contains("wildcards replaced single paths");
        failing(() -> assertThat(silent).wasPaid(0)).contains("each page counts all its URLs");
        failing(() -> assertThat(silent).wasNotAskedToClear("/p")).contains("was asked for itself");
        submit(silent, "r2", "/p");
        failing(() -> assertThat(silent).wasPaid(1)).contains("paid twice for [/p]", "caller reference");
        failing(() -> assertThat(silent).paidForNothingTwice()).contains("[/p]", "caller reference");
    }

    // Edge

    @Test
    void aReaderThatSeesWhatIsExpectedPasses() {
        assertThat(site.edge()).isEmpty();
        assertThat(site.edge())
                .reader("/about")
                .sees("/about version 1")
                .seesTextContaining("version 1")
                .doesNotSeeTextContaining("version 2")
                .hasStatus(200)
                .isServedFrom(EdgeAnswer.Source.MISS);
        assertThat(site.edge())
                .holds("/about")
                .doesNotHold("/about?x=1")
                .reader(new EdgeRequest("/about", Map.of("rsc", "1")))
                .isServedFrom(EdgeAnswer.Source.MISS);
    }

    @Test
    void aReaderBeforeTheClearingTakesEffectIsExplained() throws Exception {
        readAndEdit("/about");
        site.revalidator().revalidate(List.of(Change.path("/about")));
        failing(() -> assertThat(site.edge()).reader("/about").sees("/about version 2"))
                .contains("/about version 1", "takes effect at", "await the receipt");
        failing(() -> assertThat(site.edge()).doesNotHold("/about")).contains("await the receipt");
    }

    @Test
    void aClearingWithoutMarksIsExplained() {
        readAndEdit("/about");
        submit(site.cloudFront(), "r1", "/about", "/about?*");
        site.clock().advance(Duration.ofMinutes(1));
        failing(() -> assertThat(site.edge()).reader("/about").sees("/about version 2"))
                .contains("the server itself answers so", "marks are missing", "wrong build ID");
        failing(() -> assertThat(site.edge()).reader("/about").sees("/about version 2"))
                .contains("HIT", "fetched this from the server afterwards", "before the marks had settled");
    }

    /** The CDN is cleared at once, and a reader comes before the table's index knows of the mark. */
    @Test
    void aClearingBeforeTheMarksHaveSettledIsExplained() {
        FakeCloudFront quick = FakeCloudFront.builder(site.clock())
                .distribution(site.distribution())
                .delays(Duration.ZERO, Duration.ZERO)
                .build();
        quick.attach(site.distribution(), site.edge());
        readAndEdit("/about");
        site.revalidator().mark(List.of(Change.path("/about")));
        submit(quick, "r1", "/about");
        site.clock().advance(Duration.ofMillis(100));
        site.read("/about");
        site.clock().advance(Duration.ofMinutes(1));
        failing(() -> assertThat(site.edge()).reader("/about").sees("/about version 2"))
                .contains("fetched this from the server afterwards", "before the marks had settled");
    }

    @Test
    void aClearingOfSomethingElseIsExplained() {
        readAndEdit("/about");
        site.read("/about?page=2");
        failing(() -> assertThat(site.edge()).reader("/about").sees("new")).contains("nothing was ever cleared");
        failing(() -> assertThat(site.edge()).isEmpty())
                .contains("[/about, /about?page=2]", "nothing was ever cleared");
        submit(site.cloudFront(), "r1", "/about");
        site.clock().advance(Duration.ofMinutes(1));
        failing(() -> assertThat(site.edge()).reader("/about?page=2").sees("new"))
                .contains("without its query variants");
        failing(() -> assertThat(site.edge()).holds("/about")).contains("it was cleared at", "by /about");
        site.read("/about");
        failing(() -> assertThat(site.edge()).doesNotHold("/about")).contains("a reader has fetched it again");
    }

    @Test
    void whatIsMissingOrStaleIsExplained() {
        failing(() -> assertThat(site.edge()).reader("/nowhere").hasStatus(200)).contains("404", "base path");
        failing(() -> assertThat(site.edge()).holds("/nowhere")).contains("nobody has read it yet");
        readAndEdit("/about");
        site.clock().advance(Duration.ofHours(2));
        failing(() -> assertThat(site.edge()).reader("/about").sees("/about version 2"))
                .contains("STALE", "next reader");
        failing(() -> assertThat(site.edge()).reader("/about").isServedFrom(EdgeAnswer.Source.MISS))
                .contains("HIT");
        failing(() -> assertThat(site.edge()).reader("/about").seesTextContaining("blog"))
                .contains("containing", "blog");
        failing(() -> assertThat(site.edge()).reader("/about").doesNotSeeTextContaining("about"))
                .contains("no text");
    }

    // Tables

    @Test
    void aTableThatIsAsExpectedPasses() throws Exception {
        assertThat(site.table()).hasNoMarks().hasNotMarked(ORIGINAL, BUILD, "products");
        site.revalidate(Change.tag("products"));
        assertThat(site.table()).hasMarks(2).hasMarked(ORIGINAL, BUILD, "products");
    }

    @Test
    void marksThatAreMissingAreExplained() {
        InMemoryTagCache table = site.table();
        failing(() -> assertThat(table).hasMarked(ORIGINAL, BUILD, "products")).contains("nothing was marked at all");
        failing(() -> assertThat(table).hasMarked(TagCacheMode.NEXT_MODE, BUILD, "products"))
                .contains("wrong mode", "ORIGINAL");
        failing(() -> assertThat(table).hasMarked(ORIGINAL, BuildId.of("C"), "products"))
                .contains("wrong build ID", "[B]", "not in C");
        failing(() -> assertThat(table).hasMarked(ORIGINAL, BUILD, "prodcuts")).contains("misspelled", "[products]");
        failing(() -> assertThat(table).hasMarked(TagCacheMode.NEXT_MODE, BUILD, "prodcuts"))
                .contains("was not revalidated, or misspelled");
        failing(() -> assertThat(table).hasMarks(1)).contains("1 marks", "marks are missing");
    }

    @Test
    void marksThatShouldNotBeThereAreExplained() throws Exception {
        site.revalidate(Change.page(PRODUCT));
        failing(() -> assertThat(site.table()).hasNotMarked(ORIGINAL, BUILD, "products"))
                .contains("OWN_DATA");
        failing(() -> assertThat(site.table()).hasNoMarks()).contains("each spelling of its path");
        InMemoryTagCache half = InMemoryTagCache.create()
                .seed(List.of(
                        TagRow.registered("B/t", "B/a"), TagRow.expire("B/t", "B/b", Instant.EPOCH.plusSeconds(9))));
        failing(() -> assertThat(half).hasMarked(ORIGINAL, BUILD, "t"))
                .contains("of its 2 rows", "[B/a]", "not tried again");
    }

    @Test
    void aUrlWithAHostIsRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> assertThat(plan("/p")).covers("https://example.com/p"))
                .withMessageContaining("https://example.com/p");
    }

    @Test
    void aDescriptionStandsInTheMessage() {
        failing(() -> assertThat(plan("/p")).as("after the import").covers("/q"))
                .contains("[after the import]");
    }

    private void readAndEdit(String path) {
        site.read(path);
        site.edit(path);
    }

    private FakeCloudFront cloudFrontThatAccepted(String... items) {
        FakeCloudFront account = FakeCloudFront.builder(site.clock())
                .distribution(site.distribution())
                .build();
        submit(account, "r1", items);
        return account;
    }

    private void submit(FakeCloudFront account, String reference, String... items) {
        account.submit(new InvalidationBatch(
                site.distribution(),
                Stream.of(items).map(InvalidationItem::parse).toList(),
                new CallerReference(reference)));
    }

    private static InvalidationPlan plan(String... patterns) {
        return planner(PlanPolicy.balanced()).plan(patterns(patterns), UrlIndex.unknown());
    }

    /** Two pages far apart, for which the bill alone prefers the whole site. */
    private static InvalidationPlan wide() {
        return planner(PlanPolicy.cheapest())
                .plan(patterns("/products/1", "/team/1"), UrlIndex.of(List.of("/products/1", "/team/1", "/about")));
    }

    private static InvalidationPlanner planner(PlanPolicy policy) {
        return InvalidationPlanner.of(policy);
    }

    private static List<UrlPattern> patterns(String... patterns) {
        return Stream.of(patterns).map(UrlPattern::parse).toList();
    }

    private static AbstractStringAssert<?> failing(ThrowingCallable assertion) {
        AssertionError failure = catchThrowableOfType(AssertionError.class, assertion);
        assertThat(failure).as("the assertion fails").isNotNull();
        return assertThat(failure.getMessage());
    }
}

package io.purgewise.testkit;

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
import io.purgewise.cache.TableKey;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagIndex;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnTagEncoder;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.cdn.Pause;
import io.purgewise.outbox.InMemoryOutbox;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.IncompleteRevalidationException;
import io.purgewise.revalidate.Preview;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
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

    /** One odd object ended the whole call in next mode. */
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
        Receipt receipt = Revalidator.builder(site, clearing(submitter(), DISTRIBUTION))
                .tagCache(table, TagCacheMode.NEXT_MODE)
                .tagIndex(build -> TagIndex.empty(build).refreshed(odd, 1, step -> {}))
                .build()
                .revalidate(List.of(Change.tag("news")));
        assertThat(receipt.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("_cache/B/odd.cache"));
        assertThat(receipt.changes().get(0).pages()).containsExactly(Page.of(Router.APP_PAGE, "/about"));
        assertThat(cloudFront.accepted(DISTRIBUTION)).isNotEmpty();
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

    /** OpenNext B17: a writer whose clock is behind S3's misses the pages that were stored just before the mark. */
    @Test
    void aWriterWhoseClockIsBehindStillReachesAPageStoredJustBefore() throws InterruptedException {
        ManualClock writer = ManualClock.startingAt(clock.instant().minus(Duration.ofMinutes(7)));
        Page page = Page.of(Router.APP_PAGE, "/about");
        server.render(List.of(page));
        edge.get("/about");
        server.edit(page);

        Receipt receipt = skewed(writer).build().revalidate(List.of(Change.page(page)));

        assertThat(receipt.orThrow().changes().get(0).notes())
                .singleElement()
                .asString()
                .contains("behind the store's by at least PT6M59")
                .contains("synchronise");
        clock.advance(Duration.ofMinutes(1));
        assertThat(edge.get("/about").body()).isEqualTo("/about version 2");
    }

    /** OpenNext B17: a writer whose clock is ahead has pages rendered at every visit until S3's clock has caught up. */
    @Test
    void aWriterWhoseClockIsAheadHasAPageRenderedOnce() throws InterruptedException {
        ManualClock writer = ManualClock.startingAt(clock.instant().plus(Duration.ofHours(3)));
        Page page = Page.of(Router.APP_PAGE, "/about");

        Receipt receipt = skewed(writer).build().revalidate(List.of(Change.page(page)));

        assertThat(receipt.orThrow().changes().get(0).notes())
                .singleElement()
                .asString()
                .contains("ahead of the store's by at least PT2H59M59");
        assertThat(pauses).singleElement().satisfies(pause -> assertThat(pause).isLessThan(Duration.ofSeconds(4)));
        assertThat(server.answer(new EdgeRequest("/about", Map.of())).headers())
                .containsEntry("x-nextjs-cache", "MISS");
        assertThat(server.answer(new EdgeRequest("/about", Map.of())).headers()).containsEntry("x-nextjs-cache", "HIT");
    }

    @Test
    void clocksThatAgreeToTheSecondAreNotWorthANote() throws InterruptedException {
        for (int millis : List.of(-900, -500, 0, 500, 900)) {
            ManualClock writer = ManualClock.startingAt(clock.instant().plusMillis(millis));
            Page page = Page.of(Router.APP_PAGE, "/about");
            server.render(List.of(page));
            int version = server.edit(page);
            Receipt receipt = skewed(writer).build().revalidate(List.of(Change.page(page)));
            assertThat(receipt.orThrow().changes().get(0).notes())
                    .as("%d ms", millis)
                    .isEmpty();
            assertThat(server.answer(new EdgeRequest("/about", Map.of())).body())
                    .as("%d ms", millis)
                    .isEqualTo("/about version " + version);
            clock.advance(Duration.ofMillis(1270));
        }
    }

    @Test
    void aStoreThatCannotTellItsTimeIsSaid() throws InterruptedException {
        FlakyIncrementalCache flaky = FlakyIncrementalCache.of(pages, 1);
        flaky.failNext(1);
        Receipt receipt =
                revalidator().cache(flaky).build().revalidate(List.of(Change.page(Page.of(Router.APP_PAGE, "/about"))));
        assertThat(receipt.orThrow().changes().get(0).notes())
                .singleElement()
                .asString()
                .contains("dated by this machine's clock");
    }

    /** OpenNext B17: a page whose render began before the mark and was stored after it passes for a new one. */
    @Test
    void aSlowRenderThatBeganBeforeTheChangeIsReachedIfItsTimeIsKnown() throws InterruptedException {
        Page page = Page.of(Router.APP_PAGE, "/about");
        boolean[] stored = {false};
        Pause overtaken = duration -> {
            if (!stored[0]) {
                // The render ends in the middle of the wait, with what it read before the change.
                stored[0] = true;
                clock.advance(Duration.ofSeconds(2));
                server.render(List.of(page));
                server.edit(page);
                pause(duration.minusSeconds(2));
            } else {
                pause(duration);
            }
        };
        Revalidator patient = Revalidator.builder(site, clearing(submitter(clock, overtaken), DISTRIBUTION))
                .tagCache(table)
                .cache(pages)
                .slowestRender(Duration.ofSeconds(3))
                .build();
        patient.revalidate(List.of(Change.page(page))).orThrow().await(Duration.ofMinutes(1));
        assertThat(edge.get("/about").body()).isEqualTo("/about version 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> revalidator().slowestRender(Duration.ofMillis(-1)))
                .withMessageContaining("PT-0.001S");
    }

    @Test
    void anOutboxGoesByThisMachinesClock() throws InterruptedException {
        ManualClock writer = ManualClock.startingAt(clock.instant().minus(Duration.ofHours(1)));
        OutboxDrainer outbox = OutboxDrainer.builder(
                        new InMemoryOutbox(writer), skewed(writer).build())
                .build();
        outbox.accept(Change.path("/about"));
        assertThat(outbox.flush(Duration.ofMinutes(5))).isTrue();
        assertThat(Duration.between(clock.instant().minus(Duration.ofHours(1)), writer.instant()))
                .isLessThan(Duration.ofMinutes(1));
        assertThat(cloudFront.accepted(DISTRIBUTION)).hasSize(1);
    }

    @Test
    void aPathThatIsNotStoredIsClearedForBothRoutersIfItIsSaidToBeNew() throws InterruptedException {
        Receipt receipt = revalidator()
                .build()
                .revalidate(Change.path("/new").evenIfUnknown())
                .orThrow();
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
        OutboxDrainer outbox = OutboxDrainer.builder(
                        new InMemoryOutbox(clock), revalidator().build())
                .build();
        Page page = Page.of(Router.APP_PAGE, "/about");
        server.urlsOf(page).forEach(edge::get);
        server.edit(page);

        assertThat(outbox.accept(Change.page(page)).entries()).hasSize(1);

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
                            account, new Ambient(clock, this::pause, new SplittableRandom(1)))
                    .build();
            Revalidator.builder(site, clearing(submitter, DISTRIBUTION))
                    .tagCache(table)
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
        Preview preview = revalidator().build().preview(Change.tag("products"));
        assertThat(preview.problems()).isEmpty();
        assertThat(preview.plan().orElseThrow().items())
                .extracting(InvalidationItem::spelling)
                .contains("/products/1", "/products/2?*");
        assertThat(preview).hasToString("would revalidate [tag:products]: 2 marks, 2 pages, 4 paths to clear");
        assertThat(preview.changes().get(0).marks().count(WriteReport.Outcome.PLANNED))
                .isPositive();
        assertThat(table.rows()).isEqualTo(before);
        assertThat(cloudFront.accepted(DISTRIBUTION)).isEmpty();
    }

    @Test
    void aTagThatNobodyCarriesIsAnAnswerAndNotAFailure() throws InterruptedException {
        Receipt receipt =
                revalidator().build().revalidate(Change.tag("prodcuts")).orThrow();
        assertThat(receipt.changes().get(0).notes()).singleElement().asString().contains("no page carries prodcuts");
        assertThat(receipt.plan()).isEmpty();
        assertThat(receipt.await(Duration.ZERO)).isTrue();
    }

    /** A table out of reach once filled the log with the same sentence for every change. */
    @Test
    void theMessageOfAnIncompleteRevalidationNamesEachThingOnceAndNotTooMany() throws InterruptedException {
        table.failOn(row -> row.path().endsWith("/products/2"));
        List<Change> changes = new ArrayList<>(List.of(Change.tag("products"), Change.path("/products/2")));
        for (int i = 0; i < 30; i++) {
            changes.add(Change.tag("../" + i));
        }
        Receipt receipt = revalidator().build().revalidate(changes);
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
        Revalidator.Builder bare = Revalidator.builder(site, clearing(submitter, DISTRIBUTION));
        assertThat(bare.build().revalidate(List.of(Change.page(page))).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("PageRenderer"));

        server.urlsOf(page).forEach(edge::get);
        server.edit(page);
        Receipt receipt = bare.renderer(server).build().revalidate(List.of(Change.page(page)));
        assertThat(receipt.orThrow().await(Duration.ofMinutes(1))).isTrue();
        assertThat(edge.get("/legacy/a").body()).isEqualTo("/legacy/a version 2");
    }

    @Test
    void aPageOfThePagesRouterWhoseKeyIsUnknownIsAProblem() throws InterruptedException {
        Receipt receipt = Revalidator.builder(site, clearing(submitter(), DISTRIBUTION))
                .tagCache(table)
                .build()
                .revalidate(List.of(Change.page(Page.of(Router.PAGES, "/legacy/a"))));
        assertThat(receipt.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("IncrementalCache"));
    }

    @Test
    void aRefusedBatchIsInTheReceipt() throws InterruptedException {
        Receipt receipt = Revalidator.builder(site, clearing(submitter(), DistributionId.of("ENONE")))
                .tagCache(table)
                .build()
                .revalidate(List.of(Change.path("/about")));
        assertThat(receipt.problems()).isNotEmpty();
        assertThat(receipt.submissions().get(0).cleared().open()).hasSize(1);
    }

    @Test
    void allDistributionsOfASiteAreCleared() throws InterruptedException {
        DistributionId second = DistributionId.of("E2");
        FakeCloudFront two = FakeCloudFront.builder(clock)
                .distribution(DISTRIBUTION)
                .distribution(second)
                .build();
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(
                        two, new Ambient(clock, this::pause, new SplittableRandom(1)))
                .build();
        Revalidator.builder(site, clearing(submitter, DISTRIBUTION))
                .clearing(clearing(submitter, second))
                .tagCache(table)
                .build()
                .revalidate(List.of(Change.path("/about")))
                .orThrow();
        assertThat(two.accepted(DISTRIBUTION)).hasSize(1);
        assertThat(two.accepted(second)).hasSize(1);
    }

    @Test
    void aReaderSeesTheNewPagesOfARoute() throws InterruptedException {
        table.seed(List.of(
                routeRow("_N_T_/products/[id]/page", "/products/1"),
                routeRow("_N_T_/products/layout", "/products/1"),
                routeRow("_N_T_/products/[id]/page", "/products/2"),
                routeRow("_N_T_/products/layout", "/products/2")));
        for (Change change : List.of(
                Change.route("/products/[id]", PathTags.Scope.PAGE),
                Change.parse("route:/products/[id]"),
                Change.parse("layout:/products"))) {
            Page first = Page.of(Router.APP_PAGE, "/products/1");
            edge.get("/products/1");
            int version = server.edit(first);
            Receipt receipt = revalidator().build().revalidate(List.of(change)).orThrow();
            assertThat(receipt.changes().get(0).pages())
                    .as(change.toString())
                    .containsExactlyInAnyOrder(first, Page.of(Router.APP_PAGE, "/products/2"));
            assertThat(receipt.await(Duration.ofMinutes(1))).isTrue();
            assertThat(edge.get("/products/1").body()).isEqualTo("/products/1 version " + version);
            assertThat(edge.get("/about").body()).isEqualTo("/about version 1");
        }
    }

    /** After a deploy the data URLs bear the new build, and browsers with the old bundle still ask for the old ones. */
    @Test
    void aDeployInTheMiddleMarksAndClearsBothBuilds() throws InterruptedException {
        String[] deployed = {"B"};
        Page page = Page.of(Router.PAGES, "/legacy/a");
        for (String build : List.of("B2")) {
            CacheKey key = CacheKey.routeScoped(Router.PAGES, "/legacy/a", "/legacy/a");
            pages.put(
                    BuildId.of(build),
                    new CacheEntry(
                            key, CacheEntry.Kind.PAGE, List.of(), null, 200, null, false, clock.instant(), "etag"));
        }
        Revalidator revalidator = revalidator()
                .buildIds(BuildIds.following(() -> deployed[0], Duration.ofMinutes(1), Duration.ofMinutes(10)))
                .build();
        assertThat(items(revalidator.revalidate(List.of(Change.page(page))).orThrow()))
                .contains("/_next/data/B/legacy/a.json");

        deployed[0] = "B2";
        clock.advance(Duration.ofMinutes(1));
        Receipt receipt = revalidator.revalidate(List.of(Change.page(page))).orThrow();
        assertThat(items(receipt)).contains("/legacy/a", "/_next/data/B2/legacy/a.json", "/_next/data/B/legacy/a.json");
        assertThat(receipt.changes().get(0).marks().results())
                .extracting(result ->
                        result.row().path().substring(0, result.row().path().indexOf('/')))
                .contains("B", "B2");

        clock.advance(Duration.ofMinutes(10));
        assertThat(items(revalidator.revalidate(List.of(Change.page(page))).orThrow()))
                .contains("/_next/data/B2/legacy/a.json")
                .doesNotContain("/_next/data/B/legacy/a.json");
    }

    @Test
    void aRouteThatHasNoPagesIsAnAnswerAndNotAFailure() throws InterruptedException {
        Receipt receipt = revalidator()
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
                BUILD, new CacheEntry(key, CacheEntry.Kind.APP, tags, null, 200, null, false, clock.instant(), "etag"));
        Revalidator next = Revalidator.builder(site, clearing(submitter(), DISTRIBUTION))
                .tagCache(table, TagCacheMode.NEXT_MODE)
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
        assertThat(table.rows())
                .extracting(TagRow::tag)
                .contains("B/_tag/products", "B/_tag/_N_T_/products/[id]/page", "B/_tag/_N_T_/layout");
    }

    /** A name that leaves its build once threw in the middle: marks were written, and nothing was cleared. */
    @Test
    void aNameThatTheTableCannotHoldDoesNotStopTheOthers() throws InterruptedException {
        Receipt receipt = revalidator()
                .build()
                .revalidate(List.of(Change.tag("products"), Change.tag("../x"), Change.path("/about")));
        assertThat(receipt.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("\"../x\" leaves build B"));
        assertThat(items(receipt)).contains("/products/1", "/about");
    }

    @Test
    void aLocaleThatTheSiteHasNotIsRefusedBeforeAnythingIsWritten() {
        List<TagRow> before = table.rows();
        Site localized = Site.builder(BUILD).locales(List.of("en", "fr"), "en").build();
        Revalidator revalidator = Revalidator.builder(localized, clearing(submitter(), DISTRIBUTION))
                .tagCache(table)
                .build();
        Change bad = Change.page(Page.of(Router.PAGES, "/legacy/a").inLocale("xx"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> revalidator.revalidate(List.of(Change.tag("products"), bad)))
                .withMessageContaining("xx");
        assertThat(table.rows()).isEqualTo(before);
    }

    @Test
    void aMalformedRouteIsRefusedBeforeAnythingIsSent() {
        for (String bad : List.of(
                "route:blog",
                "route:/blog/",
                "route:/blog/[slug]/page",
                "layout:/blog/layout",
                "route://blog",
                "route:",
                "layout:/" + "x".repeat(1024))) {
            assertThatIllegalArgumentException().as(bad).isThrownBy(() -> Change.parse(bad));
        }
        assertThat(Change.parse("layout:/").toString()).isEqualTo("layout:/");
        assertThat(Change.parse("path:/a/b/")).isEqualTo(Change.path("/a/b"));
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
        return Revalidator.builder(site, clearing(submitter(), DISTRIBUTION))
                .tagCache(table)
                .cache(pages);
    }

    private static TagRow routeRow(String tag, String path) {
        return TagRow.registered(
                TagCacheMode.ORIGINAL.tagKey(BUILD, tag),
                TableKey.ofPath(
                        BUILD, CacheKey.routeScoped(Router.APP_PAGE, path, path).value()));
    }

    /** Makes a revalidator on a machine whose clock differs from the store's. */
    private Revalidator.Builder skewed(ManualClock writer) {
        Pause both = duration -> {
            writer.advance(duration);
            pause(duration);
        };
        return Revalidator.builder(site, clearing(submitter(writer, both), DISTRIBUTION))
                .tagCache(table)
                .cache(pages.telling(clock));
    }

    private static Clearing clearing(InvalidationSubmitter submitter, DistributionId distribution) {
        return Clearing.builder(submitter, distribution)
                .cacheTags("x-cdn-tags", Instant.EPOCH)
                .build();
    }

    private InvalidationSubmitter submitter() {
        return submitter(clock, this::pause);
    }

    private InvalidationSubmitter submitter(InstantSource time, Pause pause) {
        return InvalidationSubmitter.builder(cloudFront, new Ambient(time, pause, new SplittableRandom(1)))
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

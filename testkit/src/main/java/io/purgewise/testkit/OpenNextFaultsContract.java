package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.purgewise.cache.TableKey;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.Cdn;
import io.purgewise.cdn.CdnException;
import io.purgewise.cdn.Clearing;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.InvalidationSubmitter;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Says what goes wrong when OpenNext itself invalidates CloudFront, and demands that a {@link Revalidator} on the ports under
 * test does not do so.
 *
 * <p>Each of O1 to O10 was observed or read in OpenNext's own code (opennextjs-aws at commit {@code d35f7cc1}, 2026-05-27:
 * {@code overrides/cdnInvalidation/cloudfront.ts}, {@code adapters/cache.ts}, {@code overrides/tagCache/dynamodb.ts}). Extend
 * it for a {@link Cdn} or {@link TagCache} of your own:
 *
 * <pre>{@code
 * class MyOpenNextFaultsTest extends OpenNextFaultsContract {
 *
 *     private final FakeCloudFront account =
 *             FakeCloudFront.builder(clock).quotas(FakeQuotas.strict()).distribution(SITE).build();
 *
 *     protected Cdn cdn() { return new MyCdn(account); }
 *     protected TagCache tagCache() { return table; }
 *     protected void put(Collection<TagRow> rows) { table.seed(rows); }
 * }
 * }</pre>
 *
 * <p>What the CDN has accepted is read back through the port alone, so any {@link Cdn} will do that remembers what it accepted.
 */
public abstract class OpenNextFaultsContract {

    /** The distribution that is cleared, unless {@link #distribution()} says otherwise. */
    protected static final DistributionId SITE = DistributionId.of("E1SITE");

    private static final BuildId BUILD = BuildId.of("BUILD");
    private static final Site PLAIN_KEYS =
            Site.builder(BUILD).nextVersion(NextVersion.parse("14.2.35")).build();
    private static final Site NO_QUERIES = Site.builder(BUILD)
            .nextVersion(NextVersion.parse("14.2.35"))
            .queryStringsInCacheKey(false)
            .build();

    /** The clock of each test, which waiting moves. */
    protected final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T10:00:00.250Z"));

    /** Creates the contract; JUnit does so for each test. */
    protected OpenNextFaultsContract() {}

    /**
     * Returns the CDN under test.
     *
     * @return a CDN that has the {@link #distribution()}, nothing accepted at the start of a test, best with strict quotas
     */
    protected abstract Cdn cdn();

    /**
     * Returns the tag table under test.
     *
     * @return the same table during one test, empty at its start
     */
    protected abstract TagCache tagCache();

    /**
     * Puts rows into the table behind its back, as OpenNext's build does.
     *
     * @param rows the rows
     */
    protected abstract void put(Collection<TagRow> rows);

    /**
     * Returns the distribution to clear.
     *
     * @return {@link #SITE} unless overridden
     */
    protected DistributionId distribution() {
        return SITE;
    }

    /**
     * Waits, by moving the clock.
     *
     * @param duration how long; override it for a CDN that lives by another clock
     * @throws InterruptedException if the thread is told to stop
     */
    protected void pause(Duration duration) throws InterruptedException {
        clock.advance(duration.plusMillis(1));
    }

    @Test
    @DisplayName("O1: a tag of the app clears its pages; OpenNext sends no invalidation at all")
    void aTagClearsThePagesThatCarryIt() throws InterruptedException {
        register("product", "p/1", "p/2");
        Receipt receipt = revalidator(PLAIN_KEYS).revalidate(List.of(Change.tag("product")));
        PurgewiseAssertions.assertThat(receipt)
                .isComplete()
                .marked(2)
                .clears("/p/1", "/p/1?page=2", "/p/2", "/p/2?_rsc=abc12");
        assertAccepted("/p/1", "/p/1?page=2", "/p/1?_rsc=abc12", "/p/1?_rsc", "/p/2", "/p/2?x=1");
    }

    @Test
    @DisplayName(
            "O2: in next mode a tag clears its pages or says that it cannot; OpenNext does nothing and says nothing")
    void inNextModeATagIsMarkedAndNeverSilentlyLeftAtTheCdn() throws InterruptedException {
        Receipt receipt =
                revalidator(PLAIN_KEYS, TagCacheMode.NEXT_MODE, cdn(), 1).revalidate(List.of(Change.tag("product")));
        assertThat(tagCache().rowsOfTag("BUILD/_tag/product")).as("marks").hasSize(1);
        if (receipt.plan().isEmpty()) {
            PurgewiseAssertions.assertThat(receipt).hasProblemAbout("tag:product");
        }
    }

    @Test
    @DisplayName("O2: in next mode pages are cleared by name")
    void inNextModeAPageIsClearedByName() throws InterruptedException {
        Receipt receipt = revalidator(PLAIN_KEYS, TagCacheMode.NEXT_MODE, cdn(), 1)
                .revalidate(List.of(Change.page(Page.of(Router.APP_PAGE, "/p/1"))));
        PurgewiseAssertions.assertThat(receipt).isComplete();
        assertThat(tagCache().rowsOfTag("BUILD/_tag/_N_T_/p/1")).as("marks").hasSize(1);
        assertAccepted("/p/1", "/p/1?page=2");
    }

    @Test
    @DisplayName("O3: twenty pages at once stay within 15 wildcards in progress; OpenNext sends 20 and they stay stale")
    void manyPagesStayWithinTheQuotaOfWildcards() throws InterruptedException {
        WildcardCount counting = new WildcardCount(cdn());
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            changes.add(Change.page(Page.of(Router.APP_PAGE, "/p" + i)));
        }
        Receipt receipt =
                revalidator(PLAIN_KEYS, TagCacheMode.ORIGINAL, counting, 1).revalidate(changes);
        PurgewiseAssertions.assertThat(receipt).isComplete();
        assertThat(counting.most).as("wildcards in progress").isBetween(1L, 15L);
        for (int i = 0; i < 20; i++) {
            assertAccepted("/p" + i, "/p" + i + "?page=2");
        }
    }

    @Test
    @DisplayName("O4: the home page's data lies at index.json; OpenNext clears /_next/data/BUILD/.json")
    void theHomePageIsClearedWithItsData() throws InterruptedException {
        Receipt receipt = revalidator(PLAIN_KEYS).revalidate(List.of(Change.page(Page.of(Router.PAGES, "/"))));
        PurgewiseAssertions.assertThat(receipt).isComplete();
        assertAccepted("/", "/?utm=1", "/_next/data/BUILD/index.json", "/_next/data/BUILD/index.json?x=1");
        assertThat(accepted()).as("accepted").noneMatch(item -> item.contains("/.json"));
    }

    @Test
    @DisplayName("O5: the home page, whose row is called index, is cleared at /; OpenNext clears /index")
    void theHomePageIsClearedAtItsUrl() throws InterruptedException {
        register("news", "index");
        Receipt receipt = revalidator(PLAIN_KEYS).revalidate(List.of(Change.tag("news")));
        PurgewiseAssertions.assertThat(receipt).isComplete().found(Page.of(Router.APP_PAGE, "/"));
        assertAccepted("/", "/?utm=1");
        assertThat(accepted()).as("accepted").doesNotContain("/*");
    }

    @Test
    @DisplayName("O6: concurrent calls have caller references of their own; OpenNext's share one millisecond")
    void concurrentCallsHaveCallerReferencesOfTheirOwn() throws Exception {
        ExecutorService instances = Executors.newFixedThreadPool(3);
        try {
            List<Callable<Receipt>> calls = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Change change = Change.page(Page.of(Router.APP_PAGE, "/p" + i));
                Revalidator instance = revalidator(PLAIN_KEYS, TagCacheMode.ORIGINAL, cdn(), i);
                calls.add(() -> instance.revalidate(List.of(change)));
            }
            for (Future<Receipt> receipt : instances.invokeAll(calls)) {
                PurgewiseAssertions.assertThat(receipt.get()).isComplete();
            }
        } finally {
            instances.shutdownNow();
        }
        assertThat(invalidations())
                .extracting(Invalidation::callerReference)
                .extracting(CallerReference::value)
                .doesNotHaveDuplicates()
                .hasSizeGreaterThanOrEqualTo(3);
        assertAccepted("/p0", "/p1", "/p2");
    }

    @Test
    @DisplayName(
            "O7: a page of the Pages Router is cleared with its data; OpenNext takes every page for one of the App Router")
    void aPageOfThePagesRouterIsClearedWithItsData() throws InterruptedException {
        Receipt receipt = revalidator(PLAIN_KEYS)
                .revalidate(List.of(
                        Change.page(Page.of(Router.PAGES, "/legacy/a")),
                        Change.path("/legacy/unknown").evenIfUnknown()));
        PurgewiseAssertions.assertThat(receipt).clears("/legacy/a", "/_next/data/BUILD/legacy/a.json");
        assertAccepted(
                "/legacy/a?x=1",
                "/_next/data/BUILD/legacy/a.json?slug=a",
                "/legacy/unknown",
                "/_next/data/BUILD/legacy/unknown.json");
    }

    @Test
    @DisplayName("O8: more than 3,000 paths go out in batches that fit; OpenNext sends them in one that is refused")
    void moreThanABatchHoldsGoesOutInBatches() throws InterruptedException {
        int pages = InvalidationBatch.MAX_ITEMS + 1;
        register("all", IntStream.range(0, pages).mapToObj(i -> "p/" + i).toArray(String[]::new));
        Receipt receipt = revalidator(NO_QUERIES).revalidate(List.of(Change.tag("all")));
        PurgewiseAssertions.assertThat(receipt).isComplete().marked(pages);
        assertThat(invalidations())
                .hasSizeGreaterThan(1)
                .allSatisfy(each -> assertThat(each.quantity()).isLessThanOrEqualTo(InvalidationBatch.MAX_ITEMS));
        assertAccepted(IntStream.range(0, pages).mapToObj(i -> "/p/" + i).toArray(String[]::new));
    }

    @Test
    @DisplayName(
            "O9: a tag with more than 1 MB of rows is marked and cleared whole; OpenNext reads the first page of rows")
    void aTagWithManyRowsIsMarkedWhole() throws InterruptedException {
        String[] keys = IntStream.range(0, 1200)
                .mapToObj(i -> "p/" + "x".repeat(900) + "/" + i)
                .toArray(String[]::new);
        register("big", keys);
        Receipt receipt = revalidator(NO_QUERIES).revalidate(List.of(Change.tag("big")));
        PurgewiseAssertions.assertThat(receipt).isComplete().marked(keys.length);
        assertThat(tagCache().rowsOfTag("BUILD/big"))
                .hasSize(keys.length)
                .allSatisfy(row -> assertThat(row.revalidatedAt()).isAfter(TagRow.REGISTERED));
        assertAccepted("/" + keys[0], "/" + keys[keys.length - 1]);
    }

    @Test
    @DisplayName("O10: paths are spelled as CloudFront takes them; OpenNext sends them raw and is refused")
    void pathsAreSpelledAsTheCdnTakesThem() throws InterruptedException {
        List<String> paths = List.of("/caff\u00e8 bar", "/\u65e5\u672c", "/home/~me", "/a|b", "/100%23");
        Receipt receipt = revalidator(PLAIN_KEYS)
                .revalidate(paths.stream()
                        .map(path -> Change.page(Page.of(Router.APP_PAGE, path)))
                        .toList());
        PurgewiseAssertions.assertThat(receipt).isComplete();
        assertAccepted(
                "/caff%C3%A8%20bar", "/%E6%97%A5%E6%9C%AC?x=1", "/home/~me", "/home/~me?x=1", "/a%7Cb", "/100%23");
        assertThat(accepted()).allMatch(item -> item.chars().allMatch(c -> c > ' ' && c < '~'));
        assertThat(receipt.changes().get(2).unnameable())
                .as("what CloudFront cannot name")
                .isNotEmpty();
    }

    @Test
    @DisplayName("A CDN that refuses stops no mark; in OpenNext it skips the marks of all further tags")
    void aCdnThatRefusesStopsNoMark() throws InterruptedException {
        register("one", "p/1");
        register("two", "p/2");
        Receipt receipt = revalidator(PLAIN_KEYS, TagCacheMode.ORIGINAL, new Refusing(cdn()), 1)
                .revalidate(List.of(Change.tag("one"), Change.tag("two")));
        PurgewiseAssertions.assertThat(receipt).marked(2).hasProblemAbout("batch");
        assertThat(invalidations()).isEmpty();
    }

    private void register(String tag, String... keys) {
        List<TagRow> rows = new ArrayList<>();
        for (String key : keys) {
            rows.add(TagRow.registered(TableKey.ofTag(BUILD, tag), TableKey.ofPath(BUILD, key)));
        }
        put(rows);
    }

    private Revalidator revalidator(Site site) {
        return revalidator(site, TagCacheMode.ORIGINAL, cdn(), 1);
    }

    private Revalidator revalidator(Site site, TagCacheMode mode, Cdn cdn, long seed) {
        Random random = new Random(seed);
        InvalidationSubmitter submitter = InvalidationSubmitter.builder(cdn, new Ambient(clock, this::pause, random))
                .build();
        return Revalidator.builder(
                        site, Clearing.builder(submitter, distribution()).build())
                .tagCache(tagCache(), mode)
                .build();
    }

    private List<Invalidation> invalidations() {
        List<Invalidation> all = new ArrayList<>();
        cdn().list(distribution()).forEach(each -> all.add(cdn().read(distribution(), each.id())));
        return all;
    }

    private List<String> accepted() {
        return invalidations().stream().flatMap(each -> each.paths().stream()).toList();
    }

    private void assertAccepted(String... urls) {
        List<String> accepted = accepted();
        ItemMatcher matcher = ItemMatcher.of(accepted);
        for (String url : urls) {
            if (!matcher.matches(url, Set.of())) {
                fail("the CDN did not accept anything that clears " + url + " but " + ClearingHints.shown(accepted)
                        + "; likely mistake: " + ClearingHints.missing(accepted, url));
            }
        }
    }

    /** Counts the wildcards that are in progress after each submission. */
    private static final class WildcardCount extends CdnWrapper {

        private final List<Invalidation> inProgress = new ArrayList<>();
        private long most;

        WildcardCount(Cdn cdn) {
            super(cdn);
        }

        @Override
        public Invalidation submit(InvalidationBatch batch) {
            Invalidation accepted = super.submit(batch);
            if (batch.wildcards() == 0) {
                return accepted;
            }
            inProgress.add(accepted);
            inProgress.removeIf(
                    each -> cdn.read(batch.distribution(), each.id()).status() == Invalidation.Status.COMPLETED);
            long now = inProgress.stream()
                    .flatMap(each -> each.paths().stream())
                    .filter(path -> path.endsWith("*"))
                    .count();
            most = Math.max(most, now);
            return accepted;
        }
    }

    /** Refuses every submission. */
    private static final class Refusing extends CdnWrapper {

        Refusing(Cdn cdn) {
            super(cdn);
        }

        @Override
        public Invalidation submit(InvalidationBatch batch) {
            throw CdnException.of(
                    CdnException.Reason.DENIED,
                    CdnException.Answer.of(
                            "AccessDenied", "not authorized to perform cloudfront:CreateInvalidation", "r1"));
        }
    }
}

package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CacheTag;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.InMemoryTagCache;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagMarkerTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final Site SITE = Site.builder(BUILD).build();
    private static final Instant T = Instant.parse("2026-11-23T10:00:00.400Z");
    private static final String FETCH_1 = "01".repeat(32);
    private static final String FETCH_2 = "02".repeat(32);
    private static final String ELSEWHERE = "03".repeat(32);

    private final InMemoryTagCache table = InMemoryTagCache.create();

    @Test
    void aTagMarksItsPagesAndItsFetchesAlike() {
        seed("products", "products/1", "products/2", FETCH_1);
        seed("other", "products/3");
        Marking marking = marker(MarkPolicy.EXPIRE).mark(BUILD, CacheTag.of("products"), List.of(), () -> T);
        assertThat(marking.pages()).extracting(CacheKey::pathname).containsExactly("/products/1", "/products/2");
        assertThat(marking.dataEntries()).isEqualTo(1);
        assertThat(marked()).containsExactly("B/" + FETCH_1, "B/products/1", "B/products/2");
    }

    /** OpenNext marks the fetch alone, so that the page stays as it was. */
    @Test
    void aTagWithACommaReachesThePagesOnWhichItFellApart() {
        seed("a:a,b", FETCH_1);
        seed("a:a", "a/a%2Cb", "a/a");
        seed("b", "a/a%2Cb", "b");
        Marking marking = marker(MarkPolicy.EXPIRE).mark(BUILD, CacheTag.of("a:a,b"), List.of(), () -> T);
        assertThat(marking.pages()).extracting(CacheKey::value).containsExactly("a/a%2Cb");
        assertThat(marked()).containsExactly("B/" + FETCH_1, "B/a/a%2Cb", "B/a/a%2Cb");
    }

    @Test
    void inNextModeATagWithACommaIsMarkedWithItsLongestPiece() {
        nextMode().mark(BUILD, CacheTag.of("a:a,b"), List.of(), () -> T);
        assertThat(marked()).containsExactly("B/_tag/a:a", "B/_tag/a:a,b");
    }

    /** OpenNext B3, B5: spellings that join to the same key are one row. */
    @Test
    void tagsThatAreEqualOnceJoinedAreOneRow() {
        seed("a/b", "p");
        marker(MarkPolicy.EXPIRE).mark(BUILD, CacheTag.of("a//b"), List.of(CacheKey.plain("/p")), () -> T);
        assertThat(marked()).containsExactly("B/p");
        assertThatThrownBy(() -> marker(MarkPolicy.EXPIRE).mark(BUILD, CacheTag.of("../C/x"), List.of(), () -> T))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leaves build B");
    }

    @Test
    void aPageIsMarkedLikeOpenNextDoesWithEverybodyWhoSharesItsTags() {
        pages();
        Marking marking = marker(MarkPolicy.EXPIRE).mark(BUILD, page("/products/1"), List.of(), () -> T);
        assertThat(marking.pages()).extracting(CacheKey::pathname).containsOnly("/products/1");
        assertThat(marking.reached()).extracting(CacheKey::pathname).containsExactly("/products/2");
        assertThat(marked())
                .contains("B/products/2", "B/" + FETCH_1, "B/" + FETCH_2)
                .doesNotContain("B/" + ELSEWHERE);
    }

    @Test
    void aPageIsMarkedWithItsDataAndUnrelatedPagesAreSpared() {
        pages();
        Marking marking = marker(MarkPolicy.EXPIRE.reaching(MarkPolicy.Reach.OWN_DATA))
                .mark(BUILD, page("/products/1"), List.of(), () -> T);
        assertThat(marking.reached()).isEmpty();
        assertThat(marked())
                .contains("B/products/1", "B/" + FETCH_1, "B/" + FETCH_2)
                .doesNotContain("B/products/2", "B/" + ELSEWHERE);
    }

    /** OpenNext B12: under route-scoped keys and for the root, untagged fetches are looked up where no row ever stands. */
    @Test
    void untaggedFetchesOfAPageAreReachedThroughARowOfItsPath() {
        CacheKey scoped = CacheKey.routeScoped(Router.APP_PAGE, "/blog/[slug]/page", "/blog/hello");
        seed("_N_T_/blog/hello", scoped.value());
        marker(MarkPolicy.EXPIRE).mark(BUILD, page("/blog/hello"), List.of(), () -> T);
        assertThat(marked()).containsExactly("B/blog/hello", "B/" + scoped);
        marker(MarkPolicy.EXPIRE).mark(BUILD, page("/"), List.of(), () -> T);
        assertThat(table.rows()).contains(TagRow.expire("B/_N_T_/", "B", T));
    }

    /** Pages rendered on demand before OpenNext 4.1.1 have no rows at all; a mark by tag does nothing there. */
    @Test
    void aPageWithoutRowsIsMarkedUnderTheKeyThatItIsStoredUnder() {
        Marking marking =
                marker(MarkPolicy.EXPIRE).mark(BUILD, page("/a/x y"), List.of(CacheKey.plain("/a/x y")), () -> T);
        assertThat(marking.pages()).extracting(CacheKey::pathname).containsExactly("/a/x y");
        assertThat(table.rows()).contains(TagRow.expire("B/_N_T_/a/x%20y", "B/a/x y", T));
    }

    @Test
    void aRouteHandlerOfASiteWithTrailingSlashesIsReached() {
        seed("_N_T_/feed/", "feed");
        marker(MarkPolicy.EXPIRE).mark(BUILD, page("/feed"), List.of(), () -> T);
        assertThat(table.rows()).contains(TagRow.expire("B/_N_T_/feed/", "B/feed", T));
    }

    /** A server stores {@code _N_T_/a/a} and {@code b} for the page {@code /a/a,b}; the first belongs to /a/a as well. */
    @Test
    void aPageWithACommaInItsPathIsTakenApartFromItsNeighbour() {
        seed("_N_T_/a/a", "a/a", "a/a,b");
        marker(MarkPolicy.EXPIRE).mark(BUILD, page("/a/a,b"), List.of(), () -> T);
        assertThat(table.rows())
                .contains(TagRow.expire("B/_N_T_/a/a", "B/a/a,b", T))
                .contains(TagRow.registered("B/_N_T_/a/a", "B/a/a"));
    }

    /** OpenNext B8: with a deploymentId builds seed rows under one ID and servers read them under another. */
    @Test
    void rowsThatABuildSeededUnderItsOwnIdAreMarkedWhereServersRead() {
        Site site = Site.builder(BuildId.of("next-1"))
                .cacheBuildId(BuildId.of("deploy-1"))
                .build();
        table.seed(List.of(
                TagRow.registered("next-1/products", "next-1/products/1"),
                TagRow.registered("next-1/_N_T_/products/1", "next-1/products/1")));
        TagMarker marker = TagMarker.of(table, TagCacheMode.ORIGINAL, site, MarkPolicy.EXPIRE);
        Marking marking = marker.mark(BuildId.of("deploy-1"), CacheTag.of("products"), List.of(), () -> T);
        assertThat(marking.pages()).extracting(CacheKey::pathname).containsExactly("/products/1");
        assertThat(table.rows()).contains(TagRow.expire("deploy-1/products", "deploy-1/products/1", T));
    }

    @Test
    void aWholeRouteIsMarked() {
        seed("_N_T_/products/[id]/page", "products/1", "products/2");
        Marking marking =
                marker(MarkPolicy.EXPIRE).mark(BUILD, "/products/[id]", PathTags.Scope.PAGE, List.of(), () -> T);
        assertThat(marking.pages()).hasSize(2);
        assertThatThrownBy(() -> marker(MarkPolicy.EXPIRE)
                        .mark(BUILD, "/" + "x".repeat(1024), PathTags.Scope.PAGE, List.of(), () -> T))
                .hasMessageContaining("1025");
    }

    @Test
    void aTagOfAnOlderNextIsLookedUpRaw() {
        seed("a:café", "raw");
        seed("a:caf%C3%A9", "encoded");
        TagMarker old = TagMarker.of(
                table,
                TagCacheMode.ORIGINAL,
                Site.builder(BUILD).nextVersion(NextVersion.parse("15.5.29")).build(),
                MarkPolicy.EXPIRE);
        assertThat(old.mark(BUILD, CacheTag.of("a:café"), List.of(), () -> T).pages())
                .extracting(CacheKey::value)
                .containsExactly("raw");
        assertThat(marker(MarkPolicy.EXPIRE)
                        .mark(BUILD, CacheTag.of("a:café"), List.of(), () -> T)
                        .pages())
                .extracting(CacheKey::value)
                .containsExactlyInAnyOrder("raw", "encoded");
    }

    /** OpenNext B13, B14: foreign rows are corrupted, and failures pass for success. */
    @Test
    void aRowThatFailsIsInTheReportAndForeignRowsAreKeptAsTheyAre() {
        table.seed(List.of(TagRow.registered("B/t", "aB/x"), TagRow.registered("B/t", "B/p")));
        table.failOn(row -> row.path().equals("B/p"));
        Marking marking = marker(MarkPolicy.EXPIRE).mark(BUILD, CacheTag.of("t"), List.of(), () -> T);
        assertThat(marking.rows().failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.row().path()).isEqualTo("B/p"));
        assertThat(marking.pages()).extracting(CacheKey::value).containsExactly("p");
        assertThat(table.rows()).contains(TagRow.expire("B/t", "aB/x", T));
    }

    /** Each {@code path:} of a site with trailing slashes failed from its second run on; others cost double. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/index",
                "/blog/hello",
                "/news/head to head",
                "/a/caf\u00e9",
                "/\u65e5\u672c/\ud83d\ude00",
                "/a/100%",
                "/a/50%25",
                "/a/a+b",
                "/a/a%2Fb",
                "/a/a,b",
                "/a/x&y=z",
                "/en",
                "/en/legacy/a b",
                "/v1.2/x.json",
                "/a/[x]",
                "/index/x"
            })
    void aSecondRunFindsWhatTheFirstFound(String path) {
        for (boolean slash : List.of(false, true)) {
            for (TagCacheMode mode : TagCacheMode.values()) {
                for (boolean stored : List.of(false, true)) {
                    for (boolean scoped : List.of(false, true)) {
                        CacheKey key = scoped
                                ? CacheKey.routeScoped(Router.APP_PAGE, "/(group)/[...all]/page", path)
                                : CacheKey.plain(path);
                        secondRun(page(path), key, slash, mode, stored ? List.of(key) : List.of());
                    }
                }
            }
        }
    }

    private static void secondRun(Page page, CacheKey key, boolean slash, TagCacheMode mode, List<CacheKey> known) {
        InMemoryTagCache table = InMemoryTagCache.create();
        Site site = Site.builder(BUILD).trailingSlash(slash).build();
        if (mode.listsEntries()) {
            for (String tag :
                    PathTags.implicit("/(group)/[...all]/page", page.urlPaths().get(0))) {
                table.seed(List.of(TagRow.registered("B/" + tag, "B/" + key)));
            }
        }
        TagMarker marker = TagMarker.of(table, mode, site, MarkPolicy.EXPIRE);
        Marking first = marker.mark(BUILD, page, known, () -> T);
        List<TagRow> rows = table.rows();
        Marking second = marker.mark(BUILD, page, known, () -> T);
        assertThat(second.pages()).isEqualTo(first.pages());
        assertThat(second.reached()).isEqualTo(first.reached()).isEmpty();
        assertThat(second.rows().results()).hasSameSizeAs(first.rows().results());
        assertThat(table.rows()).isEqualTo(rows);
        assertThat(first.pages()).isEqualTo(mode.listsEntries() || !known.isEmpty() ? List.of(key) : List.of());
    }

    /** Rows of 'use cache' were taken for other pages and left out, so that the page was rendered anew with old data. */
    @Test
    void dataOfUseCacheIsMarkedWithThePageThatIsMarkedAlone() {
        String useCache = "1:043:[\"80f1c2\",[{\"params\":\"$@1\"}],[\"B\"]]1:1c:{\"slug\":\"a\"}";
        seed("products", "products/1", "products/2", useCache);
        seed("_N_T_/products/1", "products/1");
        Marking marking = marker(MarkPolicy.EXPIRE.reaching(MarkPolicy.Reach.OWN_DATA))
                .mark(BUILD, page("/products/1"), List.of(), () -> T);
        assertThat(marked()).contains("B/" + useCache, "B/products/1").doesNotContain("B/products/2");
        assertThat(marking.dataEntries()).isEqualTo(1);
    }

    /** Three products cost 24 items instead of 6. */
    @Test
    void whatHasNoUrlIsMarkedAndNoPage() {
        String shell = CacheKey.routeScoped(Router.APP_PAGE, "/photos/[id]/page", "/photos/[id]")
                .value();
        String grouped = CacheKey.routeScoped(Router.APP_PAGE, "/(shop)/[lang]/p/[id]/page", "/en/p/[id]")
                .value();
        seed("photos", "photos/1", shell, grouped, "_not-found", "a/[x]", "[\"80f1c2\",[\"7\"],[\"B\"]]");
        seed("_N_T_/(shop)/[lang]/p/[id]/page", grouped);
        seed("_N_T_/a/[slug]/page", "a/[x]");
        Marking marking = marker(MarkPolicy.EXPIRE).mark(BUILD, CacheTag.of("photos"), List.of(), () -> T);
        assertThat(marking.pages()).extracting(CacheKey::value).containsExactlyInAnyOrder("photos/1", "a/[x]");
        assertThat(marked())
                .containsExactlyInAnyOrder(
                        "B/photos/1",
                        "B/" + shell,
                        "B/" + grouped,
                        "B/_not-found",
                        "B/a/[x]",
                        "B/[\"80f1c2\",[\"7\"],[\"B\"]]");
    }

    @Test
    void aTagThatOnlyAnInterceptingRouteCarriesLeadsToThePageThatVisitorsAskFor() {
        CacheKey modal = CacheKey.routeScoped(Router.APP_PAGE, "/@modal/(.)photos/[id]/page", "/(.)photos/1");
        seed("photo:1", modal.value());
        Marking marking = marker(MarkPolicy.EXPIRE).mark(BUILD, CacheTag.of("photo:1"), List.of(), () -> T);
        assertThat(marking.pages().get(0).page(SITE, Router.APP_PAGE)).contains(page("/photos/1"));
    }

    private void pages() {
        seed("_N_T_/products/1", "products/1");
        seed("_N_T_/products/2", "products/2");
        seed("product:1", "products/1", FETCH_1);
        seed("products", "products/1", "products/2", FETCH_1, FETCH_2);
        seed("elsewhere", "about", ELSEWHERE);
    }

    private void seed(String tag, String... entries) {
        for (String entry : entries) {
            table.seed(List.of(TagRow.registered("B/" + tag, "B/" + entry)));
        }
    }

    private List<String> marked() {
        return table.rows().stream()
                .filter(row -> row.revalidatedAt().equals(T))
                .map(TagRow::path)
                .sorted()
                .toList();
    }

    private TagMarker marker(MarkPolicy policy) {
        return TagMarker.of(table, TagCacheMode.ORIGINAL, SITE, policy);
    }

    private TagMarker nextMode() {
        return TagMarker.of(table, TagCacheMode.NEXT_MODE, SITE, MarkPolicy.EXPIRE);
    }

    private static Page page(String path) {
        return Page.of(Router.APP_PAGE, path);
    }
}

package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Rewrite;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.InMemoryIncrementalCache;
import io.purgewise.testkit.InMemoryTagCache;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathLookupTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final Site SITE = Site.builder(BUILD).build();
    private static final Instant T = Instant.parse("2026-11-25T10:00:00.400Z");

    private final InMemoryIncrementalCache bucket = InMemoryIncrementalCache.create();
    private final InMemoryTagCache table = InMemoryTagCache.create();

    /** Every one of these ended as done, was paid for and changed nothing. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/prodcuts/7 | is the path of no stored page; the nearest one is /products/7",
                "/galery | is the path of no stored page; the nearest one is /gallery",
                "/Gallery | is the path of no stored page; the nearest one is /gallery",
                "/something/else/entirely | is the path of no stored page",
                "/x | is the path of no stored page",
                "/fruit/%E3%83%90%E3%83%8A%E3%83%8A | is percent-encoded; give it decoded: /fruit/バナナ",
                "/blog/[slug] | is a route, which has many pages: change the route instead, route:/blog/[slug]",
                "/docs/[[...path]] | is a route, which has many pages: change the route instead, route:/docs/[[...path]]",
                "/shop/gallery | has the base path in it; write it without the base path: /gallery",
                "/shop | has the base path in it; write it without the base path: /",
                "/https:/example.com/gallery | looks like a whole URL; give its path alone",
            })
    void aPathThatNobodyKnowsComesWithItsLikelyMistake(String path, String reason) {
        Site shop = Site.builder(BUILD).basePath("/shop").build();
        stored(Router.APP_PAGE, "/products/[id]/page", "/products/7");
        stored(Router.APP_PAGE, "/gallery/page", "/gallery");
        stored(Router.PAGES, "/fruit/[name]", "/fruit/バナナ");
        stored(Router.APP_PAGE, "/(grouped)/blog/[slug]/page", "/blog/[slug]", "_N_T_/(grouped)/blog/[slug]/page");
        registered("/products/[id]/page", "/products/7");
        registered("/gallery/page", "/gallery");
        for (TagCacheMode mode : TagCacheMode.values()) {
            assertThat(finder(shop, true).lookup(BUILD, path, marker(shop, mode)))
                    .isEqualTo(new PathLookup.Unknown(reason));
        }
        if (!path.startsWith("/fruit")) {
            assertThat(finder(shop, false).lookup(BUILD, path, marker(shop, TagCacheMode.ORIGINAL)))
                    .isEqualTo(new PathLookup.Unknown(reason));
        }
    }

    @Test
    void aPageOfTheBucketIsKnownWhetherOrNotItEverGotARow() {
        stored(Router.APP_PAGE, "/products/[id]/page", "/products/3");
        stored(Router.PAGES, "/legacy/[slug]", "/legacy/a");
        for (TagCacheMode mode : TagCacheMode.values()) {
            assertThat(known(SITE, true, "/products/3", mode).pages())
                    .containsExactly(Page.of(Router.APP_PAGE, "/products/3"));
            assertThat(known(SITE, true, "/legacy/a", mode).pages())
                    .containsExactly(Page.of(Router.PAGES, "/legacy/a"));
        }
    }

    @Test
    void aPageOfTheTableIsKnownWithoutABucket() {
        registered("/products/[id]/page", "/products/3");
        registered("/page", "/");
        assertThat(known(SITE, false, "/products/3", TagCacheMode.ORIGINAL).pages())
                .containsExactly(Page.of(Router.APP_PAGE, "/products/3"));
        assertThat(known(SITE, false, "/", TagCacheMode.ORIGINAL).pages())
                .containsExactly(Page.of(Router.APP_PAGE, "/"));
    }

    /** A mark of a path leaves rows behind, which are no pages: the second time a mistake is one still. */
    @Test
    void whatAnEarlierMarkLeftBehindMakesNoPathKnown() {
        registered("/page", "/");
        TagMarker marker = marker(SITE, TagCacheMode.ORIGINAL);
        marker.mark(BUILD, Page.of(Router.APP_PAGE, "/a b"), List.of(), () -> T);
        for (String path : List.of("/a b", "/a%20b")) {
            assertThat(finder(SITE, false).lookup(BUILD, path, marker)).isInstanceOf(PathLookup.Unknown.class);
        }
    }

    @Test
    void whereNothingCanBeLookedThroughNothingIsDecided() {
        assertThat(finder(SITE, false).lookup(BUILD, "/galery", null)).isEqualTo(new PathLookup.Undecided());
        assertThat(finder(SITE, false).lookup(BUILD, "/galery", marker(SITE, TagCacheMode.NEXT_MODE)))
                .isEqualTo(new PathLookup.Undecided());
        // A table without any page may be that of a site whose pages are all of the Pages Router.
        assertThat(finder(SITE, false).lookup(BUILD, "/galery", marker(SITE, TagCacheMode.ORIGINAL)))
                .isEqualTo(new PathLookup.Undecided());
        registered("/page", "/");
        Site i18n = Site.builder(BUILD).locales(List.of("en", "fr"), "en").build();
        assertThat(finder(i18n, false).lookup(BUILD, "/galery", marker(i18n, TagCacheMode.ORIGINAL)))
                .isEqualTo(new PathLookup.Undecided());
    }

    /** The commonest set-up with next-intl: the page is stored with its locale, its tag names the path that visitors ask for. */
    @Test
    void aRewrittenPageIsFoundByItsTagAndClearedAsGivenToo() {
        CacheKey key = CacheKey.routeScoped(Router.APP_PAGE, "/[locale]/about/page", "/en/about");
        for (String tag : List.of("_N_T_/layout", "_N_T_/[locale]/about/page", "_N_T_/about", "about")) {
            table.seed(List.of(TagRow.registered("B/" + tag, "B/" + key)));
        }
        PathLookup.Known byTag = known(SITE, false, "/about", TagCacheMode.ORIGINAL);
        assertThat(byTag.stored().keys()).containsExactly(key);
        assertThat(byTag.pages())
                .containsExactly(Page.of(Router.APP_PAGE, "/en/about"), Page.of(Router.APP_PAGE, "/about"));
        assertThat(known(SITE, false, "/en/about", TagCacheMode.ORIGINAL)
                        .stored()
                        .keys())
                .containsExactly(key);
    }

    @Test
    void inNextModeARewrittenPageIsMarkedWithTheTagThatItsEntryBears() {
        stored(
                Router.APP_PAGE,
                "/[locale]/about/page",
                "/en/about",
                "_N_T_/layout",
                "_N_T_/[locale]/about/page",
                "_N_T_/about",
                "about");
        PathLookup.Known known = known(SITE, true, "/en/about", TagCacheMode.NEXT_MODE);
        assertThat(known.stored().pathTags()).containsExactly("_N_T_/about");
        marker(SITE, TagCacheMode.NEXT_MODE)
                .mark(
                        BUILD,
                        Page.of(Router.APP_PAGE, "/en/about"),
                        known.stored().keys(),
                        known.stored().pathTags(),
                        () -> T);
        assertThat(table.rows()).extracting(TagRow::tag).contains("B/_tag/_N_T_/about", "B/_tag/_N_T_/en/about");
    }

    @Test
    void thePageBehindARewriteIsFound() {
        stored(Router.APP_PAGE, "/[locale]/about/page", "/en/about");
        stored(Router.PAGES, "/legacy/[slug]", "/legacy/plain");
        Site site = Site.builder(BUILD)
                .middlewareRewrites(
                        List.of(Rewrite.of("/old/:slug", "/legacy/:slug"), Rewrite.of("/:path*", "/en/:path*")))
                .build();
        assertThat(known(site, true, "/about", TagCacheMode.ORIGINAL).pages())
                .containsExactly(Page.of(Router.APP_PAGE, "/en/about"));
        assertThat(known(site, true, "/old/plain", TagCacheMode.ORIGINAL).pages())
                .contains(Page.of(Router.PAGES, "/legacy/plain"));
    }

    @Test
    void aPathMeansThePageInEveryLocale() {
        Site site = Site.builder(BUILD).locales(List.of("en", "fr"), "en").build();
        stored(Router.PAGES, "/rings", "/en/rings");
        stored(Router.PAGES, "/rings", "/fr/rings");
        PathLookup.Known known = known(site, true, "/rings", TagCacheMode.ORIGINAL);
        assertThat(known.stored().keys()).hasSize(2);
        assertThat(known.pages())
                .contains(
                        Page.of(Router.PAGES, "/rings").inLocale("en"),
                        Page.of(Router.PAGES, "/rings").inLocale("fr"));
    }

    private PathLookup.Known known(Site site, boolean withBucket, String path, TagCacheMode mode) {
        PathLookup lookup = finder(site, withBucket).lookup(BUILD, path, marker(site, mode));
        assertThat(lookup).isInstanceOf(PathLookup.Known.class);
        return (PathLookup.Known) lookup;
    }

    private PageFinder finder(Site site, boolean withBucket) {
        @Nullable InMemoryIncrementalCache cache = withBucket ? bucket : null;
        return new PageFinder(site, cache, Set.of());
    }

    private TagMarker marker(Site site, TagCacheMode mode) {
        return TagMarker.of(table, mode, site, MarkPolicy.EXPIRE);
    }

    private void stored(Router router, String sourceRoute, String path, String... tags) {
        CacheKey key = CacheKey.routeScoped(router, sourceRoute, path);
        CacheEntry.Kind kind = router == Router.PAGES ? CacheEntry.Kind.PAGE : CacheEntry.Kind.APP;
        bucket.put(BUILD, new CacheEntry(key, kind, List.of(tags), null, 200, null, false, T, "e"));
    }

    private void registered(String entry, String path) {
        CacheKey key = CacheKey.routeScoped(Router.APP_PAGE, entry, path);
        PathTags.implicit(entry, path).forEach(tag -> table.seed(List.of(TagRow.registered("B/" + tag, "B/" + key))));
    }
}

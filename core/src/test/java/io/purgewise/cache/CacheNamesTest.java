package io.purgewise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.StoredEntry.FetchEntry;
import io.purgewise.cache.StoredEntry.OtherEntry;
import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.cache.StoredEntry.ShellEntry;
import io.purgewise.cache.StoredEntry.UseCacheEntry;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheNamesTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final String HASH = "ab".repeat(32);

    @Test
    void theTableNamesPagesFetchesAndOthers() {
        assertThat(entry("B/index")).isEqualTo(new PageEntry(new CacheKey("index")));
        assertThat(entry("B/" + HASH)).isEqualTo(new FetchEntry(HASH));
        assertThat(entry("B/" + HASH + "0")).isInstanceOf(PageEntry.class);
        assertThat(entry("B/" + HASH.toUpperCase(java.util.Locale.ROOT))).isInstanceOf(PageEntry.class);
        assertThat(entry("C/products/1")).isEqualTo(new OtherEntry("C/products/1"));
        assertThat(entry("BB/products/1")).isInstanceOf(OtherEntry.class);
        assertThat(entry("B")).isInstanceOf(OtherEntry.class);
        assertThat(entry("B/")).isInstanceOf(OtherEntry.class);
        assertThat(entry("B/_tag/products")).isInstanceOf(OtherEntry.class);
        assertThat(entry("__meta_B_/products/1")).isInstanceOf(OtherEntry.class);
        assertThat(entry("B/a/")).isInstanceOf(OtherEntry.class);
    }

    /** Rows of 'use cache' in every form that Next.js writes were taken for pages, and each cost two items. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"80f1c2\",[\"7\"],[\"B\"]]",
                "[\"build-TfctsWXpff2fKS\",\"80f1c2\",[\"7\"]]",
                "[\"B\",\"80f1c2\",[{\"slug\":\"a/b\"}]]",
                "[\"80f1c2\",[\"7\"],[\"B\"]]0123456789abcdef",
                "[\"80f1c2\",[],[\"B\"]][[\"lang\",\"en\"]]",
                "1:043:[\"80f1c2\",[{\"params\":\"$@1\"}],[\"B\"]]1:1c:{\"slug\":\"a\"}",
                "1:1b:[[\"a\",\"b\"]]1:02c:[\"80f1c2\",[\"$Q1\"],[\"B\"]]",
                "6:1_name3:Ada1:02c:[\"80f1c2\",[\"$K1\"],[\"B\"]]",
                "1:1B5:a.txta:text/plain4:xy1:02c:[\"80f1c2\",[\"$B1\"],[\"B\"]]",
            })
    void anEntryOfUseCacheIsNoPage(String key) {
        assertThat(entry("B/" + key)).isEqualTo(new UseCacheEntry(key));
        assertThat(entry("B/" + key).isData()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10:30", "1:0", "1:23:4", "a:b:c", "1:02c:x", "[x]", "[\u00e9\"", "1:02:30/1"})
    void aPageIsNotTakenForAnEntryOfUseCache(String key) {
        assertThat(entry("B/" + key)).isEqualTo(new PageEntry(new CacheKey(key)));
    }

    /** The shell of a route bears the route's name, as a page does whose slug is that very text: the hash tells them apart. */
    @Test
    void shellsAndNextsOwnPagesHaveNoUrl() {
        assertThat(entry("B/_not-found")).isEqualTo(new ShellEntry(new CacheKey("_not-found")));
        assertThat(scoped(Router.APP_PAGE, "/_not-found/page", "/_not-found")).isInstanceOf(ShellEntry.class);
        assertThat(scoped(Router.APP_PAGE, "/_global-error/page", "/_global-error"))
                .isInstanceOf(ShellEntry.class);
        assertThat(scoped(Router.APP_PAGE, "/photos/[id]/page", "/photos/[id]")).isInstanceOf(ShellEntry.class);
        assertThat(scoped(Router.APP_PAGE, "/[[...path]]/page", "/[[...path]]")).isInstanceOf(ShellEntry.class);
        assertThat(scoped(Router.APP_ROUTE, "/feed/[name]/route", "/feed/[name]"))
                .isInstanceOf(ShellEntry.class);
        assertThat(scoped(Router.PAGES, "/posts/[id]", "/posts/[id]")).isInstanceOf(ShellEntry.class);
        assertThat(scoped(Router.PAGES, "/posts/[id]", "/en/posts/[id]")).isInstanceOf(ShellEntry.class);
        assertThat(scoped(Router.APP_PAGE, "/@modal/(.)photos/[id]/page", "/(.)photos/[id]"))
                .isInstanceOf(ShellEntry.class);
        assertThat(scoped(Router.APP_PAGE, "/a/[slug]/page", "/a/[x]")).isInstanceOf(PageEntry.class);
        assertThat(scoped(Router.PAGES, "/legacy/[slug]", "/legacy/[x]")).isInstanceOf(PageEntry.class);
        assertThat(scoped(Router.APP_PAGE, "/a/[slug]/page", "/a/_not-found")).isInstanceOf(PageEntry.class);
    }

    /** What a key cannot tell, an entry's own tag can: it names the route. */
    @Test
    void theTagsOfAnEntryTellWhetherItIsAShell() {
        CacheKey grouped = CacheKey.routeScoped(Router.APP_PAGE, "/(shop)/photos/[id]/page", "/photos/[id]");
        assertThat(Shells.byTags(grouped, List.of("_N_T_/layout", "_N_T_/(shop)/photos/[id]/page")))
                .isTrue();
        CacheKey partly = CacheKey.routeScoped(Router.APP_PAGE, "/[lang]/photos/[id]/page", "/en/photos/[id]");
        assertThat(Shells.byTags(partly, List.of("_N_T_/[lang]/photos/[id]/page", "photos")))
                .isTrue();
        assertThat(Shells.byTags(CacheKey.plain("/a/[x]"), List.of("_N_T_/a/[slug]/page", "_N_T_/a/%5Bx%5D")))
                .isFalse();
        assertThat(Shells.byTags(CacheKey.plain("/a/b/[x]"), List.of("_N_T_/a/[...slug]/page")))
                .isFalse();
        assertThat(Shells.byTags(CacheKey.plain("/a/b"), List.of("_N_T_/a/[id]/page")))
                .isFalse();
    }

    /** Was cleared as {@code /(.)photos/1}, which nobody asks for. */
    @Test
    void anInterceptingRouteAnswersUnderThePageThatItStandsInFor() {
        Site site = Site.builder(BUILD).build();
        assertThat(List.of("/(.)photos/1", "/feed/(..)photos/1", "/a/b/(..)(..)photos/1", "/a/b/c/(...)photos/1"))
                .allSatisfy(pathname -> assertThat(
                                CacheKey.routeScoped(Router.APP_PAGE, "/@modal" + pathname + "/page", pathname)
                                        .page(site, Router.APP_PAGE))
                        .contains(Page.of(Router.APP_PAGE, "/photos/1")));
        assertThat(CacheKey.plain("/feed/(.)photos/1").page(site, Router.APP_PAGE))
                .contains(Page.of(Router.APP_PAGE, "/feed/photos/1"));
        assertThat(new CacheKey("(..)x").page(site, Router.APP_PAGE)).isEmpty();
    }

    @Test
    void aKeyGivesItsPageInEitherForm() {
        assertThat(pathname("B/index")).isEqualTo("/");
        assertThat(pathname("B/index/index")).isEqualTo("/index");
        assertThat(pathname("B/a/a%2Fb")).isEqualTo("/a/a%2Fb");
        assertThat(pathname("B/route-cache/APP_PAGE/" + HASH + "/$/index")).isEqualTo("/");
        assertThat(pathname("B/route-cache/APP_PAGE/" + HASH + "/$/products/1")).isEqualTo("/products/1");
        assertThat(pathname("B/route-cache/OTHER/" + HASH + "/$/products/1"))
                .isEqualTo("/route-cache/OTHER/" + HASH + "/$/products/1");
        assertThat(CacheKey.plain("/a/$1").pathname()).isEqualTo("/a/$1");
    }

    @Test
    void theLocaleOfAPagesRouterPageComesOutOfItsKey() {
        Site site = Site.builder(BUILD).locales(List.of("en", "de-CH"), "en").build();
        CacheKey key = CacheKey.routeScoped(Router.PAGES, "/legacy", "/de-CH/legacy");
        assertThat(key.page(site, Router.APP_PAGE))
                .contains(Page.of(Router.PAGES, "/legacy").inLocale("de-CH"));
        assertThat(CacheKey.plain("/en").page(site, Router.PAGES))
                .contains(Page.of(Router.PAGES, "/").inLocale("en"));
        assertThat(CacheKey.plain("/en/x").page(site, Router.APP_PAGE)).contains(Page.of(Router.APP_PAGE, "/en/x"));
        assertThat(new CacheKey("a?b").page(site, Router.APP_PAGE)).isEmpty();
    }

    @Test
    void theFormOfKeysFollowsTheVersionOfNext() {
        assertThat(List.of("13.5.1", "15.5.26", "16.0.0", "16.3.7"))
                .allSatisfy(v ->
                        assertThat(CacheKey.Format.of(NextVersion.parse(v))).isEqualTo(CacheKey.Format.PLAIN));
        assertThat(List.of("15.5.27", "15.9.0", "16.3.8", "17.0.0"))
                .allSatisfy(v ->
                        assertThat(CacheKey.Format.of(NextVersion.parse(v))).isEqualTo(CacheKey.Format.ROUTE_SCOPED));
    }

    @Test
    void indexOfADynamicRouteIsNotDoubled() {
        assertThat(CacheKey.normalizePagePath("/index/[slug]")).isEqualTo("/index/[slug]");
        assertThat(CacheKey.normalizePagePath("/index/a[b]")).isEqualTo("/index/index/a[b]");
        assertThat(CacheKey.denormalizePagePath("/index/[slug]")).isEqualTo("/index/[slug]");
        assertThat(CacheKey.normalizePagePath("/index/[a]/(...)b")).isEqualTo("/index/index/[a]/(...)b");
        assertThat(CacheKey.normalizePagePath("/index/x/(.)[id]")).isEqualTo("/index/x/(.)[id]");
        assertThatThrownBy(() -> CacheKey.normalizePagePath("/index/(.)")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tagsAreReadInEverySpellingThatTheirVersionMayHaveStored() {
        CacheTag tag = CacheTag.of("a:café");
        assertThat(tag.spellings(NextVersion.parse("16.4.6"))).containsExactly("a:caf%C3%A9");
        assertThat(tag.spellings(NextVersion.parse("15.5.29"))).containsExactly("a:café");
        assertThat(tag.spellings(NextVersion.parse("16.2.0"))).containsExactly("a:caf%C3%A9", "a:café");
        assertThat(tag.spellings(null)).containsExactly("a:caf%C3%A9", "a:café");
        assertThat(CacheTag.of("products").spellings(null)).containsExactly("products");
        assertThat(CacheTag.of(" x").spellings(null)).containsExactly(" x", "x");
        assertThat(CacheTag.of("a:a,b,").pieces()).containsExactly(CacheTag.of("a:a"), CacheTag.of("b"));
    }

    @Test
    void malformedTagsFailAtOnce() {
        assertThatThrownBy(() -> CacheTag.of("")).hasMessageContaining("1 to 256");
        assertThatThrownBy(() -> CacheTag.of("x".repeat(257))).hasMessageContaining("has 257");
        assertThat(CacheTag.of("x".repeat(256)).value()).hasSize(256);
        assertThatThrownBy(() -> CacheTag.of("a\ud800b")).hasMessageContaining("surrogate");
        assertThatThrownBy(() -> CacheTag.of("_N_T_/x")).hasMessageContaining("revalidate the page");
    }

    /** OpenNext B5: it writes {@code ../x} into another build's rows; B20: one oversize key fails its whole batch. */
    @Test
    void keysThatLeaveTheirBuildOrTheTableAreRejected() {
        assertThatThrownBy(() -> TableKey.ofPath(BUILD, "../x")).hasMessageContaining("leaves build B");
        assertThatThrownBy(() -> TableKey.ofNextModeTag(BUILD, "../x")).hasMessageContaining("\"B/x\"");
        assertThat(TableKey.ofNextModeTag(BUILD, "a//b")).isEqualTo("B/_tag/a/b");
        assertThatThrownBy(() -> TableKey.ofPath(BUILD, "x".repeat(1023))).hasMessageContaining("at most 1024 bytes");
        assertThatThrownBy(() -> TableKey.ofTag(BUILD, CacheTag.encodeHeaderSafe("日".repeat(256))))
                .hasMessageContaining("at most 2048 bytes");
        assertThat(TableKey.ofMetadata(BUILD, new CacheKey("products/1"))).isEqualTo("__meta_B_/products/1");
    }

    @Test
    void objectKeysAreBuiltAndParsed() {
        ObjectKeys keys = new ObjectKeys("_cache");
        assertThat(keys.page(BUILD, new CacheKey("a/b"))).isEqualTo("_cache/B/a/b.cache");
        assertThat(keys.fetch(BUILD, HASH)).isEqualTo("_cache/__fetch/B/" + HASH);
        assertThat(keys.parse(BUILD, "_cache/B/index.cache")).isEqualTo(new PageEntry(new CacheKey("index")));
        assertThat(keys.parse(BUILD, "_cache/__fetch/B/" + HASH)).isEqualTo(new FetchEntry(HASH));
        assertThat(keys.parse(BUILD, "_cache/B/[\"x\",[]].composable")).isEqualTo(new UseCacheEntry("[\"x\",[]]"));
        assertThat(keys.parse(BUILD, "_cache/B/.cache")).isInstanceOf(OtherEntry.class);
        assertThat(keys.parse(BUILD, "_cache/C/x.cache")).isInstanceOf(OtherEntry.class);
        assertThat(new ObjectKeys("").page(BUILD, new CacheKey("x"))).isEqualTo("B/x.cache");
        assertThatThrownBy(() -> new ObjectKeys("_cache/")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ObjectKeys("a//b")).isInstanceOf(IllegalArgumentException.class);
    }

    private static StoredEntry entry(String path) {
        return StoredEntry.ofTablePath(BUILD, path);
    }

    private static StoredEntry scoped(Router router, String sourceRoute, String pathname) {
        return entry("B/" + CacheKey.routeScoped(router, sourceRoute, pathname));
    }

    private static String pathname(String path) {
        return ((PageEntry) entry(path)).key().pathname();
    }
}

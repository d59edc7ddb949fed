package io.purgewise.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class PageUrlsTest {

    private static final Site PLAIN = Site.builder(BuildId.of("B")).build();
    private static final Site I18N = Site.builder(BuildId.of("B"))
            .locales(List.of("en", "fr", "de-CH"), "en")
            .queryStringsInCacheKey(false)
            .build();

    @Test
    void anAppPageIsOneUrlWithAllItsQueries() {
        assertThat(patterns(PLAIN, Page.of(Router.APP_PAGE, "/p"))).containsExactly("/p", "/p?*");
    }

    @Test
    void aPagesRouterPageHasADataUrlToo() {
        assertThat(patterns(PLAIN, Page.of(Router.PAGES, "/p")))
                .containsExactly("/_next/data/B/p.json", "/_next/data/B/p.json?*", "/p", "/p?*");
    }

    @Test
    void aCdnThatIgnoresQueryStringsNeedsTheBareUrlsAlone() {
        Site site = Site.builder(BuildId.of("B")).queryStringsInCacheKey(false).build();
        assertThat(patterns(site, Page.of(Router.PAGES, "/p"))).containsExactly("/_next/data/B/p.json", "/p");
    }

    @Test
    void theRootHasTheDataFileIndex() {
        assertThat(patterns(PLAIN, Page.of(Router.PAGES, "/"))).contains("/", "/_next/data/B/index.json");
    }

    @Test
    void aPageCalledIndexIsNotTheRoot() {
        assertThat(patterns(PLAIN, Page.of(Router.PAGES, "/index")))
                .contains("/index", "/_next/data/B/index/index.json")
                .doesNotContain("/", "/_next/data/B/index.json");
    }

    @Test
    void theRootBelowABasePathIsTheBasePath() {
        Site site = Site.builder(BuildId.of("B")).basePath("/shop").build();
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/"))).containsExactly("/shop", "/shop?*");
    }

    @Test
    void theRootWithATrailingSlashIsClearedInBothForms() {
        Site site = Site.builder(BuildId.of("B"))
                .basePath("/shop")
                .trailingSlash(true)
                .queryStringsInCacheKey(false)
                .build();
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/"))).containsExactly("/shop", "/shop/");
    }

    @Test
    void aFileLikeNameGetsNoTrailingSlash() {
        Site site = Site.builder(BuildId.of("B"))
                .trailingSlash(true)
                .bothSlashForms(false)
                .queryStringsInCacheKey(false)
                .build();
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/v1.2/file.json"))).containsExactly("/v1.2/file.json");
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/v1.2/file"))).containsExactly("/v1.2/file/");
    }

    @Test
    void aSiteThatServesBothSlashFormsIsClearedInBoth() {
        Site site = Site.builder(BuildId.of("B"))
                .bothSlashForms(true)
                .queryStringsInCacheKey(false)
                .build();
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/p"))).containsExactly("/p", "/p/");
    }

    @Test
    void theDefaultLocaleIsReachedWithAndWithoutItsPrefix() {
        assertThat(patterns(I18N, Page.of(Router.PAGES, "/p").inLocale("en")))
                .containsExactly("/_next/data/B/en/p.json", "/_next/data/B/p.json", "/en/p", "/p");
    }

    @Test
    void theRootOfTheDefaultLocaleAnswersWithASlashToo() {
        assertThat(patterns(I18N, Page.of(Router.PAGES, "/").inLocale("en")))
                .containsExactly("/", "/_next/data/B/en.json", "/_next/data/B/index.json", "/en", "/en/");
    }

    @Test
    void anotherLocaleIsReachedInLowerCaseToo() {
        assertThat(patterns(I18N, Page.of(Router.PAGES, "/p").inLocale("de-CH")))
                .containsExactly("/_next/data/B/de-CH/p.json", "/de-CH/p", "/de-ch/p");
    }

    @Test
    void aPageWithoutALocaleMeansAllOfThem() {
        assertThat(patterns(I18N, Page.of(Router.PAGES, "/p"))).contains("/p", "/en/p", "/fr/p", "/de-CH/p");
    }

    @Test
    void aLocaleThatStandsInThePathIsNotAddedAgain() {
        assertThat(patterns(I18N, Page.of(Router.PAGES, "/fr/p")))
                .isEqualTo(patterns(I18N, Page.of(Router.PAGES, "/p").inLocale("fr")));
    }

    @Test
    void appRouterPagesKnowNoLocales() {
        assertThat(patterns(I18N, Page.of(Router.APP_PAGE, "/p"))).containsExactly("/p");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Page.of(Router.APP_PAGE, "/p").inLocale("fr"))
                .withMessageContaining("\"fr\"");
    }

    @Test
    void anUnknownLocaleIsRejectedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> I18N.urlsOf(Page.of(Router.PAGES, "/p").inLocale("it")))
                .withMessageContaining("\"it\"");
    }

    @Test
    void theDataUrlsOfPreviousBuildsAreClearedWhenAsked() {
        Site site = Site.builder(BuildId.of("NEW"))
                .previousBuildId(BuildId.of("OLD"))
                .queryStringsInCacheKey(false)
                .build();
        assertThat(patterns(site, Page.of(Router.PAGES, "/p")))
                .containsExactly("/_next/data/NEW/p.json", "/_next/data/OLD/p.json", "/p");
    }

    @Test
    void theRootOfAnOptionalCatchAllIsServedUnderIndexToo() {
        Page page = Page.of(Router.APP_PAGE, "/wiki").ofRoute("/wiki/[[...slug]]");
        assertThat(patterns(PLAIN, page)).contains("/wiki", "/wiki/index");
        assertThat(patterns(PLAIN, Page.of(Router.APP_PAGE, "/wiki/x").ofRoute("/wiki/[[...slug]]")))
                .containsExactly("/wiki/x", "/wiki/x?*");
        assertThat(patterns(PLAIN, Page.of(Router.APP_PAGE, "/").ofRoute("/[[...all]]")))
                .contains("/", "/index");
    }

    @Test
    void reservedCharactersAreClearedEscapedAndAsWritten() {
        assertThat(patterns(PLAIN, Page.of(Router.APP_PAGE, "/a+b"))).contains("/a+b", "/a%2Bb", "/a%2bb");
    }

    @Test
    void escapesAreClearedInBothCases() {
        assertThat(patterns(PLAIN, Page.of(Router.APP_PAGE, "/café"))).contains("/caf%C3%A9", "/caf%c3%a9");
    }

    @Test
    void composedAndDecomposedLettersAreTwoPages() {
        assertThat(patterns(PLAIN, Page.of(Router.APP_PAGE, "/cafe\u0301"))).contains("/cafe%CC%81");
        assertThat(patterns(PLAIN, Page.of(Router.APP_PAGE, "/caf\u00e9"))).doesNotContain("/cafe%CC%81");
    }

    @Test
    void aTildeBecomesTheNarrowestWildcardAndIsReported() {
        PageUrls urls = PLAIN.urlsOf(Page.of(Router.APP_PAGE, "/a/x~y"));
        assertThat(urls.patterns()).containsExactly(UrlPattern.prefix("/a/x"));
        assertThat(urls.widened()).containsExactly(new PageUrls.Widened("/a/x~y", UrlPattern.prefix("/a/x")));
    }

    @Test
    void aControlCharacterBecomesTheNarrowestWildcard() {
        assertThat(patterns(PLAIN, Page.of(Router.APP_PAGE, "/tab\there"))).containsExactly("/tab*");
    }

    @Test
    void aStarAtTheEndIsClearedAsItself() {
        assertThat(patterns(PLAIN, Page.of(Router.APP_PAGE, "/a*"))).containsExactly("/a**");
        assertThat(UrlPattern.prefix("/a*").matches("/ab")).isFalse();
    }

    @Test
    void aUrlOverTheLimitBecomesAWildcardWithinIt() {
        Page page = Page.of(Router.APP_PAGE, "/" + "é".repeat(1000));
        for (UrlPattern pattern : PLAIN.urlsOf(page).patterns()) {
            assertThat(pattern.prefix()).isTrue();
            assertThat(pattern.toString()).hasSizeLessThanOrEqualTo(4000);
            assertThat(pattern.path()).matches("/(%[0-9A-Fa-f]{2})+");
        }
    }

    private static List<String> patterns(Site site, Page page) {
        return site.urlsOf(page).patterns().stream().map(UrlPattern::toString).toList();
    }
}

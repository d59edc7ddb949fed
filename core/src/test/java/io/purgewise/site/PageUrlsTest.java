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

    /** One slug {@code /~x} must not clear the whole site as if that had been asked for. */
    @Test
    void whatCloudFrontCannotNameIsLeftToWhoeverPlans() {
        PageUrls urls = PLAIN.urlsOf(Page.of(Router.APP_PAGE, "/~x"));
        assertThat(urls.patterns()).isEmpty();
        assertThat(urls.unnameable()).containsExactly(new UnnameableUrl("/~x", false), new UnnameableUrl("/~x?", true));
        assertThat(urls.withWildcards()).containsExactly(UrlPattern.prefix("/"));
    }

    @Test
    void theWildcardForATildeIsTheNarrowest() {
        assertThat(PLAIN.urlsOf(Page.of(Router.APP_PAGE, "/a/x~y")).withWildcards())
                .containsExactly(UrlPattern.prefix("/a/x"));
    }

    @Test
    void theWildcardForAControlCharacterIsTheNarrowest() {
        assertThat(PLAIN.urlsOf(Page.of(Router.APP_PAGE, "/tab\there")).withWildcards())
                .containsExactly(UrlPattern.prefix("/tab"));
    }

    @Test
    void aStarAtTheEndIsClearedByAWildcard() {
        PageUrls urls = PLAIN.urlsOf(Page.of(Router.APP_PAGE, "/a*"));
        assertThat(urls.withWildcards()).containsExactly(UrlPattern.prefix("/a*"));
        assertThat(UrlPattern.prefix("/a*").matches("/ab")).isFalse();
    }

    @Test
    void aUrlOverTheLimitHasAWildcardWithinIt() {
        PageUrls urls = PLAIN.urlsOf(Page.of(Router.APP_PAGE, "/" + "é".repeat(1000)));
        assertThat(urls.patterns()).isEmpty();
        assertThat(urls.unnameable()).isNotEmpty();
        for (UrlPattern pattern : urls.withWildcards()) {
            assertThat(pattern.prefix()).isTrue();
            assertThat(pattern.toString()).hasSizeLessThanOrEqualTo(4000);
            assertThat(pattern.path()).matches("/(%[0-9A-Fa-f]{2})+");
        }
    }

    /** Its query strings need two characters more than CloudFront takes, which is no reason to clear more in silence. */
    @Test
    void aUrlAtTheLimitIsNamedAndItsQueriesAreWidened() {
        String path = "/" + "a".repeat(3999);
        PageUrls urls = PLAIN.urlsOf(Page.of(Router.APP_PAGE, path));
        assertThat(urls.patterns()).containsExactly(UrlPattern.exact(path));
        assertThat(urls.unnameable()).containsExactly(new UnnameableUrl(path + "?", true));
    }

    @Test
    void aDomainsOwnLocaleStandsWithoutItsPrefixThere() {
        Site site = domains();
        Page dutch = Page.of(Router.PAGES, "/rings").inLocale("nl");
        assertThat(strings(site.urlsOf(dutch, List.of(Site.DEFAULT_DOMAIN))))
                .containsExactly("/_next/data/B/nl/rings.json", "/nl/rings");
        assertThat(strings(site.urlsOf(dutch, List.of("example.nl"))))
                .containsExactly("/_next/data/B/nl/rings.json", "/_next/data/B/rings.json", "/nl/rings", "/rings");
        assertThat(strings(site.urlsOf(dutch, List.of("EXAMPLE.nl")))).contains("/rings");
    }

    @Test
    void theSitesDefaultLocaleHasItsPrefixOnADomainOfAnother() {
        Site site = domains();
        Page english = Page.of(Router.PAGES, "/rings").inLocale("en");
        assertThat(strings(site.urlsOf(english, List.of("example.nl"))))
                .containsExactly("/_next/data/B/en/rings.json", "/en/rings");
        assertThat(strings(site.urlsOf(english, List.of("www.example.com")))).contains("/rings");
    }

    @Test
    void aDistributionOfAllDomainsClearsTheUrlsOfAll() {
        Site site = domains();
        assertThat(strings(site.urlsOf(Page.of(Router.PAGES, "/rings").inLocale("nl"))))
                .contains("/rings", "/nl/rings", "/_next/data/B/nl/rings.json");
        assertThat(site.domains()).containsExactly("example.nl");
    }

    @Test
    void aRewriteIsClearedOnADomainAsItIsAskedForThere() {
        Site site = domains().toBuilder()
                .rewrites(List.of(Rewrite.of("/ringen", "/rings")))
                .build();
        Page dutch = Page.of(Router.PAGES, "/rings").inLocale("nl");
        assertThat(strings(site.urlsOf(dutch, List.of("example.nl")))).contains("/ringen", "/nl/ringen");
        assertThat(strings(site.urlsOf(dutch, List.of(Site.DEFAULT_DOMAIN))))
                .contains("/nl/ringen")
                .doesNotContain("/ringen");
    }

    @Test
    void anInterceptedRouteIsWhatVisitorsAskFor() {
        assertThat(patterns(PLAIN, Page.of(Router.APP_PAGE, "/@modal/(.)photos/1")))
                .containsExactly("/photos/1", "/photos/1?*");
        assertThat(patterns(PLAIN, Page.of(Router.APP_PAGE, "/(.)photos/1")))
                .containsExactly("/photos/1", "/photos/1?*");
        assertThat(patterns(PLAIN, Page.of(Router.APP_PAGE, "/feed/(..)photos/1")))
                .containsExactly("/photos/1", "/photos/1?*");
    }

    /** A product may be called so; its route shows that it intercepts nothing. */
    @Test
    void aSlugThatLooksLikeAnInterceptionIsItself() {
        Page page = Page.of(Router.APP_PAGE, "/products/(.)net").ofRoute("/products/[id]");
        assertThat(patterns(PLAIN, page)).contains("/products/(.)net");
    }

    private static Site domains() {
        return Site.builder(BuildId.of("B"))
                .locales(List.of("en", "nl"), "en")
                .domain("example.nl", "nl")
                .queryStringsInCacheKey(false)
                .build();
    }

    private static List<String> strings(PageUrls urls) {
        return urls.patterns().stream().map(UrlPattern::toString).toList();
    }

    private static List<String> patterns(Site site, Page page) {
        return site.urlsOf(page).patterns().stream().map(UrlPattern::toString).toList();
    }
}

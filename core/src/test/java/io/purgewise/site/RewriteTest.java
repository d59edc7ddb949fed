package io.purgewise.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewriteTest {

    private static final BuildId BUILD = BuildId.of("B");

    /** Each line: rewrite, stored page, the visitors' paths besides its own. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/:path*                         ; /en/:path*             ; /en/about        ; /about",
                "/:path*                         ; /en/:path*             ; /en              ; /",
                "/:path*                         ; /en/:path*             ; /en/a/b/c        ; /a/b/c",
                "/:path*                         ; /en/:path*             ; /fr/about        ;",
                "/:path*                         ; /en/:path*             ; /english         ;",
                "/:path+                         ; /en/:path+             ; /en              ;",
                "/news/:slug                     ; /en/blog/:slug         ; /en/blog/café    ; /news/caf%C3%A9",
                "/news/:slug                     ; /en/blog/:slug         ; /en/blog/a/b     ;",
                "/news/:slug                     ; /en/blog/:slug         ; /en/blog         ;",
                "/news/:slug/                    ; /en/blog/:slug/        ; /en/blog/a       ; /news/a",
                "/p/:id(\\d+)                    ; /products/:id          ; /products/7      ; /p/7",
                "/p/:id(\\d+)                    ; /products/:id          ; /products/seven  ;",
                "/:year(\\d{4})-:month(\\d{2})   ; /archive/:year/:month  ; /archive/2024/05 ; /2024-05",
                "/archive/:year(\\d{4})/:month(\\d{2}) ; /a/:year:month   ; /a/202405 ; /archive/2024/05",
                "/:slug.html                     ; /pages/:slug           ; /pages/about     ; /about.html",
                "/x/post-:id                     ; /posts/:id             ; /posts/7         ; /x/post-7",
                "/docs/:v?                       ; /manual/:v*            ; /manual/2        ; /docs/2",
                "/docs{/:v}?                     ; /manual/:v*            ; /manual          ; /docs",
                "/docs/:rest(.*)                 ; /manual/:rest          ; /manual/a/b      ; /docs/a/b",
                "/:path((?!api|_next).*)         ; /en/:path              ; /en/api/x        ;",
                "/:path((?!api|_next).*)         ; /en/:path              ; /en/b/x          ; /b/x",
                "/:b/:a                          ; /x/:a/:b               ; /x/1/2           ; /2/1",
                "/:a                             ; /x/:a/:a               ; /x/1/1           ; /1",
                "/:a                             ; /x/:a/:a               ; /x/1/2           ;",
                "/:path*                         ; /:tenant/:path*        ; /acme/a          ; /a",
                "/shop/\\(old\\)/:id             ; /s/:id                 ; /s/1             ; /shop/(old)/1",
                "/%C3%BCber/:x                   ; /about/:x              ; /about/us        ; /%C3%BCber/us",
                "/b/:slug                        ; /blog/:slug?from=b#top ; /blog/a          ; /b/a",
                "/:locale(en|fr)/start           ; /start                 ; /start           ; /en/start /fr/start",
                "/:locale(de\\-CH)/start            ; /start                 ; /start           ; /de-CH/start",
                "/start/:v(one|two)?             ; /start                 ; /start           ; /start/one /start/two",
                "/all/:a*/mid/:b*                ; /all/:a*/mid/:b*/end   ; /all/mid/mid/end ; /all/mid/mid",
            })
    void aRewriteIsReadBackwards(String source, String destination, String page, String expected) {
        Site site = Site.builder(BUILD)
                .rewrites(List.of(Rewrite.of(source, destination)))
                .queryStringsInCacheKey(false)
                .build();
        List<String> visitors = patterns(site, Page.of(Router.APP_PAGE, page));
        visitors.removeIf(url -> url.matches(".*%[0-9a-f]*[a-f].*"));
        assertThat(visitors).contains(own(page));
        visitors.remove(own(page));
        visitors.removeIf(url -> url.equals("/shop/%28old%29/1"));
        assertThat(visitors)
                .containsExactlyInAnyOrderElementsOf(expected == null ? List.of() : List.of(expected.split(" ")));
    }

    private static String own(String page) {
        return PathSegments.escaped(page);
    }

    @Test
    void everySpellingQueryAndDataUrlFollowsTheRewrite() {
        Site site = Site.builder(BUILD)
                .rewrites(List.of(Rewrite.of("/old/:slug", "/legacy/:slug")))
                .build();
        assertThat(patterns(site, Page.of(Router.PAGES, "/legacy/a+b")))
                .contains(
                        "/legacy/a+b",
                        "/old/a+b",
                        "/old/a+b?*",
                        "/old/a%2Bb",
                        "/_next/data/B/old/a+b.json",
                        "/_next/data/B/old/a%2Bb.json?*");
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/legacy/x")))
                .containsExactly("/legacy/x", "/legacy/x?*", "/old/x", "/old/x?*");
    }

    @Test
    void severalRewritesToOnePageAreAllCleared() {
        Site site = plain("/news/:slug", "/en/blog/:slug", "/:path*", "/en/:path*");
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/en/blog/a")))
                .containsExactly("/blog/a", "/en/blog/a", "/news/a");
    }

    @Test
    void rewritesAreChainedInTheirOrder() {
        Site site = plain("/a/:x", "/b/:x", "/b/:x", "/c/:x");
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/c/1"))).containsExactly("/a/1", "/b/1", "/c/1");
        Site otherWay = plain("/b/:x", "/c/:x", "/a/:x", "/b/:x");
        assertThat(patterns(otherWay, Page.of(Router.APP_PAGE, "/c/1"))).containsExactly("/b/1", "/c/1");
    }

    @Test
    void aMiddlewaresRewritesComeBeforeThoseOfTheConfiguration() {
        Site site = Site.builder(BUILD)
                .rewrites(List.of(Rewrite.of("/b/:x", "/c/:x")))
                .middlewareRewrites(List.of(Rewrite.of("/a/:x", "/b/:x")))
                .queryStringsInCacheKey(false)
                .build();
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/c/1"))).containsExactly("/a/1", "/b/1", "/c/1");
    }

    @Test
    void aRewriteThatLeadsBackToItselfEnds() {
        Site site = plain("/x/:path*", "/:path*");
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/p"))).containsExactly("/p", "/x/p");
    }

    @Test
    void basePathAndTrailingSlashBelongToTheVisitorsUrlToo() {
        Site site = Site.builder(BUILD)
                .basePath("/shop")
                .trailingSlash(true)
                .bothSlashForms(false)
                .rewrites(List.of(Rewrite.of("/:path*", "/en/:path*")))
                .queryStringsInCacheKey(false)
                .build();
        assertThat(patterns(site, Page.of(Router.PAGES, "/en/about")))
                .containsExactly(
                        "/shop/_next/data/B/about.json",
                        "/shop/_next/data/B/en/about.json",
                        "/shop/about/",
                        "/shop/en/about/");
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/en"))).containsExactly("/shop/", "/shop/en/");
    }

    @Test
    void aRewriteOutsideTheBasePathHasNoDataUrl() {
        Site site = Site.builder(BUILD)
                .basePath("/docs")
                .rewrites(List.of(Rewrite.of("/", "/docs").withoutBasePath()))
                .queryStringsInCacheKey(false)
                .build();
        assertThat(patterns(site, Page.of(Router.PAGES, "/")))
                .containsExactly("/", "/docs", "/docs/_next/data/B/index.json");
    }

    @Test
    void aRewriteHoldsInEveryLocale() {
        Site site = localized(Rewrite.of("/news/:slug", "/blog/:slug"));
        assertThat(patterns(site, Page.of(Router.PAGES, "/blog/a").inLocale("fr")))
                .containsExactly(
                        "/_next/data/B/fr/blog/a.json", "/_next/data/B/fr/news/a.json", "/fr/blog/a", "/fr/news/a");
        assertThat(patterns(site, Page.of(Router.PAGES, "/blog/a").inLocale("en")))
                .contains("/news/a", "/en/news/a", "/_next/data/B/en/news/a.json");
    }

    @Test
    void aRewriteWithoutLocaleNamesItItself() {
        Site site =
                localized(Rewrite.of("/fr/nouvelles/:slug", "/fr/blog/:slug").withoutLocale());
        assertThat(patterns(site, Page.of(Router.PAGES, "/blog/a").inLocale("fr")))
                .contains("/fr/nouvelles/a");
        assertThat(patterns(site, Page.of(Router.PAGES, "/blog/a").inLocale("en")))
                .noneMatch(url -> url.contains("nouvelles"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/:lang/about        ; /about            ; drops parameter \"lang\"",
                "/promo/:code        ; /promo            ; drops parameter \"code\"",
                "/blog/:slug         ; /blog?slug=:slug  ; drops parameter \"slug\"",
                "/blog/(.*)          ; /blog             ; drops parameter \"0\"",
                "/news/:slug         ; /blog/:slag       ; drops parameter \"slug\"",
                "/:path*             ; /en/:path         ; needs a *",
                "news/:slug          ; /blog/:slug       ; must start with one /",
                "/news/:slug         ; https://x.test/:slug ; must start with one /",
                "/news/:slug         ; blog/:slug        ; must start with one /",
                "/a/:x(              ; /b/:x             ; not closed",
                "/a/:x([)            ; /b/:x             ; no regular expression",
                "/a/:x((b))          ; /b/:x             ; captures",
                "/a/*                ; /b                ; follows no parameter",
                "/:a/:a              ; /b/:a             ; one name",
                "/a/:                ; /b                ; no name",
                "/{:a                ; /b/:a             ; not closed",
            })
    void aRewriteThatCannotBeReadBackwardsIsRefusedByName(String source, String destination, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rewrite.of(source, destination))
                .withMessageContaining("\"" + source + "\"")
                .withMessageContaining("\"" + destination + "\"")
                .withMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/promo/:code", "/promo/:code*", "/promo/:code(x.*)"})
    void pathsWithoutNumberAreLeftToWhoeverPlans(String source) {
        Site site = Site.builder(BUILD)
                .rewrites(List.of(Rewrite.widening(source, "/offers")))
                .queryStringsInCacheKey(false)
                .build();
        PageUrls urls = site.urlsOf(Page.of(Router.APP_PAGE, "/offers"));
        assertThat(urls.patterns()).containsExactly(UrlPattern.exact("/offers"));
        assertThat(urls.unnameable())
                .hasSize(1)
                .allMatch(wide -> wide.narrowestWildcard().matches("/promo/7"));
        assertThat(site.urlsOf(Page.of(Router.APP_PAGE, "/other")).unnameable()).isEmpty();
    }

    @Test
    void whatLeadsToPathsWithoutNumberIsWidenedToo() {
        Site site = Site.builder(BUILD)
                .rewrites(List.of(Rewrite.of("/p/:code", "/promo/:code"), Rewrite.widening("/promo/:code", "/offers")))
                .build();
        assertThat(site.urlsOf(Page.of(Router.APP_PAGE, "/offers")).unnameable())
                .extracting(UnnameableUrl::narrowestWildcard)
                .contains(UrlPattern.prefix("/promo/"), UrlPattern.prefix("/p/"));
    }

    @Test
    void theAppsOwnKnowledgeServesWhatNoRewriteCanSay() {
        Site site = Site.builder(BUILD)
                .visitorPaths(page -> page.path().equals("/en/pricing") ? List.of("/preise", "/tarife") : List.of())
                .queryStringsInCacheKey(false)
                .build();
        assertThat(patterns(site, Page.of(Router.PAGES, "/en/pricing")))
                .containsExactly(
                        "/_next/data/B/en/pricing.json",
                        "/_next/data/B/preise.json",
                        "/_next/data/B/tarife.json",
                        "/en/pricing",
                        "/preise",
                        "/tarife");
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/en/other"))).containsExactly("/en/other");
    }

    @Test
    void aVisitorsPathLeadsToThePagesBehindIt() {
        Site site = plain("/news/:slug", "/en/blog/:slug", "/:path*", "/en/:path*");
        assertThat(site.pagesBehind("/news/a")).containsExactly("/news/a", "/en/blog/a", "/en/news/a", "/en/en/blog/a");
        assertThat(site.pagesBehind("/")).containsExactly("/", "/en");
        assertThat(Site.builder(BUILD).build().pagesBehind("/news/a")).containsExactly("/news/a");
    }

    @Test
    void pagesBehindAPathHaveTheirLocale() {
        Site site = localized(Rewrite.of("/news/:slug", "/blog/:slug"));
        assertThat(site.pagesBehind("/news/a")).containsExactly("/news/a", "/en/blog/a", "/fr/blog/a");
        assertThat(site.pagesBehind("/fr/news/a")).containsExactly("/fr/news/a", "/fr/blog/a");
    }

    @Test
    void pagesBehindAPathAreBelowTheBasePath() {
        Site site = Site.builder(BUILD)
                .basePath("/shop")
                .rewrites(List.of(Rewrite.of("/:path*", "/en/:path*")))
                .build();
        assertThat(site.pagesBehind("/about")).containsExactly("/about", "/en/about");
    }

    /** A middleware redirects from the pages' own paths, so a page is rendered anew by the path that it rewrites. */
    @Test
    void theSiteLinksToThePathThatItsMiddlewareRewrites() {
        Site site = Site.builder(BUILD)
                .middlewareRewrites(List.of(Rewrite.of("/:path*", "/en/:path*")))
                .build();
        assertThat(site.htmlUrlOf(Page.of(Router.APP_PAGE, "/en/about"))).isEqualTo("/about");
        assertThat(site.htmlUrlOf(Page.of(Router.APP_PAGE, "/fr/about"))).isEqualTo("/fr/about");
    }

    /** As long as what CloudFront takes, with constraints that Java's regular expressions match by recursion. */
    @ParameterizedTest
    @CsvSource({"/:path*,/en/:path*", "/x/:p((?:[^/]+/)*[^/]+),/en/:p", "/:a*/:b*,/en/:a*/:b*"})
    void aLongPathIsMatchedInReasonableTime(String source, String destination) {
        Site site = Site.builder(BUILD)
                .rewrites(List.of(Rewrite.of(source, destination)))
                .build();
        String path = "/en" + "/a".repeat(4000);
        assertThat(site.urlsOf(Page.of(Router.APP_PAGE, path)).withWildcards()).isNotEmpty();
    }

    /** Any of them may follow any other one: 2^20 paths lead to every page. */
    @Test
    void chainsWithoutEndAreLeftToThePlanner() {
        List<String> rules = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            rules.addAll(List.of("/r" + i + "/:path*", "/:path*"));
        }
        Site site = plain(rules.toArray(new String[0]));
        PageUrls urls = site.urlsOf(Page.of(Router.APP_PAGE, "/a"));
        assertThat(urls.patterns()).hasSize(21).contains(UrlPattern.exact("/r7/a"));
        assertThat(urls.unnameable())
                .extracting(UnnameableUrl::narrowestWildcard)
                .contains(UrlPattern.prefix("/r7"));
        assertThat(site.pagesBehind("/r1/r2/a")).contains("/r2/a", "/a");
    }

    @Test
    void aLongConstraintIsReadInReasonableTime() {
        String words = "ab|".repeat(1300) + "c";
        Rewrite rewrite = Rewrite.of("/:word(" + words + ")/x", "/x");
        Site site = Site.builder(BUILD).rewrites(List.of(rewrite)).build();
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/x"))).contains("/ab/x", "/c/x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rewrite.of("/" + "(".repeat(100_000), "/x"))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
    }

    private static Site plain(String... sourcesAndDestinations) {
        List<Rewrite> rewrites = new ArrayList<>();
        for (int i = 0; i < sourcesAndDestinations.length; i += 2) {
            rewrites.add(Rewrite.of(sourcesAndDestinations[i], sourcesAndDestinations[i + 1]));
        }
        return Site.builder(BUILD)
                .rewrites(rewrites)
                .queryStringsInCacheKey(false)
                .build();
    }

    private static Site localized(Rewrite rewrite) {
        return Site.builder(BUILD)
                .locales(List.of("en", "fr"), "en")
                .rewrites(List.of(rewrite))
                .queryStringsInCacheKey(false)
                .build();
    }

    private static List<String> patterns(Site site, Page page) {
        List<String> patterns = new ArrayList<>();
        site.urlsOf(page).patterns().forEach(pattern -> patterns.add(pattern.toString()));
        return patterns;
    }
}

package io.purgewise.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.Vectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PageTagsTest {

    private static final PageTags TAGS = PageTags.ofAllPages();

    private static Site.Builder site() {
        return Site.builder(BuildId.of("b1"));
    }

    private static List<String> tags(Site site, Router router, String path) {
        return TAGS.tagsOf(site, Page.of(router, path)).covers().stream()
                .map(cover -> cover.tag().tag())
                .toList();
    }

    /**
     * The vectors hold the rules and, for each request, the header that OpenNext's own {@code getNextConfigHeaders} made of
     * them, the same in 4.0.3 and 4.1.12; the rules were taken through Next.js 16.4.6's {@code loadCustomRoutes} as a build does.
     */
    @Test
    void openNextAnswersEachRequestWithTheTagThatIsExpectedOfIt() {
        List<String> wrong = new ArrayList<>();
        int tagged = 0;
        for (JsonNode line : Vectors.read("page-tags.jsonl")) {
            Site site = site(line.get("site"));
            assertThat(TAGS.rules(site)).isEqualTo(rules(line.get("rules")));
            for (Map.Entry<String, JsonNode> request : line.get("requests").properties()) {
                Optional<String> tag = TAGS.tagOf(site, request.getKey()).map(CdnTag::tag);
                String sent = request.getValue().asText();
                tagged += tag.isPresent() ? 1 : 0;
                if (tag.isPresent() && !tag.get().equals(sent)) {
                    wrong.add(site.locales() + " " + request.getKey() + ": " + tag.get() + ", but sent is " + sent);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(tagged).isGreaterThan(1_000);
    }

    private static Site site(JsonNode settings) {
        Site.Builder site = site().basePath(settings.get("basePath").asText())
                .trailingSlash(settings.get("trailingSlash").asBoolean());
        if (settings.has("locales")) {
            List<String> locales = new ArrayList<>();
            settings.get("locales").forEach(each -> locales.add(each.asText()));
            site.locales(locales, settings.get("defaultLocale").asText());
            settings.path("domains")
                    .properties()
                    .forEach(domain ->
                            site.domain(domain.getKey(), domain.getValue().asText()));
        }
        return site.build();
    }

    private static List<PageTags.HeaderRule> rules(JsonNode lines) {
        List<PageTags.HeaderRule> rules = new ArrayList<>();
        lines.forEach(line -> rules.add(new PageTags.HeaderRule(
                line.get("source").asText(), line.get("value").asText(), !line.has("locale"))));
        return rules;
    }

    @Test
    void aPageHasOneTagWithAllItsQueryStringsSlashesAndData() {
        Site shop = site().basePath("/shop").trailingSlash(true).build();
        Page page = Page.of(Router.PAGES, "/legacy/a");
        PageTags.Tagged tagged = TAGS.tagsOf(shop, page);
        assertThat(tagged.byPath()).isEmpty();
        assertThat(tagged.covers()).singleElement().satisfies(cover -> {
            assertThat(cover.tag().tag()).isEqualTo("p/legacy/a");
            assertThat(cover.patterns())
                    .containsExactlyInAnyOrderElementsOf(shop.urlsOf(page).patterns())
                    .contains(UrlPattern.exact("/shop/_next/data/b1/legacy/a.json"));
        });
        assertThat(tags(shop, Router.APP_PAGE, "/")).containsExactly("p/");
        assertThat(tags(shop, Router.PAGES, "/index/x")).containsExactly("p/index/x");
    }

    /** Escapes in lower case and upper case are one tag, as are the two spellings of a locale. */
    @Test
    void spellingsThatDifferInTheCaseOfEscapesShareATag() {
        assertThat(tags(site().build(), Router.APP_PAGE, "/café")).containsExactly("p/caf%C3%A9");
        Site swiss = site().locales(List.of("en", "de-CH"), "en").build();
        assertThat(TAGS.tagsOf(swiss, Page.of(Router.PAGES, "/x").inLocale("de-CH"))
                        .covers())
                .singleElement()
                .satisfies(cover -> assertThat(cover.patterns())
                        .contains(UrlPattern.exact("/de-CH/x"), UrlPattern.exact("/de-ch/x")));
    }

    @Test
    void theDefaultLocaleIsOneTagWithAndWithoutItsPrefix() {
        Site two = site().locales(List.of("en", "fr"), "en").build();
        assertThat(tags(two, Router.PAGES, "/x")).containsExactly("p/en/x", "p/fr/x");
        assertThat(tags(two, Router.PAGES, "/")).containsExactly("p/en", "p/fr");
        Site domains = site().locales(List.of("en", "nl"), "en")
                .domain("example.nl", "nl")
                .build();
        assertThat(TAGS.tagsOf(domains, Page.of(Router.PAGES, "/x").inLocale("nl"))
                        .covers())
                .extracting(cover -> cover.tag().tag())
                .as("/x is either language's, by the host")
                .containsExactlyInAnyOrder("p/nl/x", "p/x");
    }

    /** So a page tag has no collateral, and nothing of the page is left to it that it does not clear. */
    @Test
    void aTagClearsTheUrlsOfItsPagesPatternsAndNoOthers() {
        List<String> paths =
                List.of("/", "/x", "/x/y", "/xy", "/en", "/en/x", "/nl/x", "/café", "/a+b", "/a b", "/blog");
        List<Site> sites = List.of(
                site().build(),
                site().basePath("/shop").trailingSlash(true).build(),
                site().bothSlashForms(true).build(),
                site().locales(List.of("en", "nl"), "en").build(),
                site().locales(List.of("en", "nl"), "en")
                        .domain("example.nl", "nl")
                        .build(),
                site().middlewareRewrites(List.of(Rewrite.of("/:path*", "/en/:path*")))
                        .build());
        int checked = 0;
        for (Site site : sites) {
            Set<String> urls = new HashSet<>();
            List<PageTags.Cover> covers = new ArrayList<>();
            for (String path : paths) {
                for (Router router : Router.values()) {
                    Page page = Page.of(router, path);
                    site.urlsOf(page).patterns().forEach(each -> urls.add(each.path() + (each.prefix() ? "q=1" : "")));
                    covers.addAll(TAGS.tagsOf(site, page).covers());
                }
            }
            Map<String, Set<UrlPattern>> byTag = new HashMap<>();
            covers.forEach(cover -> byTag.computeIfAbsent(cover.tag().tag(), any -> new HashSet<>())
                    .addAll(cover.patterns()));
            for (Map.Entry<String, Set<UrlPattern>> cover : byTag.entrySet()) {
                for (String url : urls) {
                    boolean carries = TAGS.tagOf(site, url)
                            .filter(tag -> tag.tag().equalsIgnoreCase(cover.getKey()))
                            .isPresent();
                    assertThat(carries)
                            .as("%s clears %s of %s", cover.getKey(), url, site)
                            .isEqualTo(cover.getValue().stream().anyMatch(pattern -> pattern.matches(url)));
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(2_000);
    }

    @Test
    void aRewrittenPageHasTheTagsOfTheVisitorsPaths() {
        Site rewriting = site().middlewareRewrites(List.of(Rewrite.of("/:path*", "/en/:path*")))
                .build();
        assertThat(tags(rewriting, Router.APP_PAGE, "/en/blog/x")).containsExactly("p/blog/x", "p/en/blog/x");
    }

    @Test
    void whatNoTagCanNameIsClearedByPathAndSaidSo() {
        Site site = site().basePath("/shop")
                .rewrites(List.of(Rewrite.of("/promo", "/shop/x").withoutBasePath()))
                .build();
        Map<String, String> reasons = new HashMap<>();
        for (String path : List.of("/a,b", "/" + "x".repeat(255), "/x", "/[y]", "/except/z")) {
            TAGS.except(List.of(UrlPattern.prefix("/shop/except/")))
                    .tagsOf(site, Page.of(Router.APP_PAGE, path))
                    .byPath()
                    .forEach(each -> reasons.put(each.url(), each.reason()));
        }
        assertThat(reasons)
                .containsEntry("/shop/a,b", "its comma would split the tag")
                .containsEntry("/promo", "it is outside the base path, where the rules do not reach")
                .containsEntry("/shop/%5By%5D", "it reaches the site in more than one spelling")
                .containsEntry("/shop/except/z", "it is said to carry no tag")
                .containsEntry(
                        "/shop/" + "x".repeat(255), "its tag would have 257 characters, of which CloudFront takes 256")
                .hasSize(5);
        assertThat(tags(site, Router.APP_PAGE, "/" + "x".repeat(254))).hasSize(1);
    }

    /** A wildcard is the narrowest path for such a page, and clears others besides; its tag clears it alone. */
    @Test
    void aTagNamesWhatNoPathCan() {
        PageTags.Tagged tagged = TAGS.tagsOf(site().build(), Page.of(Router.APP_PAGE, "/~x"));
        assertThat(tagged.covers()).singleElement().satisfies(cover -> {
            assertThat(cover.tag()).isEqualTo(new CdnTag("p/~x"));
            assertThat(cover.unnameable()).hasSize(2);
        });
    }

    @Test
    void pathsWithoutNumberThatARewriteLeadsFromHaveNoTag() {
        Site widening = site().rewrites(List.of(Rewrite.widening("/promo/:code", "/sale")))
                .build();
        PageTags.Tagged tagged = TAGS.tagsOf(widening, Page.of(Router.APP_PAGE, "/sale"));
        assertThat(tagged.covers())
                .singleElement()
                .satisfies(cover -> assertThat(cover.unnameable()).isEmpty());
        assertThat(tagged.byPath())
                .singleElement()
                .satisfies(each -> assertThat(each.url()).startsWith("/promo/"));
    }

    /** What the tags cover and what goes by path is together all that must be cleared, and no page has another's tag. */
    @Test
    void everyUrlOfEveryPageIsCoveredOrSaidToGoByPathAndNoTwoPagesShareATag() {
        List<String> paths =
                List.of("/", "/a", "/a/b", "/index", "/a+b", "/a,b", "/[x]", "/~", "/café", "/p/en", "/x.json");
        for (Site site : List.of(
                site().build(),
                site().basePath("/shop").trailingSlash(true).build(),
                site().queryStringsInCacheKey(false).build(),
                site().locales(List.of("en", "fr", "de-CH"), "fr").build())) {
            Map<String, String> owner = new HashMap<>();
            for (Router router : List.of(Router.APP_PAGE, Router.PAGES)) {
                for (String path : paths) {
                    Page page = Page.of(router, path);
                    PageUrls urls = site.urlsOf(page);
                    PageTags.Tagged tagged = TAGS.tagsOf(site, page);
                    Set<UrlPattern> covered = new HashSet<>();
                    Set<UnnameableUrl> unnameable = new HashSet<>();
                    for (PageTags.Cover cover : tagged.covers()) {
                        covered.addAll(cover.patterns());
                        unnameable.addAll(cover.unnameable());
                        String other = owner.putIfAbsent(cover.tag().tag().toLowerCase(Locale.ROOT), path);
                        assertThat(other == null || other.equals(path))
                                .as("%s of %s and %s", cover.tag(), other, path)
                                .isTrue();
                    }
                    assertThat(urls.patterns()).containsAll(covered);
                    Set<String> byPath = new HashSet<>();
                    tagged.byPath().forEach(each -> byPath.add(each.url()));
                    assertThat(urls.patterns())
                            .allMatch(pattern -> covered.contains(pattern)
                                    != byPath.contains(pattern.path().replace("?", "")));
                    assertThat(urls.unnameable()).allMatch(unnameable::contains);
                }
            }
        }
    }

    @Test
    void theRulesArePrintedForNextConfig() {
        assertThat(TAGS.nextConfig(site().build(), "x-page-tags")).isEqualTo("""
                        const pageTags = [
                          { source: "/:path+", headers: [{ key: "x-page-tags", value: "p/:path+" }] },
                          { source: "/", headers: [{ key: "x-page-tags", value: "p/" }] },
                          { source: "/_next/data/:build/:path+.json", headers: [{ key: "x-page-tags", value: "p/:path+" }] },
                          { source: "/_next/data/:build/index.json", headers: [{ key: "x-page-tags", value: "p/" }] },
                          { source: "/_next/data/:build/index/:path+.json", headers: [{ key: "x-page-tags", value: "p/:path+" }] },
                          { source: "/:path(.*,.*)", headers: [{ key: "x-page-tags", value: "untagged" }] },
                        ];
                        """);
        assertThat(TAGS.nextConfig(site().locales(List.of("en", "fr"), "en").build(), "x-t"))
                .contains("{ source: \"/:locale(en|fr)/:path+\", locale: false, headers: [{ key: \"x-t\"");
        assertThatThrownBy(() -> TAGS.nextConfig(site().build(), "x\" }]"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x\\\" }]".replace("\\", ""));
    }
}

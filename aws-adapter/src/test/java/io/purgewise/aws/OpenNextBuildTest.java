package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.BuildIds;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.ObjectKeys;
import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.UnknownBuildException;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenNextBuildTest {

    @ParameterizedTest
    @CsvSource({"a,16.4.6", "b,16.4.6", "c,16.4.6", "o,16.3.7"})
    void theKeysOfAllPagesAreThoseOfTheirObjects(String name, String version) {
        Fixture fixture = Fixture.of(name);
        OpenNextBuild build = read(name, version);
        Set<CacheKey> stored = fixture.objects().keySet().stream()
                .map(key -> new ObjectKeys(build.cachePrefix()).parse(fixture.buildId(), key))
                .filter(PageEntry.class::isInstance)
                .map(entry -> ((PageEntry) entry).key())
                // The error page is stored without being a prerendered route.
                .filter(key -> !key.value().equals("500"))
                .collect(Collectors.toSet());
        assertThat(build.pages()).extracting(OpenNextBuild.KnownPage::key).containsExactlyInAnyOrderElementsOf(stored);
        for (OpenNextBuild.KnownPage page : build.pages()) {
            assertThat(page.key().page(build.site(), page.page().router()).orElseThrow())
                    .isEqualTo(new Page(
                            page.page().router(),
                            page.page().path(),
                            page.page().locale(),
                            null));
        }
    }

    @Test
    void theSiteIsKnownFromItsManifests() {
        OpenNextBuild a = read("a", "16.4.6");
        assertThat(a.site().basePath()).isEmpty();
        assertThat(a.site().trailingSlash()).isFalse();
        assertThat(a.tagCacheMode()).contains(TagCacheMode.ORIGINAL);
        assertThat(a.cachePrefix()).isEqualTo("_cache");
        assertThat(a.routes()).contains("/products/[id]", "/wiki/[[...slug]]");
        OpenNextBuild b = read("b", "16.4.6");
        assertThat(b.site().basePath()).isEqualTo("/shop");
        assertThat(b.site().trailingSlash()).isTrue();
        OpenNextBuild c = read("c", "16.4.6");
        assertThat(c.site().locales()).containsExactly("en", "fr", "de-CH");
        assertThat(c.site().defaultLocale()).contains("en");
        assertThat(c.pages())
                .filteredOn(page -> page.page().path().equals("/legacy"))
                .extracting(page -> page.page().locale())
                .containsExactlyInAnyOrder("en", "fr", "de-CH");
    }

    /** Both forms answer 200 then, and the CDN keeps both; no redirect shows the setting. */
    @Test
    void aSiteThatSkipsSlashRedirectsIsClearedInBothForms(@TempDir Path folder) throws IOException {
        Site site = changed(folder, "required-server-files.json", """
                {"config": {"trailingSlash": true, "skipTrailingSlashRedirect": true, "basePath": ""}}""").site();
        assertThat(site.trailingSlash()).isTrue();
        assertThat(site.bothSlashForms()).isTrue();
        Site without = changed(folder, "required-server-files.json", """
                {"config": {"trailingSlash": false, "skipTrailingSlashRedirect": true}}""").site();
        assertThat(without.trailingSlash()).isFalse();
        assertThat(patterns(without, Page.of(Router.APP_PAGE, "/p"))).contains("/p", "/p/");
    }

    @Test
    void aSlashIsNotInferredFromRedirects(@TempDir Path folder) throws IOException {
        OpenNextBuild build = changed(folder, "routes-manifest.json", """
                {"redirects": [{"source": "/:path*", "destination": "/:path/", "internal": true}]}""");
        assertThat(build.site().trailingSlash()).isFalse();
        assertThat(build.site().bothSlashForms()).isFalse();
    }

    @Test
    void withoutTheSettingsBothSlashFormsAreCleared(@TempDir Path folder) throws IOException {
        copy("b", folder);
        Files.delete(folder.resolve("required-server-files.json"));
        Site site =
                OpenNextBuild.read(folder, NextVersion.parse("16.4.6"), null).site();
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/p"))).contains("/shop/p", "/shop/p/");
    }

    @Test
    void domainsAndDeploymentIdAreRead(@TempDir Path folder) throws IOException {
        copy("c", folder);
        Files.writeString(folder.resolve("required-server-files.json"), """
                {"config": {"deploymentId": "deploy-7", "i18n": {"locales": ["en", "fr", "de-CH"], "defaultLocale": "en",
                  "domains": [{"domain": "example.fr", "defaultLocale": "fr"}]}}}""");
        Site site =
                OpenNextBuild.read(folder, NextVersion.parse("16.4.6"), null).site();
        assertThat(site.domains()).containsExactly("example.fr");
        assertThat(site.cacheBuildId()).isEqualTo(BuildId.of("deploy-7"));
        assertThat(site.nextBuildId()).isEqualTo(Fixture.of("c").buildId());
    }

    /** As Next.js 16 writes them: intercepting routes, conditions, and those of the configuration in three lists. */
    @Test
    void theRewritesOfTheBuildAreRead(@TempDir Path folder) throws IOException {
        OpenNextBuild build = changed(folder, "routes-manifest.json", """
                {"rewrites": {
                  "beforeFiles": [{"source": "/photos/:nxtPid", "destination": "/(.)photos/:nxtPid",
                    "has": [{"type": "header", "key": "next-url", "value": "/.*"}]}],
                  "afterFiles": [{"source": "/old-legacy/:slug", "destination": "/legacy/:slug"},
                    {"source": "/promo/:code", "destination": "/offers"}],
                  "fallback": [{"source": "/:path*", "destination": "https://old.example.com/:path*"}]}}""");
        Site site = build.site();
        assertThat(patterns(site, Page.of(Router.PAGES, "/legacy/a")))
                .contains("/old-legacy/a", "/legacy/a", "/_next/data/" + site.nextBuildId() + "/old-legacy/a.json");
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/(.)photos/1")))
                .containsExactly("/photos/1", "/photos/1?*");
        assertThat(site.pagesBehind("/photos/1")).containsExactly("/photos/1", "/(.)photos/1");
        assertThat(patterns(site, Page.of(Router.APP_PAGE, "/plain"))).containsExactly("/plain", "/plain?*");
        assertThat(site.urlsOf(Page.of(Router.APP_PAGE, "/offers")).unnameable())
                .extracting(UnnameableUrl::narrowestWildcard)
                .containsExactly(UrlPattern.prefix("/promo/"));
    }

    /** Next.js has put base path and locales into the manifest, and escapes a locale's dash. */
    @Test
    void theRewritesOfALocalizedBuildAreRead(@TempDir Path folder) throws IOException {
        copy("c", folder);
        Files.writeString(folder.resolve("routes-manifest.json"), """
                {"basePath": "/shop", "i18n": {"locales": ["en", "fr", "de-CH"], "defaultLocale": "en"}, "rewrites": {
                  "afterFiles": [{"source": "/shop/:nextInternalLocale(en|fr|de\\\\-CH)/news/:slug",
                    "destination": "/shop/:nextInternalLocale/legacy/:slug"}]}}""");
        Site site =
                OpenNextBuild.read(folder, NextVersion.parse("16.4.6"), null).site();
        assertThat(patterns(site, Page.of(Router.PAGES, "/legacy/a").inLocale("de-CH")))
                .contains("/shop/de-CH/news/a");
        assertThat(patterns(site, Page.of(Router.PAGES, "/legacy/a").inLocale("en")))
                .contains("/shop/news/a", "/shop/en/news/a");
    }

    private static OpenNextBuild changed(Path folder, String name, String text) throws IOException {
        copy("a", folder);
        Files.writeString(folder.resolve(name), text);
        return OpenNextBuild.read(folder, NextVersion.parse("16.4.6"), null);
    }

    private static void copy(String fixture, Path folder) throws IOException {
        try (Stream<Path> files = Files.list(Fixture.of(fixture).folder())) {
            for (Path file : files.toList()) {
                Files.copy(
                        file, folder.resolve(String.valueOf(file.getFileName())), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static List<String> patterns(Site site, Page page) {
        return site.urlsOf(page).patterns().stream().map(UrlPattern::toString).toList();
    }

    @Test
    void routersAndRoutesComeOutRight() {
        OpenNextBuild a = read("a", "16.4.6");
        assertThat(page(a, "/feed").page().router()).isEqualTo(Router.APP_ROUTE);
        assertThat(page(a, "/deals").sourceRoute()).isEqualTo("/(shop)/deals/page");
        assertThat(page(a, "/gallery").sourceRoute()).isEqualTo("/gallery/page");
        assertThat(page(a, "/products/1").page().route()).isEqualTo("/products/[id]");
        assertThat(page(a, "/legacy").page().router()).isEqualTo(Router.PAGES);
        assertThat(a.sourceRouteOf(page(a, "/products/1").key())).contains("/products/[id]/page");
        assertThat(page(a, "/products/1").revalidate()).hasHours(1);
    }

    @Test
    void thePreviewIdShowsInNoText() {
        OpenNextBuild a = read("a", "16.4.6");
        String secret = Fixture.of("a")
                .json("prerender-manifest.json")
                .at("/preview/previewModeId")
                .asText();
        assertThat(a.previewId()).contains(PreviewId.of(secret));
        assertThat(a.toString() + a.previewId()).doesNotContain(secret);
        assertThatThrownBy(() -> PreviewId.of("geheim\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("geheim"));
    }

    @Test
    void aMissingOrBrokenFileIsNamed(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> OpenNextBuild.read(folder, NextVersion.parse("16.4.6"), null))
                .isInstanceOf(BuildOutputException.class)
                .hasMessageContaining("open-next.output.json");
        Files.writeString(folder.resolve("open-next.output.json"), "{");
        assertThatThrownBy(() -> OpenNextBuild.read(folder, NextVersion.parse("16.4.6"), null))
                .isInstanceOf(BuildOutputException.class)
                .hasMessageContaining("no JSON");
    }

    /** A build folder as Next.js and OpenNext leave it, of an app with a deployment ID. */
    @Test
    void aHiddenDeploymentIdIsNotGuessed(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve(".next/server"));
        Files.createDirectories(folder.resolve(".open-next"));
        try (Stream<Path> files = Files.list(Fixture.of("a").folder())) {
            for (Path file : files.toList()) {
                String name =
                        file.getFileName() == null ? "" : file.getFileName().toString();
                String place = name.startsWith("open-next")
                        ? ".open-next"
                        : List.of("pages-manifest.json", "app-paths-manifest.json")
                                        .contains(name)
                                ? ".next/server"
                                : ".next";
                Files.copy(file, folder.resolve(place).resolve(name));
            }
        }
        Files.writeString(folder.resolve(".next/BUILD_ID"), BuildIds.HIDDEN);
        NextVersion version = NextVersion.parse("16.4.6");
        assertThatThrownBy(() -> OpenNextBuild.read(folder, version, null)).isInstanceOf(UnknownBuildException.class);
        OpenNextBuild build = OpenNextBuild.read(folder, version, BuildId.of("deploy-7"));
        assertThat(build.site().cacheBuildId()).isEqualTo(BuildId.of("deploy-7"));
        assertThat(build.site().nextBuildId()).isEqualTo(BuildId.of(BuildIds.HIDDEN));
    }

    static OpenNextBuild read(String name, String version) {
        return OpenNextBuild.read(Fixture.of(name).folder(), NextVersion.parse(version), null);
    }

    private static OpenNextBuild.KnownPage page(OpenNextBuild build, String path) {
        return build.pages().stream()
                .filter(page -> page.page().path().equals(path))
                .findFirst()
                .orElseThrow();
    }
}

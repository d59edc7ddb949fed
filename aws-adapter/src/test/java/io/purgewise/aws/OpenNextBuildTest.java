package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.DeployedBuilds;
import io.purgewise.cache.ObjectKeys;
import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.cache.TagReader;
import io.purgewise.cache.UnknownBuildException;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        assertThat(a.tagReader()).contains(TagReader.DYNAMODB);
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
        Files.writeString(folder.resolve(".next/BUILD_ID"), DeployedBuilds.HIDDEN);
        NextVersion version = NextVersion.parse("16.4.6");
        assertThatThrownBy(() -> OpenNextBuild.read(folder, version, null)).isInstanceOf(UnknownBuildException.class);
        OpenNextBuild build = OpenNextBuild.read(folder, version, BuildId.of("deploy-7"));
        assertThat(build.site().cacheBuildId()).isEqualTo(BuildId.of("deploy-7"));
        assertThat(build.site().nextBuildId()).isEqualTo(BuildId.of(DeployedBuilds.HIDDEN));
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

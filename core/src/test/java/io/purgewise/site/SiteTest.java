package io.purgewise.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiteTest {

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b", "a\n", "é", "a?b", "a#b", "a%2Fb", "a\\b"})
    void aMalformedBuildIdIsRejected(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> BuildId.of(value)).withMessageContaining(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "shop",
                "/shop/",
                "//",
                "/a//b",
                "/a b",
                "/a?b",
                "/a*",
                "/a\"b",
                "/a|b",
                "/a<b",
                "/a^b",
                "/a\tb",
                "/a\u007f",
                "/a%20b",
                "/a{b}",
                "/a`b",
                "/a\\b",
                "/~a",
                "/a/../b",
                "/."
            })
    void aMalformedBasePathIsRejected(String basePath) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Site.builder(BuildId.of("B")).basePath(basePath))
                .withMessageContaining("\"" + basePath + "\"");
    }

    /** A regular expression checked it by recursion, and a long one ended in a StackOverflowError. */
    @Test
    void aLongBasePathIsRejectedInFewWords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Site.builder(BuildId.of("B")).basePath("/a".repeat(100_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
    }

    /** 160,000 dots took two minutes: a regular expression looked for the extension of each. */
    @Test
    void aPathLongerThanAnyUrlIsRejectedInFewWords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Page.of(Router.APP_PAGE, "/" + ".".repeat(160_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
        assertThat(Page.of(Router.APP_PAGE, "/" + "...".repeat(2_700)).path()).hasSize(8_101);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.nl", "example.nl/x", "", "exa mple.nl"})
    void aMalformedDomainIsRejected(String domain) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Site.builder(BuildId.of("B"))
                        .locales(List.of("en"), "en")
                        .domain(domain, "en")
                        .build())
                .withMessageContaining("\"" + domain + "\"");
    }

    @Test
    void aDomainsLocaleMustBeOneOfTheSite() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Site.builder(BuildId.of("B"))
                        .locales(List.of("en"), "en")
                        .domain("example.nl", "nl")
                        .build())
                .withMessageContaining("example.nl", "\"nl\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Site.builder(BuildId.of("B")).domain("example.nl", "nl").build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "//", "/a/", "/a//b", "/a/../b", "/./a", "/a?b", "/a#b", "/a\\b"})
    void aMalformedPagePathIsRejected(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Page.of(Router.APP_PAGE, path))
                .withMessageContaining("\"" + path + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/100%", "/%zz", "/%C3", "/%ff"})
    void aUrlPathWithBrokenEscapesIsRejected(String urlPath) {
        assertThatIllegalArgumentException().isThrownBy(() -> Page.ofUrlPath(Router.APP_PAGE, urlPath));
    }

    @Test
    void aUrlPathIsDecodedIntoTheFormOfCacheKeys() {
        assertThat(Page.ofUrlPath(Router.APP_PAGE, "/a%2fb/%252F/100%25/caf%C3%A9%20x%5C")
                        .path())
                .isEqualTo("/a%2Fb/%252F/100%/café x%5C");
    }

    @Test
    void malformedLocalesAreRejected() {
        Site.Builder site = Site.builder(BuildId.of("B"));
        assertThatIllegalArgumentException().isThrownBy(() -> site.locales(List.of("en", "f r"), "en"));
        assertThatIllegalArgumentException().isThrownBy(() -> site.locales(List.of("en", "EN"), "en"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> site.locales(List.of("en"), "fr"))
                .withMessageContaining("\"fr\"");
    }

    @Test
    void theCacheBuildIdIsTheNextBuildIdUnlessSet() {
        assertThat(Site.builder(BuildId.of("B")).build().cacheBuildId()).isEqualTo(BuildId.of("B"));
        assertThat(Site.builder(BuildId.of("B"))
                        .cacheBuildId(BuildId.of("D"))
                        .build()
                        .cacheBuildId())
                .isEqualTo(BuildId.of("D"));
    }

    @Test
    void aSiteTooOldForOnDemandRevalidationIsRefusedByFeatureAndVersion() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Site.builder(BuildId.of("B")).nextVersion(NextVersion.parse("13.5.0")))
                .withMessageContaining("13.5.0")
                .withMessageContaining("13.5.1")
                .withMessageContaining("next/cache");
        assertThat(Site.builder(BuildId.of("B"))
                        .nextVersion(NextVersion.parse("13.5.1"))
                        .build()
                        .nextVersion())
                .contains(NextVersion.parse("13.5.1"));
    }

    @Test
    void staleWhileRevalidateNeedsNext16() {
        assertThat(NextVersion.parse("15.9.9").supports(NextVersion.Feature.STALE_WHILE_REVALIDATE))
                .isFalse();
        assertThat(NextVersion.parse("v16.0.0").supports(NextVersion.Feature.STALE_WHILE_REVALIDATE))
                .isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NextVersion.parse("15.0.0").require(NextVersion.Feature.STALE_WHILE_REVALIDATE))
                .withMessageContaining("15.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "16", "16.4", "^16.4.6", "16.4.x", "latest"})
    void aMalformedVersionIsRejected(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NextVersion.parse(text))
                .withMessageContaining("\"" + text + "\"");
    }

    @Test
    void aDeployChangesTheDataUrlsAndNothingElse() {
        Site site = Site.builder(BuildId.of("B1"))
                .basePath("/shop")
                .trailingSlash(true)
                .bothSlashForms(false)
                .locales(List.of("en", "fr"), "en")
                .queryStringsInCacheKey(false)
                .previousBuildId(BuildId.of("B0"))
                .build();
        Site deployed = site.withBuilds(BuildId.of("B2"), List.of(BuildId.of("B1")));
        assertThat(deployed.nextBuildId()).isEqualTo(BuildId.of("B2"));
        assertThat(deployed.cacheBuildId()).isEqualTo(BuildId.of("B2"));
        assertThat(deployed.previousBuildIds()).containsExactly(BuildId.of("B1"), BuildId.of("B0"));
        Page page = Page.of(Router.PAGES, "/a").inLocale("fr");
        assertThat(deployed.urlsOf(page).patterns())
                .extracting(UrlPattern::toString)
                .contains("/shop/fr/a/", "/shop/_next/data/B2/fr/a.json", "/shop/_next/data/B1/fr/a.json");
        assertThat(deployed.htmlUrlOf(page)).isEqualTo(site.htmlUrlOf(page));
    }

    /** With a deploymentId the cache build ID says nothing of the one in data URLs. */
    @Test
    void aDeployOfASiteWithTwoIdsIsNotGuessed() {
        Site site = Site.builder(BuildId.of("next"))
                .cacheBuildId(BuildId.of("dpl-1"))
                .build();
        assertThat(site.withBuilds(BuildId.of("dpl-2"), List.of(BuildId.of("dpl-1"))))
                .isSameAs(site);
    }
}

package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.aws.OpenNextBuild.KnownPage;
import io.purgewise.site.Page;
import io.purgewise.site.PageTags;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Builds a small site with the rules of page tags in four variants, has OpenNext's own servers answer, and looks whether each
 * answer that a CDN may keep carries the tag of its page and no other page's. Only in the profile {@code readers}; some minutes.
 */
@Tag("readers")
class RealPageTagsTest {

    private static final PageTags TAGS = PageTags.ofAllPages();

    @BeforeAll
    static void install() throws Exception {
        RealSite.install();
    }

    private static List<Page> apps(String... paths) {
        return Stream.of(paths).map(path -> Page.of(Router.APP_PAGE, path)).toList();
    }

    private static List<Page> pages(String... paths) {
        return Stream.of(paths).map(path -> Page.of(Router.PAGES, path)).toList();
    }

    @Test
    void bothRouters() throws Exception {
        List<Page> later = new ArrayList<>(apps("/products/9", "/products/a(b)", "/products/a~b", "/products/ö ö"));
        later.addAll(pages("/legacy/q", "/legacy/index/x"));
        try (RealSite site = RealSite.serve("plain", RealSite.described(), "app", "pages")) {
            check(site, later, 30);
        }
    }

    @Test
    void aBasePathWithTrailingSlashes() throws Exception {
        Site.Builder described = RealSite.described().basePath("/shop").trailingSlash(true);
        try (RealSite site = RealSite.serve("base", described, "app", "pages")) {
            check(site, apps("/products/9"), 30);
        }
    }

    @Test
    void localesWithAndWithoutTheirPrefix() throws Exception {
        Site.Builder described = RealSite.described().locales(List.of("en", "fr", "de-CH"), "en");
        try (RealSite site = RealSite.serve("i18n", described, "pages", "i18n/pages")) {
            check(site, pages("/legacy/q"), 15);
        }
    }

    @Test
    void cacheComponents() throws Exception {
        try (RealSite site = RealSite.serve("cached", RealSite.described(), "cached/app")) {
            check(site, apps("/items/3"), 6);
        }
    }

    private static void check(RealSite real, List<Page> later, int atLeast) throws IOException, InterruptedException {
        Site site = real.build().site();
        assertThat(real.build().headerRules(RealSite.HEADER))
                .extracting(PageTags.HeaderRule::value)
                .as("the rules for this very build")
                .containsExactlyElementsOf(TAGS.rules(site).stream()
                        .map(PageTags.HeaderRule::value)
                        .toList());
        List<Page> all = new ArrayList<>(
                real.build().pages().stream().map(KnownPage::page).toList());
        all.addAll(later);
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        Diagnosis diagnosis = new PageTagCheck(client, real.origin(), RealSite.HEADER, TAGS).of(site, all);

        System.out.println(diagnosis);
        assertThat(diagnosis.findings())
                .filteredOn(finding -> finding.verdict() != Diagnosis.Verdict.WELL)
                .isEmpty();
        String summary = diagnosis.findings().get(0).text();
        assertThat(Integer.parseInt(summary.substring(0, summary.indexOf(' ')))).isGreaterThanOrEqualTo(atLeast);
    }
}

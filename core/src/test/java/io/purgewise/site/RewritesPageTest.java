package io.purgewise.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the code of {@code docs/rewrites.md}, line by line, so that it compiles and does what the page says. */
class RewritesPageTest {

    private record Build(Site site) {}

    @Test
    void theRecipeForNextIntlClearsThePathWithoutTheLocale() {
        Build build = new Build(Site.builder(BuildId.of("B")).build());
        Site site = build.site().toBuilder()
                .middlewareRewrites(List.of(Rewrite.of("/:path*", "/en/:path*")))
                .build();
        assertThat(patterns(site, "/en/blog/a")).containsExactly("/blog/a", "/blog/a?*", "/en/blog/a", "/en/blog/a?*");
        assertThat(patterns(site, "/fr/blog/a")).containsExactly("/fr/blog/a", "/fr/blog/a?*");
        assertThat(site.pagesBehind("/about")).containsExactly("/about", "/en/about");
    }

    @Test
    void theOtherSettingsOfNextIntlAreCleared() {
        assertThat(visitors(Rewrite.of("/:path*", "/:locale(en|fr)/:path*"), "/fr/a"))
                .contains("/a");
        assertThat(visitors(Rewrite.of("/:path*", "/:locale(en|fr)/:path*"), "/nl/a"))
                .containsExactly("/nl/a", "/nl/a?*");
        assertThat(visitors(Rewrite.of("/fr/nouvelles/:slug", "/fr/news/:slug"), "/fr/news/a"))
                .contains("/fr/nouvelles/a");
        assertThat(visitors(Rewrite.of("/neues/:slug", "/de/news/:slug"), "/de/news/a"))
                .contains("/neues/a");
        assertThat(visitors(Rewrite.of("/uk/:path*", "/en-GB/:path*"), "/en-GB"))
                .contains("/uk");
    }

    @Test
    void whatNoRuleCanSayIsListedOrWidened() {
        BuildId buildId = BuildId.of("B");
        Site site = Site.builder(buildId)
                .rewrites(List.of(Rewrite.widening("/promo/:code", "/offers")))
                .visitorPaths(page -> page.path().equals("/pricing") ? List.of("/preise", "/tarife") : List.of())
                .build();
        assertThat(patterns(site, "/pricing")).contains("/preise", "/tarife?*");
        assertThat(site.urlsOf(Page.of(Router.APP_PAGE, "/offers")).unnameable())
                .extracting(UnnameableUrl::narrowestWildcard)
                .containsExactly(UrlPattern.prefix("/promo/"));
    }

    @Test
    void everyLineOfCodeOnThePageStandsHere() throws IOException {
        String here = Files.readString(Path.of("src/test/java/io/purgewise/site/RewritesPageTest.java"));
        String page = Files.readString(Path.of("../docs/rewrites.md"));
        boolean code = false;
        int lines = 0;
        for (String line : page.lines().toList()) {
            if (line.startsWith("```")) {
                code = line.equals("```java");
            } else if (code) {
                lines++;
                assertThat(here).contains("\n        " + line + "\n");
            }
        }
        assertThat(lines).isEqualTo(7);
        page.lines().filter(line -> line.contains("`Rewrite.of(")).forEach(line -> {
            String call = line.substring(line.indexOf("`Rewrite") + 1, line.lastIndexOf(')') + 1);
            assertThat(call).startsWith("Rewrite.of(");
            assertThat(line.contains("de/:path*") || here.contains(call.replace("\\|", "|")))
                    .as(call)
                    .isTrue();
        });
    }

    private static List<String> visitors(Rewrite rewrite, String page) {
        return patterns(
                Site.builder(BuildId.of("B"))
                        .middlewareRewrites(List.of(rewrite))
                        .build(),
                page);
    }

    private static List<String> patterns(Site site, String page) {
        return site.urlsOf(Page.of(Router.APP_PAGE, page)).patterns().stream()
                .map(UrlPattern::toString)
                .toList();
    }
}

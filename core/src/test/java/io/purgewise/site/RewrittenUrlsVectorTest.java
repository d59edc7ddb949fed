package io.purgewise.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.Vectors;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compares the URLs of rewritten pages with those that a real browser asked of a build behind a rewriting proxy. */
class RewrittenUrlsVectorTest {

    private static final Site SITE = Site.builder(BuildId.of("BUILD_ID"))
            .middlewareRewrites(List.of(
                    Rewrite.of("/news/:slug", "/en/blog/:slug"),
                    Rewrite.of("/fr/nouvelles/:slug", "/fr/blog/:slug"),
                    Rewrite.of("/old/:slug", "/legacy/:slug"),
                    Rewrite.of("/:path*", "/en/:path*")))
            .build();

    @Test
    void everyCacheableUrlThatABrowserAskedIsClearedWithItsPage() {
        List<String> missed = new ArrayList<>();
        int seen = 0;
        for (JsonNode line : Vectors.read("urls-rewritten.jsonl")) {
            PageUrls urls = SITE.urlsOf(page(line));
            for (JsonNode request : line.get("requests")) {
                String url = request.get("url").asText();
                // Of an App Router page, the Pages Router asks for data only to learn of the rewrite: private,
                // no-store.
                boolean kept = !request.get("rh").path("cache-control").asText().contains("no-store");
                seen += kept ? 1 : 0;
                String spelled = CloudFrontSpelling.encode(url);
                if (kept && urls.patterns().stream().noneMatch(pattern -> pattern.matches(spelled))) {
                    missed.add(page(line) + ": " + url + " by " + urls.patterns());
                }
            }
        }
        assertThat(missed).isEmpty();
        assertThat(seen).isGreaterThan(20);
    }

    @Test
    void theStoredPageIsFoundBehindEveryPathThatABrowserAsked() {
        for (JsonNode line : Vectors.read("urls-rewritten.jsonl")) {
            String asked = line.get("finalUrl").asText().replaceFirst("\\?.*", "");
            assertThat(SITE.pagesBehind(Page.ofUrlPath(Router.APP_PAGE, asked).path()))
                    .contains(line.get("page").asText());
        }
    }

    private static Page page(JsonNode line) {
        return Page.of(
                Router.valueOf(line.get("router").asText()), line.get("page").asText());
    }
}

package io.purgewise.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.Vectors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Compares the URLs of pages with those of Next.js's own page loader and of a real browser. */
class PageUrlsVectorTest {

    private static final List<String> LOCALES = List.of("en", "fr", "de-CH");

    @Test
    void everyDataAndHtmlPathOfNextsPageLoaderIsCovered() {
        List<String> missed = new ArrayList<>();
        for (JsonNode line : Vectors.read("data-paths.jsonl")) {
            Site.Builder site = Site.builder(BuildId.of(line.get("buildId").asText()))
                    .basePath(line.get("basePath").asText())
                    .trailingSlash(line.get("trailingSlash").asBoolean())
                    .queryStringsInCacheKey(false);
            Page page = Page.ofUrlPath(Router.PAGES, line.get("asPath").asText());
            if (!line.get("locale").isNull()) {
                site.locales(LOCALES, line.get("defaultLocale").asText());
                page = page.inLocale(line.get("locale").asText());
            }
            PageUrls urls = site.build().urlsOf(page);
            for (String field : List.of("wireDataPath", "wireHtmlPath")) {
                if (!covers(urls, line.get(field).asText())) {
                    missed.add(line.get(field).asText() + " by " + urls.withWildcards());
                }
            }
        }
        assertThat(missed).isEmpty();
    }

    @Test
    void everyUrlThatABrowserAskedIsCoveredByItsPage() {
        List<String> missed = new ArrayList<>();
        for (JsonNode line : Vectors.read("urls.jsonl")) {
            PageUrls urls = site(line).urlsOf(page(line));
            for (JsonNode url : line.get("urls")) {
                boolean redirect = isSlashRedirectOfPlainSite(line, url.asText());
                if (!redirect && !covers(urls, url.asText())) {
                    missed.add(line.get("variant").asText() + " " + page(line) + ": " + url.asText() + " by "
                            + urls.withWildcards());
                }
            }
        }
        assertThat(missed).isEmpty();
    }

    @Test
    void noUrlOfAnotherPageIsCoveredUnlessCloudFrontCannotNameThePage() {
        List<String> taken = new ArrayList<>();
        for (String variant : List.of("a", "b", "c")) {
            Map<String, TreeSet<String>> urlsByPage = new LinkedHashMap<>();
            Map<String, PageUrls> patternsByPage = new LinkedHashMap<>();
            for (JsonNode line : Vectors.read("urls.jsonl")) {
                if (line.get("variant").asText().equals(variant)) {
                    String key = pathWithoutLocale(line);
                    patternsByPage.putIfAbsent(key, site(line).urlsOf(Page.of(router(line), key)));
                    line.get("urls")
                            .forEach(url -> urlsByPage
                                    .computeIfAbsent(key, k -> new TreeSet<>())
                                    .add(CloudFrontSpelling.encode(url.asText())));
                }
            }
            patternsByPage.forEach((page, patterns) -> urlsByPage.forEach((other, urls) -> {
                for (String url : urls) {
                    boolean widened = patterns.unnameable().stream()
                            .anyMatch(wide -> wide.narrowestWildcard().matches(url));
                    if (!page.equals(other) && !widened && covers(patterns, url)) {
                        taken.add(variant + ": " + page + " takes " + url + " of " + other);
                    }
                }
            }));
        }
        assertThat(taken).isEmpty();
    }

    private static Site site(JsonNode line) {
        Site.Builder site = Site.builder(BuildId.of("BUILD_ID"));
        switch (line.get("variant").asText()) {
            case "a" -> {}
            case "b" -> site.basePath("/shop").trailingSlash(true);
            case "c" -> site.locales(LOCALES, "en");
            default -> throw new IllegalArgumentException(line.toString());
        }
        return site.build();
    }

    private static Page page(JsonNode line) {
        Page page = Page.of(router(line), line.get("page").asText());
        // A link with locale={false} has its locale in the path.
        boolean named = line.has("locale") && !line.get("locale").asText().equals("false");
        return named ? page.inLocale(line.get("locale").asText()) : page;
    }

    private static Router router(JsonNode line) {
        String kind = line.get("kind").asText();
        return kind.startsWith("pages")
                ? Router.PAGES
                : kind.startsWith("app-route") ? Router.APP_ROUTE : Router.APP_PAGE;
    }

    private static String pathWithoutLocale(JsonNode line) {
        String path = line.get("page").asText();
        return line.get("variant").asText().equals("c") ? path.replaceFirst("^/(en|fr)(?=/)", "") : path;
    }

    /** The other slash form answers a 308 that never goes stale; a plain site leaves it out unless asked. */
    private static boolean isSlashRedirectOfPlainSite(JsonNode line, String url) {
        return !line.get("variant").asText().equals("b") && url.endsWith("/") && url.length() > 1;
    }

    private static boolean covers(PageUrls urls, String url) {
        String encoded = CloudFrontSpelling.encode(url);
        return urls.withWildcards().stream().anyMatch(pattern -> pattern.matches(encoded));
    }
}

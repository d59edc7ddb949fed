package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class UrlsCommandTest {

    private int exitCode;

    @Test
    void aPageIsAnsweredWithItsPatterns() throws IOException {
        assertThat(answers("{\"site\":{\"buildId\":\"B\",\"basePath\":\"/shop\",\"trailingSlash\":false,\"locales\":[],"
                        + "\"defaultLocale\":null,\"queryStringsInCacheKey\":true},\"router\":\"APP_PAGE\",\"page\":\"/p\","
                        + "\"locale\":null}"))
                .containsExactly("{\"patterns\":[\"/shop/p\",\"/shop/p?*\"]}");
        assertThat(exitCode).isZero();
    }

    @Test
    void aBadLineIsAnsweredWithAnErrorAndTheRestGoesOn() throws IOException {
        assertThat(answers(
                        "{\"site\":{\"buildId\":\"a/b\"},\"router\":\"PAGES\",\"page\":\"/p\"}",
                        "{\"site\":{\"buildId\":\"B\"},\"router\":\"PAGES\",\"page\":\"p\"}",
                        "{\"site\":{\"buildId\":\"B\"},\"router\":\"SVELTE\",\"page\":\"/p\"}",
                        "[]",
                        "{",
                        "{\"site\":{\"buildId\":\"B\"},\"router\":\"APP_ROUTE\",\"page\":\"/p\"}"))
                .satisfiesExactly(
                        buildId -> assertThat(buildId).startsWith("{\"error\":").contains("a/b"),
                        page -> assertThat(page).startsWith("{\"error\":").contains("\\\"p\\\""),
                        router -> assertThat(router).startsWith("{\"error\":").contains("SVELTE"),
                        list -> assertThat(list).startsWith("{\"error\":"),
                        noJson -> assertThat(noJson).startsWith("{\"error\":"),
                        good -> assertThat(good).isEqualTo("{\"patterns\":[\"/p\",\"/p?*\"]}"));
        assertThat(exitCode).isOne();
    }

    @Test
    void aLocaleThatStandsInThePathIsNoLocaleOfItsOwn() throws IOException {
        String site = "{\"site\":{\"buildId\":\"B\",\"locales\":[\"en\",\"fr\"],\"defaultLocale\":\"en\","
                + "\"queryStringsInCacheKey\":false},\"router\":\"PAGES\",\"page\":\"/fr/p\",\"locale\":";
        assertThat(answers(site + "null}", site + "false}", site + "\"fr\"}"))
                .containsOnly("{\"patterns\":[\"/_next/data/B/fr/p.json\",\"/fr/p\"]}");
    }

    @Test
    void aUrlThatCloudFrontCannotNameIsListedWithItsWildcard() throws IOException {
        assertThat(answers("{\"site\":{\"buildId\":\"B\"},\"router\":\"APP_PAGE\",\"page\":\"/x~y\"}"))
                .containsExactly("{\"patterns\":[\"/x*\"],\"widened\":[{\"url\":\"/x~y\",\"by\":\"/x*\"}]}");
    }

    @Test
    void rewritesAreReadBackwards() throws IOException {
        String page = "\"router\":\"APP_PAGE\",\"page\":\"/en/about\"";
        assertThat(answers(
                        "{\"site\":{\"buildId\":\"B\",\"queryStringsInCacheKey\":false,\"bothSlashForms\":true,\"rewrites\":[{\"source\":"
                                + "\"/:path*\",\"destination\":\"/en/:path*\"}]}," + page + "}",
                        "{\"site\":{\"buildId\":\"B\",\"rewrites\":[{\"source\":\"/:lang/about\",\"destination\":\"/about\"}]},"
                                + page + "}"))
                .satisfiesExactly(
                        rewritten -> assertThat(rewritten)
                                .isEqualTo("{\"patterns\":[\"/about\",\"/about/\",\"/en/about\",\"/en/about/\"]}"),
                        notUnique -> assertThat(notUnique)
                                .startsWith("{\"error\":")
                                .contains("/:lang/about", "drops parameter"));
    }

    @Test
    void aDomainWhoseUrlsDifferIsAnsweredApart() throws IOException {
        String site = "{\"site\":{\"buildId\":\"B\",\"locales\":[\"en\",\"nl\"],\"defaultLocale\":\"en\","
                + "\"queryStringsInCacheKey\":false,\"domains\":[{\"domain\":\"example.nl\",\"defaultLocale\":\"nl\"},"
                + "{\"domain\":\"example.com\",\"defaultLocale\":\"en\",\"locales\":[]}]},\"router\":\"PAGES\",\"page\":\"/rings\","
                + "\"locale\":\"nl\"}";
        assertThat(answers(site))
                .containsExactly(
                        "{\"patterns\":[\"/_next/data/B/nl/rings.json\",\"/nl/rings\"],\"byDomain\":{\"example.nl\":["
                                + "\"/_next/data/B/nl/rings.json\",\"/_next/data/B/rings.json\",\"/nl/rings\",\"/rings\"]}}");
    }

    @Test
    void aFieldThatIsNotKnownIsAnErrorThatNamesIt() throws IOException {
        assertThat(
                        answers(
                                "{\"site\":{\"buildId\":\"B\"},\"router\":\"PAGES\",\"page\":\"/p\",\"lokale\":\"nl\"}",
                                "{\"site\":{\"buildId\":\"B\",\"trailingslash\":true},\"router\":\"PAGES\",\"page\":\"/p\"}",
                                "{\"site\":{\"buildId\":\"B\",\"rewrites\":[{\"from\":\"/a\"}]},\"router\":\"PAGES\",\"page\":\"/p\"}",
                                "{\"site\":{\"buildId\":\"B\",\"domains\":[{\"host\":\"a.b\"}]},\"router\":\"PAGES\",\"page\":\"/p\"}"))
                .satisfiesExactly(
                        page -> assertThat(page).startsWith("{\"error\":").contains("lokale"),
                        site -> assertThat(site).startsWith("{\"error\":").contains("trailingslash"),
                        rewrite -> assertThat(rewrite).startsWith("{\"error\":").contains("from"),
                        domain -> assertThat(domain).startsWith("{\"error\":").contains("host"));
        assertThat(exitCode).isOne();
    }

    private List<String> answers(String... lines) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] in = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        exitCode = JsonLines.answer(new ByteArrayInputStream(in), out, UrlsCommand::answer);
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}

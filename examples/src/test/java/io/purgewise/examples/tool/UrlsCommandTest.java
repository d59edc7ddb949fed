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

    private List<String> answers(String... lines) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] in = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        exitCode = JsonLines.answer(new ByteArrayInputStream(in), out, UrlsCommand::answer);
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}

package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.examples.tool.ToolProcess.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code page-tags} on the manifests of real builds. */
class PageTagsCommandTest {

    @TempDir
    private Path folder;

    private Run run(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("page-tags", "--build", folder.toString()));
        all.addAll(List.of(arguments));
        return ToolProcess.run(Map.of(), folder, all);
    }

    @Test
    void theRulesArePrintedWithWhatIsClearedByPath() throws Exception {
        BuildFixture.copyTo(folder);
        Run run = run("--json", "--pages");
        assertThat(run.exitCode()).isZero();
        List<JsonNode> lines = run.jsonLines();
        assertThat(lines)
                .filteredOn(line -> line.path("page").asText().equals("/products/1"))
                .singleElement()
                .satisfies(page -> assertThat(page.get("tags").toString()).isEqualTo("[\"p/products/1\"]"));
        JsonNode end = lines.get(lines.size() - 1);
        assertThat(end.get("rules").get(0).toString())
                .isEqualTo("{\"source\":\"/:path+\",\"headers\":[{\"key\":\"x-page-tags\",\"value\":\"p/:path+\"}]}");
        assertThat(end.get("byPath").toString())
                .contains(
                        "{\"url\":\"/a/a,b\",\"reason\":\"its comma would split the tag\"}",
                        "{\"url\":\"/leg2/Index\",\"reason\":\"its path differs from another page's in case only\"}")
                .doesNotContain("/opt/index");
        assertThat(end.get("installed").asBoolean()).isFalse();
        assertThat(end.get("done").asBoolean()).isTrue();
    }

    @Test
    void rulesOfTheSiteThatSendOtherTagsInTheHeaderAreAProblem() throws Exception {
        BuildFixture.copyTo(folder);
        Path manifest = folder.resolve("routes-manifest.json");
        String built = Files.readString(manifest);
        String rule = "{\"source\":\"/blog/:slug\",\"headers\":[{\"key\":\"X-Page-Tags\",\"value\":\"posts\"}],"
                + "\"regex\":\"^/blog\"}";
        assertThat(built).contains("\"headers\": []");
        Files.writeString(manifest, built.replace("\"headers\": []", "\"headers\": [" + rule + "]"));

        Run run = run("--human");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("PROBLEM: the rule /blog/:slug sends posts in x-page-tags as well");
        assertThat(run("--human", "--header", "x-other-tags").exitCode()).isZero();
    }

    /** A tag that nobody sends clears nothing, so the header's name is checked before it is pasted. */
    @Test
    void aHeaderThatIsNoneIsBadUsage() throws Exception {
        BuildFixture.copyTo(folder);
        assertThat(run("--header", "two words").exitCode()).isEqualTo(2);
    }
}

package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.examples.tool.ToolProcess.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.regions.Region;

/** Says in one line, and in words, which setting is missing; then nothing was done. */
@Execution(ExecutionMode.CONCURRENT)
class ToolSettingsTest {

    private static final Map<String, String> NO_MACHINE_ROLE = Map.of(
            "AWS_EC2_METADATA_DISABLED", "true", "AWS_CONFIG_FILE", "none", "AWS_SHARED_CREDENTIALS_FILE", "none");

    private static final Map<String, String> NOBODY_LISTENS = Map.of(
            "AWS_REGION", "eu-west-1",
            "AWS_ACCESS_KEY_ID", "local",
            "AWS_SECRET_ACCESS_KEY", "local",
            "AWS_ENDPOINT_URL", "http://127.0.0.1:1");

    @TempDir
    private Path folder;

    @Test
    void aMissingRegionIsSaid() throws Exception {
        assertSaid(run(NO_MACHINE_ROLE, "gc", "--bucket", "b", "--table", "t"), "no AWS region", "AWS_REGION");
    }

    @Test
    void missingCredentialsAreSaid() throws Exception {
        Map<String, String> region = new java.util.HashMap<>(NO_MACHINE_ROLE);
        region.put("AWS_REGION", "eu-west-1");
        assertSaid(run(region, revalidate("tag:t")), "no AWS credentials", "AWS_PROFILE");
    }

    @Test
    void aMissingFileIsSaidBeforeAnythingIsDone() throws Exception {
        String none = folder.resolve("none").toString();
        assertSaid(run(NOBODY_LISTENS, "report", none, "-o", "x.html"), none, "does not exist");
        assertSaid(run(NOBODY_LISTENS, revalidate("--build-id", "B", "--url-index", none, "tag:t")), none);
        assertSaid(run(NOBODY_LISTENS, "index", "--bucket", "b", "--urls", "u", "--sitemap", none), none);
        assertSaid(
                run(NOBODY_LISTENS, "inspect", "--bucket", "b", "--next-version", "16.4.6", "--build-output", none),
                none);
    }

    /** Each once failed only after marks had been written. Nobody listens here, so a call would end with exit code 1. */
    @Test
    void aWrongValueIsRefusedBeforeAnythingIsAsked() throws Exception {
        List<List<String>> wrong = List.of(
                List.of("--render", "ftp://example.com"),
                List.of("--render", "example.com"),
                List.of("--render", "https://editor:geheim@example.com"),
                List.of("--base-path", "/a\"b"),
                List.of("--base-path", "/a|b"),
                List.of("--base-path", "/a<b"),
                List.of("--base-path", "/a^b"),
                List.of("--slowest-render", "-PT1S"),
                List.of("--retiring-build", "a/b"),
                List.of("--next-version", "sixteen"),
                List.of("--tag-index", "s3://b/_cache/tags"),
                List.of("--tag-index", "s3://b/_assets/tags"),
                List.of("--page-tags", "x-page-tags"),
                List.of("--page-tags-since", "2026-11-25T12:00:00Z"),
                List.of("--page-tags", "x-page-tags", "--page-tags-since", "yesterday"),
                List.of("--page-tags", " ", "--page-tags-since", "2026-11-25T12:00:00Z"),
                List.of("--default-locale", "en"));
        try (ToolWorkers tools = new ToolWorkers(NOBODY_LISTENS)) {
            for (List<String> options : wrong) {
                List<String> args = new ArrayList<>(List.of("--build-id", "B", "--preview-id", "0f"));
                args.addAll(options);
                args.add("tag:t");
                Run run = tools.run(List.of(revalidate(args.toArray(String[]::new))));
                assertThat(run.exitCode()).as("%s: %s", options, run).isEqualTo(2);
                assertThat(run.error())
                        .doesNotContain("geheim")
                        .doesNotContain("\tat ")
                        .contains("--help");
            }
        }
    }

    @Test
    void theBuildIdThatHidesADeploymentIdIsRefused() throws Exception {
        Run run = run(NOBODY_LISTENS, revalidate("--build-id", "build-TfctsWXpff2fKS", "tag:t"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.error()).contains("--cache-build-id");
    }

    @Test
    void theVersionIsThatOfTheBuild() throws Exception {
        Matcher version = Pattern.compile("<version>([^<]*)</version>\\s*<packaging>pom")
                .matcher(Files.readString(Path.of("../pom.xml")));
        assertThat(version.find()).isTrue();
        assertThat(run(NOBODY_LISTENS, "--version").out()).startsWith("purgewise " + version.group(1) + "\n");
    }

    @Test
    void cloudFrontIsSignedForItsPartition() {
        assertThat(AwsClients.cloudFrontRegion(Region.EU_WEST_1)).isEqualTo(Region.US_EAST_1);
        assertThat(AwsClients.cloudFrontRegion(Region.CN_NORTH_1)).isEqualTo(Region.CN_NORTHWEST_1);
    }

    private static void assertSaid(Run run, String... words) {
        assertThat(run.exitCode()).as(run.toString()).isEqualTo(2);
        assertThat(run.out().lines()).hasSize(1);
        assertThat(run.json().get("error").asText())
                .contains(words)
                .doesNotContain("Exception")
                .doesNotContain("software.amazon")
                .doesNotContain("java.");
        assertThat(run.json().get("done").asBoolean()).isFalse();
        assertThat(run.error()).isEmpty();
    }

    private static String[] revalidate(String... more) {
        List<String> args =
                new ArrayList<>(List.of("revalidate", "--table", "t", "--bucket", "b", "--distribution", "E1"));
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    private Run run(Map<String, String> environment, String... args) throws Exception {
        return ToolProcess.run(environment, folder, List.of(args));
    }
}

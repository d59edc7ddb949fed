package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.examples.SampleTables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs the tool as a process of its own that finds emulators by the standard AWS environment, on a real build. */
class RevalidateCommandTest {

    private static final String BUILD = "MaapgHFmNtvUxnGut-fkK";

    private static Emulators emulators;

    @BeforeAll
    static void loadTheBuild() throws Exception {
        emulators = new Emulators();
        SampleTables.load(emulators.dynamoEndpoint(), emulators.s3Endpoint());
    }

    @AfterAll
    static void stop() throws Exception {
        emulators.close();
    }

    @Test
    void aTagIsMarkedAndItsPagesAreCleared() throws Exception {
        Run run = run("E1TAG", "tag:product:9");
        assertThat(run.exitCode).isZero();
        assertThat(run.json.get("done").asBoolean()).isTrue();
        assertThat(run.json.at("/changes/0/marks/written").asInt()).isPositive();
        assertThat(run.json.at("/changes/0/pages/0/path").asText()).isEqualTo("/products/9");
        assertThat(cleared("E1TAG")).containsExactlyInAnyOrder("/products/9", "/products/9?*");
    }

    @Test
    void theRouterOfAPathIsLookedUpInTheBucket() throws Exception {
        Run run = run("E1PATH", "path:/legacy/plain", "path:/deals");
        assertThat(run.exitCode).isZero();
        assertThat(run.json.at("/changes/0/pages/0/router").asText()).isEqualTo("PAGES");
        assertThat(run.json.at("/changes/1/pages/0/router").asText()).isEqualTo("APP_PAGE");
        assertThat(cleared("E1PATH"))
                .contains("/legacy/plain", "/deals", "/_next/data/" + BUILD + "/legacy/plain.json");
    }

    @Test
    void knownPagesAllowAWildcardThatSparesTheOthers() throws Exception {
        Run run = run("E1LIST", "--list-pages", "tag:products");
        assertThat(run.exitCode).isZero();
        assertThat(run.json.at("/plan/items").size()).isLessThan(10);
        assertThat(run.json.at("/changes/0/pages").size()).isGreaterThan(30);
    }

    @Test
    void aDryRunWritesNothing() throws Exception {
        Run run = run("E1DRY", "--dry-run", "path:/gallery");
        assertThat(run.exitCode).isZero();
        assertThat(run.json.at("/changes/0/marks/written").asInt()).isZero();
        assertThat(run.json.at("/plan/items")).isNotEmpty();
        assertThat(cleared("E1DRY")).isEmpty();
    }

    @Test
    void aTagThatNobodyCarriesIsNotDone() throws Exception {
        Run run = run("E1NONE", "tag:nobody");
        assertThat(run.exitCode).isOne();
        assertThat(run.json.get("done").asBoolean()).isFalse();
        assertThat(run.json.at("/problems/0/subject").asText()).isEqualTo("tag:nobody");
    }

    @Test
    void aMissingTableIsAClearError() throws Exception {
        Run run = run(List.of(
                "--build-id",
                BUILD,
                "--table",
                "no-such-table",
                "--bucket",
                SampleTables.BUCKET,
                "--distribution",
                "E1",
                "path:/deals"));
        assertThat(run.exitCode).isOne();
        assertThat(run.json.toString()).contains("no-such-table");
    }

    @Test
    void aMalformedChangeIsRefusedBeforeAnythingIsSent() throws Exception {
        Run run = run(List.of(
                "--build-id", BUILD, "--table", "t", "--bucket", "b", "--distribution", "E1BAD", "page:/deals"));
        assertThat(run.exitCode).isNotZero();
        assertThat(run.error).contains("page:/deals");
        assertThat(cleared("E1BAD")).isEmpty();
    }

    private static List<String> cleared(String distribution) {
        List<String> paths = new ArrayList<>();
        for (Invalidation invalidation : emulators.account.accepted(DistributionId.of(distribution))) {
            paths.addAll(invalidation.paths());
        }
        return paths;
    }

    private record Run(int exitCode, JsonNode json, String error) {}

    private static Run run(String distribution, String... more) throws Exception {
        List<String> args = new ArrayList<>(
                List.of("--build-id", BUILD, "--table", SampleTables.TABLE, "--bucket", SampleTables.BUCKET));
        args.addAll(List.of("--distribution", distribution, "--next-version", "16.4.6", "--wait", "PT30S"));
        args.addAll(List.of(more));
        return run(args);
    }

    private static Run run(List<String> args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Purgewise.class.getName(),
                "revalidate"));
        command.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(emulators.environment());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the tool did not end: " + error);
        }
        JsonNode json = out.isBlank() ? JsonLines.JSON.createObjectNode() : JsonLines.JSON.readTree(out);
        return new Run(process.exitValue(), json, error);
    }
}

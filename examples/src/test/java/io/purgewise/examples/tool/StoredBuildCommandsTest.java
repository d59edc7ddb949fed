package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.purgewise.examples.SampleTables;
import io.purgewise.examples.tool.ToolProcess.Run;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.ResourceLockTarget;

/** Runs {@code inspect}, {@code index} and {@code gc} as processes on a real build in emulators. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(
        value = StoredBuildCommandsTest.BUCKET_LOCK,
        mode = ResourceAccessMode.READ,
        target = ResourceLockTarget.CHILDREN)
class StoredBuildCommandsTest {

    /** What a test holds alone that changes the objects which others read. */
    static final String BUCKET_LOCK = "StoredBuildCommandsTest.bucket";

    private static final String BUILD = "MaapgHFmNtvUxnGut-fkK";
    private static final String BUCKET = SampleTables.BUCKET;

    private static Emulators emulators;

    @TempDir
    private Path folder;

    @BeforeAll
    static void loadTheBuild() throws Exception {
        emulators = new Emulators();
        SampleTables.load(emulators.dynamoEndpoint(), emulators.s3Endpoint());
    }

    @AfterAll
    static void stop() {
        emulators.close();
    }

    /** The tag of a rule that Next.js could not fill in is the same on every page: each purge of it is a full flush. */
    @Test
    void aLiveSiteWhosePagesShareATagIsFoundOut() throws Exception {
        HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("cache-control", "s-maxage=3600");
            exchange.getResponseHeaders().set("x-page-tags", "p:/:path*");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        site.start();
        try {
            String origin = "http://127.0.0.1:" + site.getAddress().getPort();
            Run run = run("inspect", "--build-id", BUILD, "--bucket", BUCKET, "--live", origin);
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).contains("each purge of it clears them all").endsWith("\"done\":false}\n");
        } finally {
            site.stop(0);
        }
    }

    @Test
    void anInspectionListsEveryPageAndItsTags() throws Exception {
        Run run = run("inspect", "--build-id", BUILD, "--bucket", BUCKET);
        assertThat(run.exitCode()).isZero();
        List<JsonNode> lines = run.jsonLines();
        assertThat(lines).hasSize(149);
        assertThat(lines.get(148).toString()).isEqualTo("{\"pages\":148,\"fetches\":89,\"corrupt\":[],\"done\":true}");
        JsonNode product = lines.stream()
                .filter(line -> line.path("path").asText().equals("/products/9"))
                .findFirst()
                .orElseThrow();
        assertThat(product.get("kind").asText()).isEqualTo("APP");
        assertThat(product.get("tags").toString()).contains("\"product:9\"");
        assertThat(product.get("ageSeconds").asLong()).isNotNegative();
        assertThat(run.error()).isEmpty();
    }

    @Test
    @ResourceLock(BUCKET_LOCK)
    void aCorruptObjectIsNamedAndTheRestGoesOn() throws Exception {
        emulators.put(BUCKET, "_cache/" + BUILD + "/broken.cache", "oops");
        try {
            Run run = run("inspect", "--build-id", BUILD, "--bucket", BUCKET, "--human", "--progress");
            assertThat(run.exitCode()).isOne();
            assertThat(run.out())
                    .contains("/products/9  ")
                    .contains("corrupt: _cache/" + BUILD + "/broken.cache")
                    .contains("148 pages, 89 fetches, 0 pages kept for a shorter time than planned, 1 corrupt object");
            assertThat(run.error()).contains("reading pages: ");
            Run index = run("index", "--build-id", BUILD, "--bucket", BUCKET, "--tags", folder + "/tags");
            assertThat(index.exitCode()).isOne();
            assertThat(index.json().at("/corrupt/0").asText()).endsWith("/broken.cache");
            assertThat(index.json().get("pages").asInt()).isEqualTo(148);
        } finally {
            emulators.delete(BUCKET, "_cache/" + BUILD + "/broken.cache");
        }
    }

    @Test
    void urlsAreWeighedByLogsAndDamagedLinesAreTold() throws Exception {
        Path logs = Files.createDirectories(folder.resolve("logs/2026"));
        String request =
                "{\"cs-method\":\"GET\",\"sc-status\":\"200\",\"cs-uri-stem\":\"/products/9\",\"cs-uri-query\":\"-\"}\n";
        Files.writeString(logs.resolve("a.json"), request + request);
        String urls = folder.resolve("weighed.index").toString();
        String[] command = {
            "index",
            "--build-id",
            BUILD,
            "--bucket",
            BUCKET,
            "--urls",
            urls,
            "--logs",
            folder.resolve("logs").toString()
        };
        Run sound = run(command);
        assertThat(sound.exitCode()).as(sound.toString()).isZero();
        assertThat(sound.json().get("urls").asInt()).isOne();
        assertThat(sound.json().get("requests").asInt()).isEqualTo(2);
        Files.writeString(logs.resolve("b.json"), request + "{\"cs-method\"\n");
        Run damaged = run(command);
        assertThat(damaged.exitCode()).isOne();
        assertThat(damaged.json().get("malformed").asInt()).isOne();
        assertThat(damaged.json().get("firstMalformed").asText()).contains("b.json, line 2");
        assertThat(damaged.json().get("requests").asInt()).isEqualTo(3);
    }

    @Test
    void anIndexIsBuiltOnceAndThenRefreshed() throws Exception {
        String place = "s3://" + BUCKET + "/purgewise/tags";
        Run first = run("index", "--build-id", BUILD, "--bucket", BUCKET, "--tags", place);
        assertThat(first.exitCode()).isZero();
        assertThat(first.json().get("read").asInt()).isEqualTo(148);
        assertThat(first.json().get("tags").asInt()).isGreaterThan(100);
        Run second = run("index", "--build-id", BUILD, "--bucket", BUCKET, "--tags", place, "--human");
        assertThat(second.exitCode()).isZero();
        assertThat(second.out()).startsWith("148 pages with ").endsWith(" entries listed, 0 read\n");

        // In next mode this is how the pages of a tag are known.
        Run revalidated = run(
                "revalidate",
                "--build-id",
                BUILD,
                "--table",
                SampleTables.TABLE,
                "--bucket",
                BUCKET,
                "--distribution",
                "E1",
                "--mode",
                "next",
                "--tag-index",
                place,
                "--dry-run",
                "tag:product:9");
        assertThat(revalidated.exitCode()).as(revalidated.toString()).isZero();
        assertThat(revalidated.json().at("/changes/0/pages/0/path").asText()).isEqualTo("/products/9");
    }

    @Test
    void knownUrlsComeFromTheBucketASitemapAndAList() throws Exception {
        Files.writeString(
                folder.resolve("map.xml"), "<urlset><url><loc>https://example.com/products/extra</loc></url></urlset>");
        Files.writeString(folder.resolve("list.txt"), "/products/dear 100000\n");
        String urls = folder.resolve("urls.index").toString();
        Run bare = run("index", "--build-id", BUILD, "--bucket", BUCKET, "--urls", urls);
        int pages = bare.json().get("urls").asInt();
        assertThat(pages).isGreaterThan(149);
        Run all = run(
                "index",
                "--build-id",
                BUILD,
                "--bucket",
                BUCKET,
                "--urls",
                urls,
                "--sitemap",
                folder.resolve("map.xml").toString(),
                "--text",
                folder.resolve("list.txt").toString());
        assertThat(all.exitCode()).isZero();
        assertThat(all.json().get("urls").asInt()).isEqualTo(pages + 2);
        Run plan = run(
                "revalidate",
                "--build-id",
                BUILD,
                "--table",
                SampleTables.TABLE,
                "--bucket",
                BUCKET,
                "--distribution",
                "E1",
                "--next-version",
                "16.4.6",
                "--url-index",
                urls,
                "--dry-run",
                "tag:products");
        assertThat(plan.exitCode()).as(plan.toString()).isZero();
        // No wildcard that would evict the page that is dear.
        assertThat(plan.json().at("/plan/items").toString()).doesNotContain("\"/products/*\"", "\"/products*\"");
        Files.writeString(folder.resolve("urls.index"), "oops");
        Run damaged = run(
                "revalidate",
                "--build-id",
                BUILD,
                "--table",
                SampleTables.TABLE,
                "--bucket",
                BUCKET,
                "--distribution",
                "E1",
                "--url-index",
                urls,
                "--dry-run",
                "tag:products");
        assertThat(damaged.exitCode()).isOne();
        assertThat(damaged.json().get("error").asText()).contains("build it again");
    }

    @Test
    void oldBuildsAreListedFirstAndDeletedOnlyIfTold() throws Exception {
        for (String build : List.of("old-1", "old-2")) {
            emulators.put(BUCKET, "_gc/" + build + "/p.cache", "{\"type\":\"app\"}");
            emulators.put(BUCKET, "_gc/__fetch/" + build + "/" + "0f".repeat(32), "{}");
        }
        emulators.put(BUCKET, "_gc/live/p.cache", "{\"type\":\"app\"}");
        String[] command = {
            "gc", "--bucket", BUCKET, "--table", SampleTables.TABLE, "--prefix", "_gc", "--live", "live", "--keep", "1"
        };
        Run dry = run(command);
        assertThat(dry.exitCode()).isZero();
        List<JsonNode> lines = dry.jsonLines();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(3).get("dryRun").asBoolean()).isTrue();
        int garbage = lines.get(3).get("garbage").asInt();
        // All were written within a second, so that any of them may be the newest; the live one is never garbage.
        assertThat(garbage).isBetween(1, 2);
        assertThat(lines)
                .filteredOn(line -> line.path("live").asBoolean())
                .singleElement()
                .satisfies(line -> assertThat(line.get("garbage").asBoolean()).isFalse());
        Run people = run(with(command, "--human"));
        assertThat(people.out()).contains("would delete").contains("nothing was deleted, give --delete");
        assertThat(run(command).jsonLines()).hasSize(4);

        Run deleted = run(with(command, "--delete"));
        assertThat(deleted.exitCode()).isZero();
        assertThat(deleted.jsonLines())
                .filteredOn(line -> line.has("deleted"))
                .hasSize(garbage)
                .allSatisfy(line -> assertThat(line.get("objects").asInt()).isEqualTo(2));
        assertThat(run(command).jsonLines()).hasSize(4 - garbage);
    }

    @Test
    void aWrongCommandLineIsToldApartFromWorkUndone() throws Exception {
        assertThat(run("gc", "--bucket", "b").exitCode()).isEqualTo(2);
        Run keep = run("gc", "--bucket", BUCKET, "--table", "t", "--live", "x", "--keep", "0");
        assertThat(keep.exitCode()).isEqualTo(2);
        assertThat(keep.error())
                .contains("keep at least 1 build")
                .doesNotContain("\tat ")
                .contains("purgewise gc --help");
        assertThat(run("index", "--build-id", "B", "--bucket", BUCKET).exitCode())
                .isEqualTo(2);
        assertThat(run("index", "--build-id", "B", "--bucket", BUCKET, "--tags", "s3://only")
                        .exitCode())
                .isEqualTo(2);
        Run away = run("inspect", "--build-id", "B", "--bucket", "no-such-bucket");
        assertThat(away.exitCode()).isOne();
        assertThat(away.json().get("error").asText()).contains("no-such-bucket").contains("check its name");
    }

    @Test
    void helpAndCompletionNameEveryCommand() throws Exception {
        Run help = run("help");
        Run completion = run("generate-completion");
        assertThat(help.exitCode()).isZero();
        assertThat(completion.exitCode()).isZero();
        for (String command : List.of(
                "urls",
                "plan",
                "names",
                "revalidate",
                "inspect",
                "index",
                "gc",
                "report",
                "everything",
                "doctor",
                "table",
                "fake-cloudfront")) {
            assertThat(help.out()).contains("  " + command + " ");
            assertThat(completion.out()).contains(command);
        }
        for (String command : List.of("revalidate", "inspect", "index", "gc")) {
            assertThat(run(command, "--help").out())
                    .contains("Exit codes:")
                    .contains("  2   the command line, a file or a setting");
        }
    }

    private static String[] with(String[] command, String option) {
        List<String> all = new ArrayList<>(List.of(command));
        all.add(option);
        return all.toArray(String[]::new);
    }

    private static Run run(String... args) throws IOException, InterruptedException {
        return emulators.tool(List.of(args));
    }
}

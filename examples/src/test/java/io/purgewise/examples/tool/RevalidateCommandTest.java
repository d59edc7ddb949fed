package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.examples.SampleTables;
import io.purgewise.examples.tool.ToolProcess.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.ResourceLockTarget;

/** Runs the tool as a process of its own that finds emulators by the standard AWS environment, on a real build. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(
        value = RevalidateCommandTest.BUCKET_LOCK,
        mode = ResourceAccessMode.READ,
        target = ResourceLockTarget.CHILDREN)
class RevalidateCommandTest {

    /** What a test holds alone that changes the objects which others read. */
    static final String BUCKET_LOCK = "RevalidateCommandTest.bucket";

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
        assertThat(run.exitCode()).isZero();
        assertThat(run.json().get("done").asBoolean()).isTrue();
        assertThat(run.json().at("/changes/0/marks/written").asInt()).isPositive();
        assertThat(run.json().at("/changes/0/pages/0/path").asText()).isEqualTo("/products/9");
        assertThat(cleared("E1TAG")).containsExactlyInAnyOrder("/products/9", "/products/9?*");
    }

    @Test
    void theRouterOfAPathIsLookedUpInTheBucket() throws Exception {
        Run run = run("E1PATH", "path:/legacy/plain", "path:/deals");
        assertThat(run.exitCode()).isZero();
        assertThat(run.json().at("/changes/0/pages/0/router").asText()).isEqualTo("PAGES");
        assertThat(run.json().at("/changes/1/pages/0/router").asText()).isEqualTo("APP_PAGE");
        assertThat(cleared("E1PATH"))
                .contains("/legacy/plain", "/deals", "/_next/data/" + BUILD + "/legacy/plain.json");
    }

    @Test
    void knownPagesAllowAWildcardThatSparesTheOthers() throws Exception {
        Run run = run("E1LIST", "--list-pages", "tag:products");
        assertThat(run.exitCode()).isZero();
        assertThat(run.json().at("/plan/items").size()).isLessThan(10);
        assertThat(run.json().at("/changes/0/pages").size()).isGreaterThan(30);
    }

    @Test
    void aSiteWithPageTagsIsClearedByOneItemAPage() throws Exception {
        String[] options = {"--page-tags", "x-page-tags", "--page-tags-since", "2020-01-01T00:00:00Z"};
        Run run = run(
                "E1PAGETAGS", options[0], options[1], options[2], options[3], "tag:product:9", "path:/legacy/plain");
        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(cleared("E1PAGETAGS")).containsExactlyInAnyOrder("#p/products/9", "#p/legacy/plain");

        // Before that time, and where the distribution reads no such header, pages are cleared by path.
        Run early = run(
                "E1PAGETAGS", "--dry-run", options[0], options[1], options[2], "2100-01-01T00:00:00Z", "path:/deals");
        assertThat(early.json().at("/plan/items").toString()).isEqualTo("[\"/deals\",\"/deals?*\"]");
        Run unread = run("E1UNREAD", options[0], options[1], options[2], options[3], "path:/deals");
        assertThat(unread.exitCode()).as(unread.toString()).isZero();
        assertThat(cleared("E1UNREAD")).containsExactlyInAnyOrder("/deals", "/deals?*");
    }

    @Test
    void rewritesAndDomainsAreTakenFromFilesInTheSpellingOfUrls(@TempDir Path folder) throws Exception {
        Path rewrites = Files.writeString(
                folder.resolve("rewrites.json"), "[{\"source\":\"/bilder\",\"destination\":\"/gallery\"}]");
        Run run = run("E1REWRITE", "--rewrites", rewrites.toString(), "path:/bilder");
        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(cleared("E1REWRITE")).contains("/bilder", "/gallery");

        Path domains = Files.writeString(folder.resolve("domains.json"), "[{\"domain\":\"example.nl\"}]");
        Run wrong = run("E1REWRITE", "--domains", domains.toString(), "path:/gallery");
        assertThat(wrong.exitCode()).as(wrong.toString()).isEqualTo(2);
        assertThat(wrong.error()).contains("defaultLocale").contains("example.nl");
    }

    @Test
    void aSiteThatAnswersWithAndWithoutASlashIsClearedInBothForms() throws Exception {
        assertThat(run("E1SLASH", "--both-slash-forms", "path:/deals").exitCode())
                .isZero();
        assertThat(cleared("E1SLASH")).contains("/deals", "/deals/");
        assertThat(run("E1NOSLASH", "path:/deals").exitCode()).isZero();
        assertThat(cleared("E1NOSLASH")).contains("/deals").doesNotContain("/deals/");
    }

    @Test
    void progressIsShownFromTheStartAndLeavesTheAnswerAlone() throws Exception {
        Run run = run("E1PROGRESS", "--progress", "path:/deals");
        assertThat(run.exitCode()).isZero();
        assertThat(run.json().get("done").asBoolean()).isTrue();
        assertThat(run.error())
                .startsWith("\rconnecting with AWS")
                .containsSubsequence("marking pages", "waiting until the marks count", "asking CloudFront to clear");
    }

    @Test
    void aDryRunWritesNothing() throws Exception {
        Run run = run("E1DRY", "--dry-run", "path:/gallery");
        assertThat(run.exitCode()).isZero();
        assertThat(run.json().at("/changes/0/marks/written").asInt()).isZero();
        assertThat(run.json().at("/plan/items")).isNotEmpty();
        assertThat(cleared("E1DRY")).isEmpty();
    }

    @Test
    void aTagThatNobodyCarriesIsAnAnswer() throws Exception {
        Run run = run("E1NONE", "tag:nobody");
        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(run.json().get("done").asBoolean()).isTrue();
        assertThat(run.json().at("/changes/0/notes").toString()).contains("no page");
        assertThat(cleared("E1NONE")).isEmpty();
    }

    /** A mistyped path was once paid for and reported as done. */
    @Test
    void aPathThatNobodyKnowsIsAProblemUnlessItIsSaidToBeNew() throws Exception {
        Run run = run("E1GALERY", "path:/galery");
        assertThat(run.exitCode()).isOne();
        assertThat(run.json().get("done").asBoolean()).isFalse();
        assertThat(run.json().at("/problems/0/kind").asText()).isEqualTo("NOT_FOUND");
        assertThat(run.json().at("/problems/0/reason").asText()).contains("/gallery");
        assertThat(cleared("E1GALERY")).isEmpty();
        Run fresh = run("E1GALERY", "new-path:/galery");
        assertThat(fresh.exitCode()).as(fresh.toString()).isZero();
        assertThat(cleared("E1GALERY")).contains("/galery");
    }

    @Test
    void everythingIsOnePath() throws Exception {
        Run run = emulators.tool(List.of(
                "everything",
                "--build-id",
                BUILD,
                "--table",
                SampleTables.TABLE,
                "--bucket",
                SampleTables.BUCKET,
                "--distribution",
                "E1ALL",
                "--dry-run"));
        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(run.json().at("/plan/items").toString()).isEqualTo("[\"/*\"]");
    }

    @Test
    void theVariablesOfOpenNextNameTableBucketAndDistribution() throws Exception {
        Map<String, String> environment = new HashMap<>(emulators.environment());
        environment.put("CACHE_DYNAMO_TABLE", SampleTables.TABLE);
        environment.put("CACHE_BUCKET_NAME", SampleTables.BUCKET);
        environment.put("CLOUDFRONT_DISTRIBUTION_ID", "E1ENV");
        Run run = ToolProcess.run(environment, List.of("revalidate", "--build-id", BUILD, "tag:product:9"));
        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(cleared("E1ENV")).contains("/products/9");
    }

    @Test
    void theDoctorSaysWhatIsWrong() throws Exception {
        Run well = emulators.tool(List.of(
                "doctor",
                "--build-id",
                BUILD,
                "--table",
                SampleTables.TABLE,
                "--bucket",
                SampleTables.BUCKET,
                "--distribution",
                "E1DOC"));
        assertThat(well.exitCode()).as(well.toString()).isZero();
        Run ill = emulators.tool(
                List.of("doctor", "--table", "no-such", "--bucket", "no-such", "--distribution", "E1DOC", "--human"));
        assertThat(ill.exitCode()).isOne();
        assertThat(ill.out()).contains("WRONG").contains("table no-such").endsWith("Something is wrong.\n");
    }

    @Test
    void allPagesOfARouteAreMarkedAndCleared() throws Exception {
        Run run = run("E1ROUTE", "--dry-run", "route:/products/[id]", "layout:/a");
        assertThat(run.exitCode()).isZero();
        assertThat(run.json().at("/changes/0/change").asText()).isEqualTo("route:/products/[id]");
        assertThat(run.json().at("/changes/0/pages").size()).isEqualTo(30);
        assertThat(run.json().at("/changes/1/pages").size()).isGreaterThan(20);
        Run small = run("E1ROUTE", "route:/deals");
        assertThat(small.json().at("/changes/0/notes").toString()).contains("as the app's folders do");
        Run group = run("E1ROUTE", "route:/(shop)/deals");
        assertThat(group.exitCode()).isZero();
        assertThat(cleared("E1ROUTE")).containsExactlyInAnyOrder("/deals", "/deals?*");
        Run unknown = run("E1ROUTE", "route:/products/[slug]");
        assertThat(unknown.exitCode()).isZero();
        assertThat(unknown.json().at("/changes/0/notes").toString()).contains("as the app's folders do");
    }

    @Test
    void peopleReadText() throws Exception {
        Run run = run("E1HUMAN", "--human", "tag:product:9", "path:/galery");
        assertThat(run.exitCode()).isOne();
        assertThat(run.out())
                .contains("tag:product:9")
                .contains("rows marked")
                .contains("2 paths to clear, with 1 wildcard; costs $0.01 beyond the free tier, clears 0 other pages")
                .containsPattern("E1HUMAN: invalidation \\w+, 2 paths, accepted\n")
                .contains("NOT DONE  path:/galery")
                .endsWith("Not all is done.\n");
        Run dry = run("E1HUMAN", "--human", "--dry-run", "tag:products");
        assertThat(dry.exitCode()).isZero();
        assertThat(dry.out())
                .contains("rows would be marked")
                .contains(" more\n")
                .contains("this was a dry run");
        assertThat(run("E1HUMAN", "--human", "--json", "tag:products").exitCode())
                .isEqualTo(2);
        assertThat(run("E1HUMAN", "--json", "--dry-run", "tag:products")
                        .json()
                        .get("done")
                        .asBoolean())
                .isTrue();
    }

    @Test
    @ResourceLock(BUCKET_LOCK)
    void theBuildIdIsReadFromTheBucketIfAsked() throws Exception {
        List<String> rest = List.of(
                "--table",
                SampleTables.TABLE,
                "--bucket",
                SampleTables.BUCKET,
                "--distribution",
                "E1AUTO",
                "path:/deals");
        List<String> args = new ArrayList<>(List.of("--build-id", "auto"));
        args.addAll(rest);
        Run missing = run(args);
        assertThat(missing.exitCode()).isOne();
        assertThat(missing.json().get("error").asText()).contains("_assets/BUILD_ID");
        emulators.put(SampleTables.BUCKET, "_assets/BUILD_ID", BUILD);
        try {
            assertThat(run(args).exitCode()).isZero();
            // Next.js writes this constant for every app with a deploymentId, which it hides; the caches show it.
            emulators.put(SampleTables.BUCKET, "_assets/BUILD_ID", "build-TfctsWXpff2fKS");
            assertThat(run(args).exitCode()).isZero();
            args.addAll(0, List.of("--cache-build-id", BUILD));
            assertThat(run(args).exitCode()).isZero();
        } finally {
            emulators.delete(SampleTables.BUCKET, "_assets/BUILD_ID");
        }
    }

    @Test
    void aRetiringBuildIsMarkedAndClearedAsWell() throws Exception {
        Run run = run("E1OLD", "--retiring-build", "OLD", "path:/legacy/plain");
        assertThat(run.exitCode()).isZero();
        assertThat(cleared("E1OLD"))
                .contains("/_next/data/" + BUILD + "/legacy/plain.json", "/_next/data/OLD/legacy/plain.json");
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
        assertThat(run.exitCode()).isOne();
        assertThat(run.json().toString()).contains("no-such-table");
    }

    @Test
    void aMalformedChangeIsRefusedBeforeAnythingIsSent() throws Exception {
        Run run = run(List.of(
                "--build-id", BUILD, "--table", "t", "--bucket", "b", "--distribution", "E1BAD", "page:/deals"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.error()).contains("page:/deals").contains("--help").doesNotContain("\tat ");
        assertThat(cleared("E1BAD")).isEmpty();
    }

    private static List<String> cleared(String distribution) {
        List<String> paths = new ArrayList<>();
        for (Invalidation invalidation : emulators.account.accepted(DistributionId.of(distribution))) {
            paths.addAll(invalidation.paths());
        }
        return paths;
    }

    /** A proxy leaves out the default locale: visitors ask for /about, and the page is stored as /en/about, with the tag of /about. */
    @Test
    @ResourceLock(BUCKET_LOCK)
    void aPathBehindAProxyIsMarkedAndClearedUnderBothOfItsNames() throws Exception {
        String page =
                "BUILD1/route-cache/APP_PAGE/cb86e4a9c0237a4d1395f3b088c9d8bd4a8b62248b95d11eca5620c2bebaead9/$/en/about";
        emulators.put(
                SampleTables.BUCKET,
                "_cache/" + page + ".cache",
                "{\"type\":\"app\",\"html\":\"\",\"rsc\":\"\",\"meta\":{\"headers\":{\"x-next-cache-tags\":"
                        + "\"_N_T_/layout,_N_T_/[locale]/layout,_N_T_/[locale]/about/page,_N_T_/about,about\"}}}");
        emulators.row(SampleTables.TABLE, "BUILD1/_N_T_/about", page);
        List<String> settings = List.of(
                "--build-id",
                "BUILD1",
                "--table",
                SampleTables.TABLE,
                "--bucket",
                SampleTables.BUCKET,
                "--next-version",
                "16.4.6");

        try {
            Run asked = run(Stream.concat(settings.stream(), Stream.of("--distribution", "E1PROXY", "path:/about"))
                    .toList());
            assertThat(asked.exitCode()).as(asked.out()).isZero();
            assertThat(emulators.isMarked(SampleTables.TABLE, "BUILD1/_N_T_/about", page))
                    .isTrue();
            assertThat(cleared("E1PROXY")).contains("/about", "/about?*", "/en/about", "/en/about?*");

            Run stored = run(Stream.concat(
                            settings.stream(),
                            Stream.of("--distribution", "E2PROXY", "--mode", "next", "path:/en/about"))
                    .toList());
            assertThat(stored.exitCode()).as(stored.out()).isZero();
            assertThat(emulators.isMarked(SampleTables.TABLE, "BUILD1/_tag/_N_T_/about", "BUILD1/_tag/_N_T_/about"))
                    .isTrue();
            assertThat(cleared("E2PROXY")).contains("/en/about", "/en/about?*");
        } finally {
            // A newer build in the bucket would be taken for the live one.
            emulators.delete(SampleTables.BUCKET, "_cache/" + page + ".cache");
        }
    }

    private static Run run(String distribution, String... more) throws Exception {
        List<String> args = new ArrayList<>(
                List.of("--build-id", BUILD, "--table", SampleTables.TABLE, "--bucket", SampleTables.BUCKET));
        args.addAll(List.of("--distribution", distribution, "--next-version", "16.4.6", "--wait", "PT30S"));
        args.addAll(List.of(more));
        return run(args);
    }

    private static Run run(List<String> args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("revalidate"));
        command.addAll(args);
        return emulators.tool(command);
    }
}

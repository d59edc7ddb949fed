package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.aws.CloudFrontCdn;
import io.purgewise.cdn.DistributionId;
import io.purgewise.examples.tool.AwsExperiments.Earlier;
import io.purgewise.examples.tool.AwsExperiments.Fact;
import io.purgewise.examples.tool.ToolProcess.Run;
import io.purgewise.testkit.CallerReferenceMemory;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.FakeQuotas;
import io.purgewise.testkit.HttpFakeCloudFront;
import io.purgewise.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

/** Finds out about the fake over HTTP exactly what the fake promises. */
class VerifyAwsCommandTest {

    private static final DistributionId SITE = DistributionId.of("E1SITE");

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-25T10:00:00Z"));
    private @Nullable Earlier first;

    @TempDir
    private Path folder;

    private Map<String, String> facts(FakeCloudFront account, int mostPaths, @Nullable Earlier earlier)
            throws Exception {
        try (HttpFakeCloudFront server = HttpFakeCloudFront.start(account);
                CloudFrontClient client = CloudFrontClient.builder()
                        .endpointOverride(server.endpoint())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                        .overrideConfiguration(override -> override.retryStrategy(RetryMode.STANDARD))
                        .httpClient(UrlConnectionHttpClient.create())
                        .build()) {
            AwsExperiments experiments = new AwsExperiments(
                    new CloudFrontCdn(client),
                    SITE,
                    clock,
                    clock::advance,
                    Duration.ofSeconds(3),
                    "run" + clock.instant().toEpochMilli(),
                    mostPaths);
            first = experiments.first();
            List<Fact> facts = experiments.run(earlier);
            assertThat(experiments.paths()).isLessThanOrEqualTo(mostPaths);
            assertThat(account.meter().totalPaths()).isLessThanOrEqualTo(mostPaths);
            return facts.stream().collect(Collectors.toMap(Fact::question, Fact::answer));
        }
    }

    private FakeCloudFront.Builder account() {
        return FakeCloudFront.builder(clock).distribution(SITE);
    }

    @Test
    void theQuotasInProgressAndTheDocumentedMemoryAreFound() throws Exception {
        assertThat(facts(account().quotas(FakeQuotas.inProgress()).build(), 20, null))
                .containsEntry("completes", "AFTER_20000_MS")
                .containsEntry("caller reference again, same paths", "SAME_INVALIDATION")
                .containsEntry("* inside a path", "ACCEPTED")
                .containsEntry("#tag", "ACCEPTED")
                .containsEntry("2 wildcards in a call", "ACCEPTED")
                .containsEntry("16 wildcards in progress", "BUSY")
                .containsEntry("quota table", "IN_PROGRESS");
    }

    @Test
    void theRatesAreFound() throws Exception {
        assertThat(facts(account().quotas(FakeQuotas.rates()).build(), 20, null))
                .containsEntry("quota table", "RATES");
    }

    @Test
    void noQuotaIsFoundWhereNoneIsInForce() throws Exception {
        assertThat(facts(account().quotas(FakeQuotas.none()).build(), 20, null))
                .containsEntry("16 wildcards in progress", "ACCEPTED")
                .containsEntry("quota table", "NEITHER_IN_FORCE");
    }

    @Test
    void aReferenceThatMayNotBeUsedAgainIsFoundAndRememberedOnALaterRun() throws Exception {
        FakeCloudFront account = account()
                .quotas(FakeQuotas.none())
                .callerReferences(CallerReferenceMemory.OBSERVED)
                .build();
        assertThat(facts(account, 10, null))
                .containsEntry("caller reference again, same paths", "REFERENCE_USED")
                .containsEntry("16 wildcards in progress", "NOT_TRIED");
        Earlier earlier = first;
        clock.advance(Duration.ofDays(30));
        FakeCloudFront forgetful = account().quotas(FakeQuotas.none()).build();
        assertThat(facts(forgetful, 20, earlier)).containsEntry("caller reference of an earlier run", "ACCEPTED");
        assertThat(facts(account, 20, earlier)).containsEntry("caller reference of an earlier run", "REFERENCE_USED");
    }

    @Test
    void moreThanTwentyPathsAreRefused() {
        assertThatThrownBy(() -> facts(account().build(), 21, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 1 to 20");
    }

    @Test
    void nothingIsSentBeforeSomebodySaysYes() throws Exception {
        try (Emulators emulators = new Emulators()) {
            Run unasked = ToolProcess.run(emulators.environment(), folder, List.of("verify-aws", "E1VERIFY"));
            assertThat(unasked.exitCode()).as(unasked.toString()).isOne();
            assertThat(emulators.account.meter().totalPaths()).isZero();
            Run run = ToolProcess.run(
                    emulators.environment(),
                    folder,
                    List.of("verify-aws", "E1VERIFY", "--spend", "--between", "PT0S", "--most-paths", "6"));
            assertThat(run.exitCode()).as(run.toString()).isZero();
            assertThat(emulators.account.meter().totalPaths()).isBetween(1L, 6L);
            JsonNode written = JsonLines.JSON.readTree(Files.readString(folder.resolve("aws-facts.json")));
            assertThat(written).isEqualTo(run.json());
            assertThat(written.get("mostPathsSent").asInt()).isLessThanOrEqualTo(6);
        }
    }
}

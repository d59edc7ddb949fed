package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.aws.Diagnosis.Finding;
import io.purgewise.aws.Diagnosis.Verdict;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.UnknownBuildException;
import io.purgewise.cdn.DistributionId;
import io.purgewise.plan.UrlIndex;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.site.BuildId;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.HttpFakeCloudFront;
import io.purgewise.testkit.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Enters by the front door, on emulators. */
class PurgewiseAwsTest {

    private static final DistributionId DISTRIBUTION = DistributionId.of("E1SHOP");
    private static final LocalBucket BUCKET = new LocalBucket();

    private final LocalTagTable table = new LocalTagTable();
    private final FakeCloudFront account = FakeCloudFront.builder(InstantSource.system())
            .distribution(DISTRIBUTION, "x-cdn-tags")
            .delays(Duration.ofMillis(50), Duration.ofMillis(100))
            .build();
    private final HttpFakeCloudFront cdn = HttpFakeCloudFront.start(account);
    private final Denials denials = new Denials();
    private final DynamoDbClient dynamo =
            client(DynamoDbClient.builder(), DynamoServer.shared().endpoint()).build();
    private final S3Client s3 = client(S3Client.builder(), BUCKET.endpoint())
            .forcePathStyle(true)
            .serviceConfiguration(service -> service.expectContinueEnabled(false))
            .build();
    private final CloudFrontClient cloudFront =
            client(CloudFrontClient.builder(), cdn.endpoint()).build();

    /** Refuses operations as IAM does. */
    private static final class Denials implements ExecutionInterceptor {

        private final Set<String> operations = new HashSet<>();

        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            String operation = context.request().getClass().getSimpleName().replaceFirst("Request$", "");
            if (operations.contains(operation)) {
                throw AwsServiceException.builder()
                        .message("User: arn:aws:iam::1:user/x is not allowed")
                        .awsErrorDetails(AwsErrorDetails.builder()
                                .errorCode("AccessDeniedException")
                                .errorMessage("no")
                                .build())
                        .statusCode(400)
                        .requestId("R1")
                        .build();
            }
        }
    }

    @BeforeEach
    void deploy() {
        BUCKET.empty();
        BUCKET.put("_assets/BUILD_ID", "B1");
        for (String build : List.of("B1", "B2")) {
            BUCKET.put("_cache/" + build + "/products/7.cache", "{\"type\":\"app\",\"html\":\"\"}");
            table.put(List.of(
                    TagRow.registered(build + "/product:7", build + "/products/7"),
                    TagRow.registered(build + "/_N_T_/products/7", build + "/products/7")));
        }
    }

    @AfterEach
    void close() {
        dynamo.close();
        s3.close();
        cloudFront.close();
        cdn.close();
        table.close();
    }

    @AfterAll
    static void stop() {
        BUCKET.close();
    }

    @Test
    void aTagIsMarkedAndClearedWithoutMoreThanNames() throws Exception {
        try (PurgewiseAws purgewise = builder().build()) {
            Receipt receipt = purgewise.revalidator().revalidate(Change.tag("product:7"));
            assertThat(receipt.orThrow().await(Duration.ofSeconds(30))).isTrue();
        }
        // One wildcard if the pages were listed in time, else each URL by itself.
        assertThat(cleared()).isNotEmpty().allMatch(path -> path.startsWith("/products/7"));
        // Clients that were given stay open.
        assertThat(dynamo.scan(scan -> scan.tableName(table.name())).count()).isEqualTo(4);
    }

    @Test
    void aPageIsClearedByItsOwnTagWhereTheDistributionReadsThatHeader() throws Exception {
        try (PurgewiseAws purgewise =
                builder().pageTags("x-cdn-tags", Instant.EPOCH).build()) {
            purgewise.revalidator().revalidate(Change.tag("product:7")).orThrow();
        }
        assertThat(cleared()).containsExactly("#p/products/7");
        try (PurgewiseAws purgewise =
                builder().pageTags("x-other-tags", Instant.EPOCH).build()) {
            purgewise.revalidator().revalidate(Change.tag("product:7")).orThrow();
        }
        assertThat(cleared()).anyMatch(path -> path.startsWith("/products/7"));
    }

    /** A site that keeps its tables to itself names none; the pages of a tag are found where they are stored. */
    @Test
    void aSiteThatMarksItselfNeedsNoTable() throws Exception {
        List<Change> asked = new ArrayList<>();
        try (PurgewiseAws purgewise = PurgewiseAws.builder()
                .clients(dynamo, s3, cloudFront)
                .bucket(LocalBucket.BUCKET)
                .distribution(DISTRIBUTION)
                .endpoint(changes -> {
                    asked.addAll(changes);
                    return Map.of();
                })
                .build()) {
            purgewise.revalidator().revalidate(Change.path("/products/7")).orThrow();

            assertThat(asked).containsExactly(Change.path("/products/7"));
            assertThat(purgewise.verify().findings())
                    .noneMatch(found -> found.subject().contains("table"));
            assertThatThrownBy(purgewise::tagCache).hasMessageContaining("no table was named");
        }
    }

    @Test
    void theVariablesOfOpenNextNameEverything() {
        PurgewiseAws.Builder builder = PurgewiseAws.builder()
                .environment(Map.of(
                        "CACHE_DYNAMO_TABLE",
                        table.name(),
                        "CACHE_BUCKET_NAME",
                        LocalBucket.BUCKET,
                        "CACHE_BUCKET_KEY_PREFIX",
                        "_cache",
                        "CLOUDFRONT_DISTRIBUTION_ID",
                        "E1SHOP, E2SHOP"))
                .clients(dynamo, s3, cloudFront);
        try (PurgewiseAws purgewise = builder.build()) {
            assertThat(purgewise.site().nextBuildId()).isEqualTo(BuildId.of("B1"));
        }
    }

    @Test
    void whatIsNotNamedIsSaidBeforeAnythingIsCalled() {
        assertThatThrownBy(() -> PurgewiseAws.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("CACHE_DYNAMO_TABLE");
        assertThatThrownBy(() -> PurgewiseAws.builder().table("t").build()).hasMessageContaining("CACHE_BUCKET_NAME");
        assertThatThrownBy(() -> PurgewiseAws.builder().table("t").bucket("b").build())
                .hasMessageContaining("CLOUDFRONT_DISTRIBUTION_ID");
        assertThatThrownBy(() -> PurgewiseAws.builder().environment(Map.of("CLOUDFRONT_DISTRIBUTION_ID", "E 1")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Examples once froze the build ID, so that a front-end deploy left every later change without effect. */
    @Test
    void deploysAreFollowedUnlessABuildIsFixedAndThatOneIsChecked() {
        try (PurgewiseAws following = builder().build();
                PurgewiseAws fixed = builder().buildId(BuildId.of("B2")).build()) {
            BUCKET.put("_assets/BUILD_ID", "B2");
            Instant later = Instant.now().plus(Duration.ofMinutes(2));
            assertThat(following.buildIds().at(later).current()).isEqualTo(BuildId.of("B2"));
            assertThat(fixed.buildIds().at(later).all()).containsExactly(BuildId.of("B2"));
        }
        assertThatThrownBy(() -> builder().buildId(BuildId.of("B3")).build())
                .isInstanceOf(UnknownBuildException.class)
                .hasMessageContaining("leave the build ID out");
    }

    @Test
    void theSitesOwnPagesAreListedInTheBackgroundAndRefreshed() {
        ManualClock clock = ManualClock.startingAt(Instant.EPOCH);
        List<Runnable> background = new ArrayList<>();
        List<List<String>> listings = new ArrayList<>(List.of(List.of("/a"), List.of("/a", "/b")));
        ListedUrls urls = new ListedUrls(
                () -> {
                    if (listings.isEmpty()) {
                        throw new IllegalStateException("the bucket is away");
                    }
                    return UrlIndex.of(listings.remove(0));
                },
                clock,
                Duration.ofMinutes(10),
                background::add);
        assertThat(urls.get().isUnknown()).isTrue();
        assertThat(urls.get().isUnknown()).isTrue();
        assertThat(background).as("one listing at a time").hasSize(1);
        background.remove(0).run();
        assertThat(urls.get().size()).isOne();
        clock.advance(Duration.ofMinutes(9));
        assertThat(urls.get().size()).isOne();
        assertThat(background).isEmpty();
        clock.advance(Duration.ofMinutes(1));
        assertThat(urls.get().size()).as("nobody waits for a listing").isOne();
        background.remove(0).run();
        assertThat(urls.get().size()).isEqualTo(2);
        clock.advance(Duration.ofMinutes(10));
        urls.get();
        background.remove(0).run();
        assertThat(urls.get().size())
                .as("a failed listing leaves what was known")
                .isEqualTo(2);
        assertThat(background).as("and is not repeated at once").isEmpty();
        clock.setBack(Duration.ofHours(1));
        urls.get();
        assertThat(background).as("a clock that is set back keeps no list").hasSize(1);
    }

    @Test
    void aSiteThatIsWellIsSaidToBeAndNothingIsWritten() {
        try (PurgewiseAws purgewise = builder().build()) {
            Diagnosis diagnosis = purgewise.verify();
            assertThat(diagnosis.findings())
                    .as(diagnosis.toString())
                    .noneMatch(finding -> finding.verdict() == Verdict.WRONG)
                    .anyMatch(finding -> finding.text().contains("x-cdn-tags"))
                    .anyMatch(finding -> finding.text().contains("B1 is live"));
            assertThat(diagnosis.isWell()).isTrue();
        }
        assertThat(dynamo.scan(scan -> scan.tableName(table.name())).count()).isEqualTo(4);
        assertThat(cleared()).isEmpty();
    }

    @Test
    void everyMissingActionIsNamed() {
        Map<String, String> actions = Map.of(
                "Query", "dynamodb:Query",
                "ExecuteStatement", "dynamodb:PartiQLUpdate",
                "GetObject", "s3:GetObject",
                "ListObjectsV2", "s3:ListBucket",
                "ListInvalidations", "cloudfront:ListInvalidations",
                "GetDistributionConfig", "cloudfront:GetDistributionConfig");
        actions.forEach((operation, action) -> {
            denials.operations.clear();
            denials.operations.add(operation);
            Diagnosis diagnosis = builder().verify();
            assertThat(diagnosis.isWell()).as(operation).isFalse();
            assertThat(diagnosis.findings().stream().flatMap(finding -> finding.missingActions().stream()))
                    .as(operation + ": " + diagnosis)
                    .containsOnly(action);
        });
    }

    @Test
    void whatIsMissingIsSaidInPlainWords() {
        BUCKET.empty();
        Diagnosis empty = builder().verify();
        assertThat(wrong(empty))
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).contains("_assets/BUILD_ID"));
        BUCKET.put("_assets/BUILD_ID", "B9");
        assertThat(wrong(builder().verify()))
                .singleElement()
                .satisfies(finding -> assertThat(finding.text())
                        .contains("nothing is stored of build B9")
                        .contains("key prefix"));
        Diagnosis names = PurgewiseAws.builder()
                .table("no-such-table")
                .bucket("no-such-bucket")
                .distribution(DistributionId.of("E9"))
                .mode(TagCacheMode.NEXT_MODE)
                .clients(dynamo, s3, cloudFront)
                .verify();
        assertThat(wrong(names)).extracting(Finding::subject).anyMatch(subject -> subject.contains("no-such-table"));
        assertThat(wrong(names))
                .hasSize(5)
                .allSatisfy(finding -> assertThat(finding.text()).doesNotContain("software.amazon"));
    }

    private static List<Finding> wrong(Diagnosis diagnosis) {
        return diagnosis.findings().stream()
                .filter(finding -> finding.verdict() == Verdict.WRONG)
                .toList();
    }

    private PurgewiseAws.Builder builder() {
        return PurgewiseAws.builder()
                .table(table.name())
                .bucket(LocalBucket.BUCKET)
                .distribution(DISTRIBUTION)
                .clients(dynamo, s3, cloudFront);
    }

    private List<String> cleared() {
        return account.accepted(DISTRIBUTION).stream()
                .flatMap(invalidation -> invalidation.paths().stream())
                .toList();
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B client(B builder, URI endpoint) {
        return builder.endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(configuration -> configuration.addExecutionInterceptor(denials));
    }
}

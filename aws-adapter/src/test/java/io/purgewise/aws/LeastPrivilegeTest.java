package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.TagRow;
import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.UsageLedger;
import io.purgewise.outbox.OutboxDrainer;
import io.purgewise.revalidate.Change;
import io.purgewise.site.BuildId;
import io.purgewise.site.Router;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.FakeCloudFront;
import io.purgewise.testkit.HttpFakeCloudFront;
import io.purgewise.testkit.ManualClock;
import io.purgewise.testkit.SiteInMemory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Compares the policy that {@code docs/permissions.md} tells people to write with the calls that the code makes. */
class LeastPrivilegeTest {

    private static final Instant T = Instant.parse("2026-11-25T10:00:00Z");
    private static final BuildId BUILD = BuildId.of("B");
    private static final DistributionId DISTRIBUTION = DistributionId.of("DISTRIBUTION");

    private final IamCalls calls = new IamCalls();

    /** Is one statement of the policy. */
    private record Statement(String sid, List<String> actions, List<Pattern> resources) {

        boolean allows(IamCalls.Need need) {
            return actions.contains(need.action())
                    && resources.stream()
                            .anyMatch(resource ->
                                    resource.matcher(need.resource()).matches());
        }
    }

    @Test
    void everyCallIsAllowedAndNothingElseIs() throws IOException, InterruptedException {
        List<Statement> policy = policy();
        try (LocalBucket bucket = new LocalBucket();
                LocalTagTable table = new LocalTagTable();
                LocalPurgewiseTable own = new LocalPurgewiseTable();
                HttpFakeCloudFront cdn = HttpFakeCloudFront.start(FakeCloudFront.builder(ManualClock.startingAt(T))
                        .distribution(DISTRIBUTION)
                        .build());
                S3Client s3 = recorded(S3Client.builder(), bucket.endpoint())
                        .forcePathStyle(true)
                        .serviceConfiguration(service -> service.expectContinueEnabled(false))
                        .build();
                DynamoDbClient dynamo = recorded(
                                DynamoDbClient.builder(), DynamoServer.shared().endpoint())
                        .build();
                CloudFrontClient cloudFront =
                        recorded(CloudFrontClient.builder(), cdn.endpoint()).build()) {
            for (String build : List.of("B", "old")) {
                bucket.put("_cache/" + build + "/index.cache", "{\"type\":\"app\",\"html\":\"\"}");
                bucket.put("_cache/" + build + "/p.cache", "{\"type\":\"app\",\"html\":\"\"}");
                table.put(List.of(TagRow.registered(build + "/t", build + "/p")));
            }
            bucket.put("_assets/BUILD_ID", "B");
            bucket.put("_assets/shop/BUILD_ID", "B");
            useTheCaches(s3, dynamo, table.name());
            useTheCdn(cloudFront);
            OldBuilds old = OldBuilds.of(s3, LocalBucket.BUCKET, "_cache", dynamo, table.name());
            old.survey();
            old.collect(BuildId.of("old"));
            useTheTableOfPurgewise(dynamo, own.table);
            Set<IamCalls.Need> needs = new HashSet<>();
            for (IamCalls.Need need : calls.needs()) {
                needs.add(new IamCalls.Need(
                        need.action(),
                        need.resource()
                                .replace(own.table.name(), "PURGEWISE_TABLE")
                                .replace(table.name(), "TABLE")
                                .replace(LocalBucket.BUCKET, "BUCKET")));
            }
            assertThat(needs)
                    .as("calls that no statement allows")
                    .allMatch(need -> policy.stream().anyMatch(statement -> statement.allows(need)));
            for (Statement statement : policy) {
                for (String action : statement.actions()) {
                    assertThat(needs)
                            .as("calls that need %s of %s", action, statement.sid())
                            .anyMatch(need -> need.action().equals(action) && statement.allows(need));
                }
            }
        }
    }

    private void useTheCaches(S3Client s3, DynamoDbClient dynamo, String table) {
        S3BuildId.of(s3, LocalBucket.BUCKET, "").get();
        S3BuildId.of(s3, LocalBucket.BUCKET, "/shop").get();
        S3IncrementalCache cache = S3IncrementalCache.of(s3, LocalBucket.BUCKET, "_cache");
        cache.find(BUILD, "/p");
        cache.time();
        TagIndexStore.inBucket(s3, LocalBucket.BUCKET, "purgewise/tags").refresh(cache, BUILD, step -> {});
        DynamoTagCache rows = DynamoTagCache.builder(dynamo, table).build();
        rows.time();
        rows.rowsOfTag("B/t");
        rows.rowsOfPath("B/p");
        rows.write(List.of(TagRow.expire("B/t", "B/p", T), TagRow.expire("B/new", "B/p", T)));
        EntryPurge.of(cache, key -> true).multiTier(dynamo, table).purge(BUILD, CacheKey.plain("/p"));
    }

    private static void useTheCdn(CloudFrontClient cloudFront) {
        CloudFrontCdn cdn = new CloudFrontCdn(cloudFront);
        cdn.cacheTagHeader(DISTRIBUTION);
        Invalidation sent = cdn.submit(
                new InvalidationBatch(DISTRIBUTION, List.of(UrlPattern.parse("/p")), new CallerReference("reference")));
        cdn.read(DISTRIBUTION, sent.id());
        assertThat(cdn.list(DISTRIBUTION)).isNotEmpty();
    }

    private static void useTheTableOfPurgewise(DynamoDbClient dynamo, PurgewiseTable table)
            throws InterruptedException {
        table.check(dynamo);
        DynamoUsageLedger ledger = new DynamoUsageLedger(dynamo, table, "ACCOUNT", duration -> {});
        ledger.record(
                DISTRIBUTION,
                new Invalidation("I1", Invalidation.Status.COMPLETED, T, new CallerReference("r"), 1, Set.of("/p")));
        YearMonth month = YearMonth.of(2026, 11);
        ledger.paths(month);
        InvalidationBatch reserved = InvalidationBatch.of(DISTRIBUTION, List.of(UrlPattern.parse("/p")), "later");
        UsageLedger.Reservation reservation = UsageLedger.Reservation.of(reserved, T, Duration.ofMinutes(1));
        ledger.reserve(reservation, 1_000);
        ledger.reserve(UsageLedger.Reservation.of(reserved, T, Duration.ofMinutes(2)), 1_000);
        assertThat(ledger.reservations(month)).isNotEmpty();
        ledger.release(reservation);

        SiteInMemory site = SiteInMemory.builder()
                .page(Router.APP_PAGE, "/p", "t")
                .startingAt(T)
                .build();
        OutboxDrainer outbox = OutboxDrainer.builder(
                        DynamoOutbox.of(dynamo, table, "shop", site.clock(), site::pause), site.revalidator())
                .build();
        outbox.acceptOnce("event", List.of(Change.tag("t"), Change.path("/nobody-knows-it")));
        outbox.flush(Duration.ofMinutes(5));
        assertThat(outbox.deadLetters()).hasSize(1).allSatisfy(outbox::repeat);
        outbox.flush(Duration.ofMinutes(5));
        outbox.deadLetters().forEach(outbox::remove);
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B recorded(B builder, URI endpoint) {
        return builder.endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(configuration -> configuration.addExecutionInterceptor(calls));
    }

    /** Reads the policy out of the page, whose names in capitals stand for the reader's own. */
    private static List<Statement> policy() throws IOException {
        Matcher block = Pattern.compile("```json\\n(\\[\\{\"Sid\".*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/permissions.md")));
        assertThat(block.find()).as("the page holds the policy").isTrue();
        List<Statement> statements = new ArrayList<>();
        for (JsonNode statement : new ObjectMapper().readTree(block.group(1))) {
            List<Pattern> resources = texts(statement.get("Resource")).stream()
                    .map(arn -> Pattern.compile(Pattern.quote(arn).replace("*", "\\E.*\\Q")))
                    .toList();
            statements.add(new Statement(statement.get("Sid").asText(), texts(statement.get("Action")), resources));
        }
        return statements;
    }

    private static List<String> texts(JsonNode value) {
        List<String> texts = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(each -> texts.add(each.asText()));
        } else {
            texts.add(value.asText());
        }
        return texts;
    }
}

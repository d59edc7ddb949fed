package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.CacheAccessException;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cache.WriteReport.Outcome;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

class DynamoTagCacheFaultTest {

    private static final Instant T = Instant.parse("2026-11-23T10:00:00Z");

    private final LocalTagTable table = new LocalTagTable();
    private final FaultyDynamo dynamo = new FaultyDynamo(table.client());
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
    private final DynamoTagCache cache = DynamoTagCache.builder(dynamo, table.name())
            .executor(executor)
            .pause(pauses::add)
            .build();

    @AfterEach
    void close() {
        executor.shutdownNow();
        table.close();
    }

    /** OpenNext B2: it discards what DynamoDB did not process. */
    @Test
    void nothingIsLostWhenATenthIsNotProcessedAndCallsAreThrottled() {
        dynamo.throttledStatements = 10;
        dynamo.throttledCalls = 10;
        List<TagRow> marks = seeded(1000);
        WriteReport report = cache.write(marks);
        assertThat(report.count(Outcome.WRITTEN)).isEqualTo(1000);
        assertThat(cache.rowsOfTag("B/t")).containsExactlyInAnyOrderElementsOf(marks);
        assertThat(pauses)
                .isNotEmpty()
                .allSatisfy(pause -> assertThat(pause).isBetween(Duration.ofMillis(25), Duration.ofMillis(6400)));
    }

    @Test
    void aLostAnswerIsAskedAgainAndTheMarkCountsAsWritten() {
        dynamo.lostAnswers = 30;
        List<TagRow> marks = seeded(200);
        assertThat(cache.write(marks).count(Outcome.WRITTEN)).isEqualTo(200);
        assertThat(cache.rowsOfTag("B/t")).containsExactlyInAnyOrderElementsOf(marks);
    }

    @Test
    void whatNeverGoesThroughIsReportedWithItsReason() {
        dynamo.throttledStatements = 100;
        WriteReport report = cache.write(seeded(30));
        assertThat(report.failures())
                .hasSize(30)
                .allSatisfy(failure -> assertThat(failure.reason())
                        .contains("refused after 12 pauses")
                        .contains("ProvisionedThroughputExceeded"));
        assertThat(table.rows()).allMatch(row -> row.revalidatedAt().equals(TagRow.REGISTERED));
    }

    @Test
    void aTableWithoutPartiQlIsWrittenRowByRow() {
        dynamo.withoutPartiQl = true;
        dynamo.throttledCalls = 10;
        table.put(List.of(TagRow.expire("B/t", "B/7", T.plusSeconds(1))));
        List<TagRow> marks = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            marks.add(TagRow.expire("B/t", "B/" + i, T));
        }
        WriteReport report = cache.write(marks);
        assertThat(report.count(Outcome.WRITTEN)).isEqualTo(59);
        assertThat(report.count(Outcome.NEWER)).isEqualTo(1);
        assertThat(dynamo.puts.get()).isGreaterThanOrEqualTo(60);
        int asked = dynamo.batches.get();
        cache.write(List.of(TagRow.staleWhileRevalidate("B/t", "B/1", T.plusSeconds(1), Duration.ofDays(1))));
        assertThat(dynamo.batches.get()).as("not asked again").isEqualTo(asked);
        assertThat(cache.rowsOfPath("B/1"))
                .containsExactly(new TagRow("B/t", "B/1", T.plusSeconds(1), T.plusSeconds(1), T));
    }

    /** OpenNext B1: one Query, so that rows beyond the first page are never marked. */
    @Test
    void everyPageOfATagIsRead() {
        seeded(100);
        dynamo.pageSize = 7;
        assertThat(cache.rowsOfTag("B/t")).hasSize(100);
    }

    /** OpenNext B15: it asks for the tags of one page after the other. */
    @Test
    void manyEntriesAreAskedForAtTheSameTime() {
        seeded(200);
        List<String> paths = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            paths.add("B/products/" + i);
        }
        assertThat(cache.rowsOfPaths(paths)).hasSize(200);
        assertThat(dynamo.mostQueries.get()).isBetween(2, 4);
        DynamoTagCache missing = DynamoTagCache.builder(table.client(), "missing")
                .executor(executor)
                .build();
        assertThatThrownBy(() -> missing.rowsOfPaths(paths)).isInstanceOf(CacheAccessException.class);
    }

    @Test
    void aBatchTakesNoMoreThanTwentyFiveRows() {
        cache.write(seeded(51));
        assertThat(dynamo.batches.get()).isEqualTo(3);
    }

    /** OpenNext B20: one item that is too large fails its whole batch. */
    @Test
    void oneRowThatTheTableRefusesDoesNotStopTheOthers() {
        TagRow oversize = TagRow.expire("B/t", "B/" + "x".repeat(1100), T);
        List<TagRow> marks = seeded(20);
        marks.add(oversize);
        WriteReport report = cache.write(marks);
        assertThat(report.count(Outcome.WRITTEN)).isEqualTo(20);
        assertThat(report.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.row()).isEqualTo(oversize);
            assertThat(failure.reason()).contains("Validation");
        });
    }

    @Test
    void aMissingTableIsSaidWithWhatToDo() {
        DynamoTagCache missing =
                DynamoTagCache.builder(table.client(), "missing").build();
        assertThatThrownBy(() -> missing.rowsOfTag("B/t"))
                .isInstanceOf(CacheAccessException.class)
                .hasMessageContaining("missing")
                .hasMessageContaining("check its name, region and account");
        assertThat(missing.write(List.of(TagRow.expire("B/t", "B/1", T))).failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.reason()).contains("ResourceNotFound"));
    }

    @Test
    void aTableOfAnotherShapeIsSaidWithWhatToDo() {
        String name = "other-" + UUID.randomUUID();
        table.client()
                .createTable(create -> create.tableName(name)
                        .billingMode("PAY_PER_REQUEST")
                        .attributeDefinitions(AttributeDefinition.builder()
                                .attributeName("id")
                                .attributeType("S")
                                .build())
                        .keySchema(KeySchemaElement.builder()
                                .attributeName("id")
                                .keyType("HASH")
                                .build()));
        DynamoTagCache other = DynamoTagCache.builder(table.client(), name).build();
        assertThatThrownBy(() -> other.rowsOfTag("B/t"))
                .isInstanceOf(CacheAccessException.class)
                .hasMessageContaining("the index revalidate on path and revalidatedAt");
        assertThat(other.write(List.of(TagRow.expire("B/t", "B/1", T))).failures())
                .hasSize(1);
    }

    @Test
    void aTableWithoutItsIndexIsSaidWithWhatToDo() {
        String name = "bare-" + UUID.randomUUID();
        table.client()
                .createTable(create -> create.tableName(name)
                        .billingMode("PAY_PER_REQUEST")
                        .attributeDefinitions(
                                AttributeDefinition.builder()
                                        .attributeName("tag")
                                        .attributeType("S")
                                        .build(),
                                AttributeDefinition.builder()
                                        .attributeName("path")
                                        .attributeType("S")
                                        .build())
                        .keySchema(
                                KeySchemaElement.builder()
                                        .attributeName("tag")
                                        .keyType("HASH")
                                        .build(),
                                KeySchemaElement.builder()
                                        .attributeName("path")
                                        .keyType("RANGE")
                                        .build()));
        DynamoTagCache bare = DynamoTagCache.builder(table.client(), name).build();
        assertThat(bare.rowsOfTag("B/t")).isEmpty();
        assertThatThrownBy(() -> bare.rowsOfPath("B/p"))
                .isInstanceOf(CacheAccessException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("the index revalidate on path and revalidatedAt");
    }

    @Test
    void deniedAccessIsSaidWithTheRequestIdAndWhatToDo() {
        CacheAccessException denied =
                CacheErrors.failure("reading table", "t", FaultyDynamo.failure("AccessDeniedException", 400));
        assertThat(denied).hasMessageContaining("allow the action in the caller's IAM policy");
        assertThat(denied.requestId()).contains("REQUEST-1");
    }

    @Test
    void missingCredentialsAreSaidWithWhatToDo() {
        try (DynamoDbClient client = DynamoDbClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(SystemPropertyCredentialsProvider.create())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            DynamoTagCache locked = DynamoTagCache.builder(client, "t").build();
            assertThatThrownBy(() -> locked.rowsOfTag("B/t"))
                    .isInstanceOf(CacheAccessException.class)
                    .hasMessageContaining("check the credentials, the region");
        }
    }

    @Test
    void rowsOfOthersUnderTheSameTagDoNoHarm() {
        table.client()
                .putItem(put -> put.tableName(table.name())
                        .item(Map.of(
                                "tag", AttributeValue.fromS("B/t"),
                                "path", AttributeValue.fromS("B/bare"),
                                "colour", AttributeValue.fromS("red"))));
        assertThat(cache.rowsOfTag("B/t"))
                .singleElement()
                .satisfies(row -> assertThat(row.revalidatedAt()).isEqualTo(Instant.EPOCH));
        TagRow mark = TagRow.expire("B/t", "B/bare", T);
        assertThat(cache.write(List.of(mark)).count(Outcome.WRITTEN)).isEqualTo(1);
        assertThat(cache.rowsOfTag("B/t")).containsExactly(mark);
    }

    @Test
    void anInterruptedWriteReportsEveryRow() {
        DynamoTagCache interrupted = DynamoTagCache.builder(dynamo, table.name())
                .pause(duration -> {
                    throw new InterruptedException();
                })
                .build();
        dynamo.throttledCalls = 100;
        WriteReport report = interrupted.write(seeded(60));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.results()).hasSize(60);
        assertThat(report.failures()).hasSize(60);
    }

    private List<TagRow> seeded(int rows) {
        List<TagRow> seed = new ArrayList<>();
        List<TagRow> marks = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            seed.add(TagRow.registered("B/t", "B/products/" + i));
            marks.add(TagRow.expire("B/t", "B/products/" + i, T));
        }
        table.put(seed);
        return marks;
    }
}

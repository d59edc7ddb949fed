package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.StoreAccessException;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.outbox.LeaseLostException;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.Outbox.Contents;
import io.purgewise.outbox.Outbox.OpenDrain;
import io.purgewise.outbox.OutboxEntry;
import io.purgewise.revalidate.Change;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.OutboxContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

class DynamoOutboxTest extends OutboxContract {

    private static final DistributionId SHOP = DistributionId.of("E1SHOP");
    private static final Set<DistributionId> LANES = Set.of(SHOP);
    private static final String LANE = "outbox#site#lane#E1SHOP";
    private static final String LEASE = "outbox#site#lease#E1SHOP";

    private final LocalPurgewiseTable local = new LocalPurgewiseTable();

    @Override
    protected Outbox connect() {
        return connect(local.client());
    }

    private DynamoOutbox connect(DynamoDbClient client) {
        return DynamoOutbox.of(client, local.table, "site", clock, clock::advance);
    }

    @AfterEach
    void close() {
        local.close();
    }

    private OutboxEntry entry(String key) {
        return new OutboxEntry(new OutboxEntry.Key(key), Change.tag("tag-" + key), clock.instant());
    }

    private Outbox.Drain drain(String id, OutboxEntry... entries) {
        InvalidationBatch batch = InvalidationBatch.of(SHOP, List.of(UrlPattern.exact("/" + id)), id);
        return new Outbox.Drain(id, SHOP, clock.instant(), List.of(entries), List.of(batch));
    }

    private void put(String partition, String sort, Map<String, AttributeValue> attributes) {
        Map<String, AttributeValue> row = new HashMap<>(Rows.key(partition, sort));
        row.putAll(attributes);
        local.client().putItem(put -> put.tableName(local.table.name()).item(row));
    }

    private Set<String> partitions() {
        Set<String> partitions = new TreeSet<>();
        local.client()
                .scan(scan -> scan.tableName(local.table.name()))
                .items()
                .forEach(row -> partitions.add(Rows.text(row, "pk")));
        return partitions;
    }

    @Test
    void outboxesInOneTableAreApart() {
        Outbox other = DynamoOutbox.of(local.client(), local.table, "other", clock, clock::advance);
        connect().append(List.of(entry("a")), LANES);
        assertThat(other.waiting(SHOP)).isEmpty();
        assertThat(other.append(List.of(entry("a")), LANES)).hasSize(1);
        assertThat(other.acquire(SHOP, "x")).isPresent();
        assertThat(connect().acquire(SHOP, "x")).isPresent();
    }

    /** A change of a tag on 10,000 pages is as cheap to accept as that of one page, and the caller waits for one call. */
    @Test
    void anAppendIsOneCall() {
        AtomicInteger calls = new AtomicInteger();
        Outbox outbox = connect(DynamoProbe.around(local.client(), (method, request, body) -> {
            calls.incrementAndGet();
            return body.run();
        }));
        outbox.append(List.of(entry("a")), LANES);
        assertThat(calls).hasValue(1);
        outbox.append(List.of(entry("b")), Set.of(SHOP, DistributionId.of("E2"), DistributionId.of("E3")));
        assertThat(calls).hasValue(2);
    }

    /** The SDK asks for the first page when an iterator is made, and what that throws left as the SDK's own exception. */
    @Test
    void whatFailsAtTheFirstPageOfARequestIsTheOutboxsException() {
        Outbox outbox = connect(DynamoProbe.around(local.client(), (method, request, body) -> {
            if (request instanceof QueryRequest) {
                throw FaultyDynamo.failure("InternalServerError", 500);
            }
            return body.run();
        }));
        assertThatThrownBy(outbox::deadLetters).isInstanceOf(StoreAccessException.class);
        Outbox.Lease lease = outbox.acquire(SHOP, "x").orElseThrow();
        assertThatThrownBy(() -> outbox.read(lease, 1)).isInstanceOf(StoreAccessException.class);
    }

    /** Became a dead letter, though all of it was carried through, by an instance that stood still while it read the drain. */
    @Test
    void aDrainThatAnotherInstanceClosedMeanwhileIsNotUnreadable() {
        Outbox other = connect();
        OutboxEntry entry = entry("a");
        other.append(List.of(entry), LANES);
        Outbox.Lease first = other.acquire(SHOP, "first").orElseThrow();
        Outbox.Drain drain = drain("d", entry);
        other.open(first, drain);
        other.release(first);
        Outbox slow = connect(DynamoProbe.around(local.client(), (method, request, body) -> {
            if (request instanceof QueryRequest) {
                assertThat(other.acquire(SHOP, "other")).isEmpty();
                clock.advance(Duration.ofSeconds(31));
                Outbox.Lease taken = other.acquire(SHOP, "other").orElseThrow();
                other.close(taken, drain, List.of());
            }
            return body.run();
        }));
        Outbox.Lease lost = slow.acquire(SHOP, "slow").orElseThrow();
        assertThatThrownBy(() -> slow.openDrain(lost)).isInstanceOf(LeaseLostException.class);
        assertThat(other.deadLetters()).isEmpty();
    }

    /** With 4,000 waiting changes an append cost 666 read units, and an idle poll 667. */
    @Test
    void whatAnAppendAndAPollReadDoesNotGrowWithTheBacklog() {
        List<OutboxEntry> many = IntStream.range(0, 4000)
                .mapToObj(i -> new OutboxEntry(
                        new OutboxEntry.Key("k" + i), Change.path("/" + "x".repeat(500) + "/" + i), clock.instant()))
                .toList();
        connect().append(many, LANES);
        double[] units = new double[1];
        Outbox outbox = connect(DynamoProbe.around(local.client(), (method, request, body) -> {
            if (request instanceof QueryRequest query) {
                QueryResponse response = local.client()
                        .query(query.toBuilder()
                                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                                .build());
                units[0] += response.consumedCapacity().capacityUnits();
                return response;
            }
            return body.run();
        }));

        outbox.append(List.of(entry("one")), LANES);
        assertThat(outbox.waiting(SHOP)).isPresent();

        assertThat(units[0]).isLessThanOrEqualTo(2);
    }

    @Test
    void anUnreadableRowIsMovedAsideWholeAndTheOthersGoOn() {
        Outbox outbox = connect();
        outbox.append(List.of(entry("good")), LANES);
        Map<String, AttributeValue> current = Map.of(
                "version", Rows.number(PurgewiseTable.CURRENT_VERSION), "change", Rows.string("no change at all"));
        put(LANE, "000000000000001#bad", current);
        put(LANE, "no key", Map.of("version", Rows.number(2), "change", Rows.string("tag:x")));
        put(LANE, "999#x", Map.of("clears", Rows.string("/a")));
        put(LANE, "000000000000002#newer", Map.of("version", Rows.number(3), "change", Rows.string("tag:x")));

        Contents contents = outbox.read(outbox.acquire(SHOP, "test").orElseThrow(), 10);

        assertThat(contents.entries()).containsExactly(entry("good"));
        assertThat(contents.unreadable()).hasSize(4);
        assertThat(outbox.size(SHOP, 10)).isEqualTo(1);
        assertThat(outbox.deadLetters()).containsExactlyInAnyOrderElementsOf(contents.unreadable());
        assertThat(outbox.deadLetters()).allSatisfy(letter -> {
            assertThat(letter.reason()).startsWith("unreadable: ");
            assertThat(letter.repeatable()).isFalse();
        });
        assertThat(outbox.deadLetters())
                .anySatisfy(letter -> assertThat(letter.reason()).contains("version 3", "reads version 2"));
        assertThat(local.client()
                        .getItem(get -> get.tableName(local.table.name())
                                .key(Rows.key("outbox#site#unreadable", "E1SHOP#000000000000001#bad")))
                        .item())
                .containsEntry("change", Rows.string("no change at all"));
    }

    @Test
    void aDamagedLeaseIsRepairedOnceAndItsDrainStaysOpen() {
        Outbox outbox = connect();
        outbox.append(List.of(entry("a")), LANES);
        Outbox.Lease lease = outbox.acquire(SHOP, "test").orElseThrow();
        outbox.open(lease, drain("d1", entry("a")));
        outbox.release(lease);
        local.client()
                .updateItem(update -> update.tableName(local.table.name())
                        .key(Rows.key(LEASE, "lease"))
                        .updateExpression("SET fence = :text")
                        .expressionAttributeValues(Map.of(":text", Rows.string("once"))));

        Outbox.Lease repaired = outbox.acquire(SHOP, "test").orElseThrow();

        assertThat(repaired.token()).isGreaterThan(lease.token());
        assertThat(connect().acquire(SHOP, "other")).isEmpty();
        assertThat(outbox.openDrain(repaired)).isPresent();
        outbox.release(repaired);
        assertThat(connect().acquire(SHOP, "other").orElseThrow().token()).isGreaterThan(repaired.token());
    }

    /** A drain that cannot be read must not stop its lane for ever. */
    @Test
    void aDrainThatCannotBeReadIsSetAsideAndItsChangesArePlannedAnew() {
        Outbox outbox = connect();
        outbox.append(List.of(entry("a")), LANES);
        for (String damage : List.of("missing", "other bytes", "other type")) {
            Outbox.Lease lease = outbox.acquire(SHOP, "test").orElseThrow();
            String id = damage.replace(' ', '-');
            outbox.open(lease, drain(id, entry("a")));
            switch (damage) {
                case "missing" ->
                    local.client()
                            .deleteItem(delete -> delete.tableName(local.table.name())
                                    .key(Rows.key("outbox#site#drain#" + id, "part#000000")));
                case "other bytes" ->
                    put(
                            "outbox#site#drain#" + id,
                            "part#000000",
                            Map.of(
                                    "content",
                                    AttributeValue.fromB(
                                            software.amazon.awssdk.core.SdkBytes.fromUtf8String("no drain"))));
                default ->
                    local.client()
                            .updateItem(update -> update.tableName(local.table.name())
                                    .key(Rows.key(LEASE, "lease"))
                                    .updateExpression("SET parts = :text")
                                    .expressionAttributeValues(Map.of(":text", Rows.string("many"))));
            }

            assertThat(outbox.openDrain(lease)).as(damage).isEmpty();
            assertThat(outbox.openDrain(lease)).isEmpty();
            assertThat(outbox.deadLetters())
                    .anySatisfy(letter -> assertThat(letter.change()).isEqualTo("drain " + id));
            assertThat(outbox.read(lease, 10).entries()).containsExactly(entry("a"));
            outbox.release(lease);
        }
    }

    /** A plan of 700,000 URLs took 43 s to write at what a partition takes, and lost its lease each time. */
    @Test
    void aLargePlanIsWrittenDownAtAMegabyteASecond() {
        connect().append(List.of(entry("import")), LANES);
        Outbox other = connect();
        DynamoDbClient slow = DynamoProbe.around(local.client(), (method, request, body) -> {
            if (request instanceof BatchWriteItemRequest batch) {
                long bytes = batch.requestItems().values().stream()
                        .flatMap(List::stream)
                        .mapToLong(write -> write.putRequest() == null
                                ? 1000
                                : Rows.bytes(write.putRequest().item()))
                        .sum();
                clock.advance(Duration.ofMillis(bytes / 1000));
                other.acquire(SHOP, "other").ifPresent(other::release);
            }
            return body.run();
        });
        Outbox outbox = connect(slow);
        List<InvalidationBatch> batches = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int batch = i;
            batches.add(InvalidationBatch.of(
                    SHOP,
                    IntStream.range(0, 2000)
                            .mapToObj(j -> UrlPattern.exact("/shop/" + Integer.toString((batch * 2000 + j) * 7919, 36)
                                    + "/product-with-a-name-of-some-length-" + j))
                            .toList(),
                    "import"));
        }
        Outbox.Drain drain = new Outbox.Drain("import", SHOP, clock.instant(), List.of(entry("import")), batches);
        Outbox.Lease lease = outbox.acquire(SHOP, "test").orElseThrow();

        outbox.open(lease, drain);

        assertThat(outbox.openDrain(lease)).contains(new OpenDrain(drain, Set.of()));
        outbox.close(lease, drain, List.of());
        assertThat(partitions()).noneMatch(partition -> partition.contains("#drain#") || partition.equals(LANE));
    }

    /** An answer is lost and the SDK sends the write again, after the first one was done. */
    @Test
    void everyWriteMayBeSentTwice() {
        Outbox outbox = connect(DynamoProbe.around(local.client(), (method, request, body) -> {
            if (method.matches("updateItem|putItem|deleteItem|batchWriteItem")) {
                try {
                    body.run();
                } catch (Exception e) {
                    // The second one fares the same.
                }
            }
            return body.run();
        }));
        outbox.append(List.of(entry("a"), entry("b")), LANES);
        Outbox.Lease lease = outbox.acquire(SHOP, "test").orElseThrow();
        Outbox.Drain drain = drain("d1", entry("a"));
        outbox.open(lease, drain);
        outbox.accepted(lease, drain, drain.batches().get(0).reference());
        assertThat(outbox.openDrain(lease).orElseThrow().accepted()).hasSize(1);
        outbox.close(lease, drain, List.of());
        assertThat(outbox.read(lease, 10).entries()).containsExactly(entry("b"));
        outbox.remove(lease, List.of(entry("b")), List.of());
        outbox.release(lease);
        assertThat(outbox.acquire(SHOP, "test")).isPresent();
        assertThat(outbox.waiting(SHOP)).isEmpty();
    }

    /** The holder sleeps within close, between its sign of life and its deletions, while another closes the same drain. */
    @Test
    void aHolderThatWakesUpWithinCloseRemovesNothingThatCameLater() {
        Outbox other = connect();
        AtomicInteger deletions = new AtomicInteger();
        OutboxEntry later = entry("later");
        Outbox sleepy = connect(DynamoProbe.around(local.client(), (method, request, body) -> {
            if (method.equals("batchWriteItem")
                    && request.toString().contains(LANE)
                    && deletions.getAndIncrement() == 0) {
                other.acquire(SHOP, "other");
                clock.advance(DynamoOutbox.LEASE_DURATION);
                Outbox.Lease taken = other.acquire(SHOP, "other").orElseThrow();
                other.close(taken, other.openDrain(taken).orElseThrow().drain(), List.of());
                other.append(List.of(later), LANES);
                other.open(taken, drain("d2", later));
            }
            return body.run();
        }));
        sleepy.append(List.of(entry("a")), LANES);
        Outbox.Lease lease = sleepy.acquire(SHOP, "sleepy").orElseThrow();
        Outbox.Drain drain = drain("d1", entry("a"));
        sleepy.open(lease, drain);

        assertThatThrownBy(() -> sleepy.close(lease, drain, List.of()))
                .isInstanceOf(io.purgewise.outbox.LeaseLostException.class);

        clock.advance(DynamoOutbox.LEASE_DURATION.multipliedBy(2));
        Outbox third = connect();
        assertThat(third.acquire(SHOP, "third")).isEmpty();
        clock.advance(DynamoOutbox.LEASE_DURATION);
        Outbox.Lease last = third.acquire(SHOP, "third").orElseThrow();
        assertThat(third.openDrain(last).orElseThrow().drain().id()).isEqualTo("d2");
        assertThat(third.read(last, 10).entries()).containsExactly(later);
    }

    @Test
    void whatIsLeftBehindExpires() {
        Outbox outbox = connect();
        outbox.append(List.of(entry("a")), LANES);
        Outbox.Lease lease = outbox.acquire(SHOP, "test").orElseThrow();
        Outbox.Drain drain = drain("d1", entry("a"));
        outbox.open(lease, drain);
        outbox.accepted(lease, drain, drain.batches().get(0).reference());
        local.client().scan(scan -> scan.tableName(local.table.name())).items().forEach(row -> {
            String partition = Rows.text(row, "pk");
            boolean expires = row.containsKey(PurgewiseTable.EXPIRES_AT);
            assertThat(expires).as(partition).isEqualTo(!partition.equals(LANE) && !partition.equals(LEASE));
        });
    }

    @Test
    void aTableThatIsNotThereIsSaidWithWhatToDo() {
        Outbox outbox = DynamoOutbox.of(local.client(), new PurgewiseTable("nowhere"), "site", clock, clock::advance);
        assertThatThrownBy(() -> outbox.append(List.of(entry("a")), LANES))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("PurgewiseTable.create");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DynamoOutbox.of(local.client(), local.table, "a#b", clock, clock::advance))
                .withMessageContaining("a#b");
    }

    /** A creator that was killed before it turned the time to live on left a table on which nothing ever expired. */
    @Test
    void aTableWhoseCreatorWasKilledGetsItsTimeToLive() {
        PurgewiseTable table = new PurgewiseTable("ttl-" + local.table.name());
        DynamoDbClient dies = DynamoProbe.around(local.client(), (method, request, body) -> {
            if (method.equals("updateTimeToLive")) {
                throw new IllegalStateException("killed");
            }
            return body.run();
        });
        assertThatThrownBy(() -> table.create(dies)).isInstanceOf(IllegalStateException.class);

        table.create(local.client());
        table.create(local.client());

        assertThat(local.client()
                        .describeTimeToLive(request -> request.tableName(table.name()))
                        .timeToLiveDescription()
                        .timeToLiveStatusAsString())
                .isEqualTo("ENABLED");
        local.client().deleteTable(request -> request.tableName(table.name()));
    }

    @Test
    void aTableThatAnotherInstanceIsCreatingIsWaitedFor() {
        AtomicInteger described = new AtomicInteger();
        DynamoDbClient creating = DynamoProbe.around(local.client(), (method, request, body) -> {
            Object answer = body.run();
            if (answer instanceof DescribeTableResponse response && described.getAndIncrement() < 1) {
                return response.toBuilder()
                        .table(response.table().toBuilder()
                                .tableStatus(TableStatus.CREATING)
                                .build())
                        .build();
            }
            return answer;
        });
        local.table.create(creating);
        assertThat(described.get()).isGreaterThan(1);
    }
}

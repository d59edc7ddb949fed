package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.Debt;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Drain;
import io.purgewise.cdn.EntryKey;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.InvalidationStatus;
import io.purgewise.cdn.Lease;
import io.purgewise.cdn.Outbox;
import io.purgewise.cdn.OutboxAccessException;
import io.purgewise.cdn.OutboxContents;
import io.purgewise.cdn.OutboxEntry;
import io.purgewise.cdn.PoisonedEntry;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.OutboxContract;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

class DynamoOutboxTest extends OutboxContract {

    private static final String FOREIGN = "foreign-" + UUID.randomUUID();

    private final LocalPurgewiseTable local = new LocalPurgewiseTable();

    @Override
    protected Outbox connect() {
        return DynamoOutbox.of(local.client(), local.table, "site", clock, clock::advance);
    }

    @Override
    protected Duration leaseDuration() {
        return DynamoOutbox.LEASE_DURATION;
    }

    @AfterEach
    void close() {
        local.close();
    }

    private static OutboxEntry entry(String id) {
        Instant now = Instant.parse("2026-11-23T10:00:00Z");
        return new OutboxEntry(id, now, now, Set.of(UrlPattern.exact("/" + id)), Set.of());
    }

    @Test
    void outboxesInOneTableAreApart() {
        Outbox other = DynamoOutbox.of(local.client(), local.table, "other", clock, clock::advance);
        connect().append(List.of(entry("a")));
        assertThat(other.size()).isZero();
        assertThat(other.acquire("x")).isPresent();
        assertThat(connect().acquire("x")).isPresent();
    }

    @Test
    void anUnreadableEntryIsSetAsideWholeAndTheOthersGoOn() {
        Outbox outbox = connect();
        outbox.append(List.of(entry("good")));
        List.of("000000000000001#bad", "no key at all", "999#x").forEach(sort -> {
            Map<String, AttributeValue> item = new HashMap<>(OutboxItems.key("outbox#site#entry", sort));
            item.put(OutboxItems.CLEARS, OutboxItems.string("not a path"));
            item.put(OutboxItems.SETTLE, OutboxItems.number(0));
            local.client().putItem(put -> put.tableName(local.table.name()).item(item));
        });

        OutboxContents contents = outbox.read(outbox.acquire("test").orElseThrow(), 10);

        assertThat(contents.entries()).containsExactly(entry("good"));
        assertThat(contents.poisoned()).hasSize(3);
        assertThat(outbox.size()).isEqualTo(1);
        assertThat(outbox.poisoned())
                .hasSize(3)
                .allSatisfy(poisoned -> assertThat(poisoned.reason()).startsWith("unreadable: "));
        assertThat(local.client()
                        .getItem(get -> get.tableName(local.table.name())
                                .key(OutboxItems.key("outbox#site#poison", "000000000000001#bad")))
                        .item())
                .containsEntry(OutboxItems.CLEARS, OutboxItems.string("not a path"));
    }

    /** A process that is killed while it writes a drain down must not leave parts behind for ever. */
    @Test
    void partsOfADrainThatNeverOpenedAreRemoved() {
        Outbox outbox = connect();
        Map<String, AttributeValue> part = new HashMap<>(OutboxItems.key("outbox#site#drain", "d1#000000"));
        part.put(OutboxItems.CONTENT, OutboxItems.string("entry ..."));
        local.client().putItem(put -> put.tableName(local.table.name()).item(part));

        assertThat(outbox.openDrain(outbox.acquire("test").orElseThrow())).isEmpty();

        assertThat(local.client()
                        .scan(scan -> scan.tableName(local.table.name()))
                        .items())
                .extracting(item -> OutboxItems.text(item, "pk"))
                .containsExactly("outbox#site#lease");
    }

    /** A process that is killed between removing the entries and the mark leaves a drain that must still be closed. */
    @Test
    void aHalfClosedDrainIsNotTakenForNothingToDo() {
        Outbox outbox = connect();
        outbox.append(List.of(entry("a")));
        Lease lease = outbox.acquire("test").orElseThrow();
        Drain drain = new Drain(
                "d1", clock.instant(), clock.instant(), List.of(entry("a").key()), List.of());
        outbox.open(lease, drain);
        local.client()
                .deleteItem(delete -> delete.tableName(local.table.name())
                        .key(OutboxItems.key(
                                "outbox#site#entry",
                                OutboxItems.sortKey(entry("a").key()))));

        assertThat(outbox.size()).isZero();
        assertThat(outbox.isIdle()).isFalse();
        outbox.close(lease, drain);
        assertThat(outbox.isIdle()).isTrue();
    }

    /** An answer that is lost makes the SDK send an append again, perhaps after the change was cleared and paid for. */
    @Test
    void theSameAppendAgainDoesNotBringBackWhatWasCleared() {
        Outbox outbox = connect();
        outbox.append(List.of(entry("a"), entry("b")));
        Lease lease = outbox.acquire("test").orElseThrow();
        Drain drain = new Drain(
                "d1",
                clock.instant(),
                clock.instant(),
                List.of(entry("a").key(), entry("b").key()),
                List.of());
        outbox.open(lease, drain);
        outbox.close(lease, drain);

        connect().append(List.of(entry("a"), entry("b")));

        assertThat(outbox.size()).isZero();
        connect().append(List.of(entry("c")));
        assertThat(outbox.size()).isEqualTo(1);
    }

    /**
     * A holder that sleeps past its lease between two calls must not clean away the parts of the drain that its successor has
     * opened meanwhile: nobody could ever finish that drain.
     */
    @Test
    void aHolderThatLostItsLeaseUnawaresLeavesTheNextOnesDrainAlone() {
        Outbox next = connect();
        next.append(List.of(entry("a")));
        Drain drain = new Drain(
                "d1", clock.instant(), clock.instant(), List.of(entry("a").key()), List.of());
        DynamoDbClient sleepy = beforeEachQuery(() -> {
            if (next.acquire("other").isEmpty()) {
                clock.advance(DynamoOutbox.LEASE_DURATION);
                next.open(next.acquire("other").orElseThrow(), drain);
            }
        });
        Outbox outbox = DynamoOutbox.of(sleepy, local.table, "site", clock, clock::advance);
        Lease lost = outbox.acquire("test").orElseThrow();

        assertThat(outbox.openDrain(lost)).isEmpty();

        clock.advance(DynamoOutbox.LEASE_DURATION);
        connect();
        Outbox third = connect();
        assertThat(third.acquire("third")).isEmpty();
        clock.advance(DynamoOutbox.LEASE_DURATION);
        assertThat(third.openDrain(third.acquire("third").orElseThrow())).contains(drain);
    }

    private DynamoDbClient beforeEachQuery(Runnable before) {
        boolean[] running = new boolean[1];
        return (DynamoDbClient) Proxy.newProxyInstance(
                DynamoDbClient.class.getClassLoader(), new Class<?>[] {DynamoDbClient.class}, (proxy, method, args) -> {
                    if (method.getName().startsWith("query") && !running[0]) {
                        running[0] = true;
                        before.run();
                    }
                    return method.invoke(local.client(), args);
                });
    }

    @Test
    void nothingIsLeftInTheTableWhenAllIsDone() {
        Outbox outbox = connect();
        outbox.append(List.of(entry("a")));
        Lease lease = outbox.acquire("test").orElseThrow();
        Drain drain = new Drain(
                "d1", clock.instant(), clock.instant(), List.of(entry("a").key()), List.of());
        outbox.open(lease, drain);
        outbox.close(lease, drain);
        outbox.release(lease);

        Map<String, AttributeValue> left = local.client()
                .scan(scan -> scan.tableName(local.table.name()))
                .items()
                .get(0);
        assertThat(left.keySet()).containsExactlyInAnyOrder("pk", "sk", "fence", "beat", "nonce");
    }

    @Test
    void anEntryThatIsPlannedIsNotReadAsANewOneByAnOlderKey() {
        EntryKey key = entry("a").key();
        assertThat(OutboxItems.entryKey(OutboxItems.sortKey(key))).isEqualTo(key);
    }

    @Test
    void aNameThatNoTableCanHaveIsRefusedAtOnce() {
        for (String name : List.of("", "p", "my table", "p".repeat(256))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new PurgewiseTable(name))
                    .withMessageContaining('"' + name + '"');
        }
        assertThat(new PurgewiseTable("arn:aws:dynamodb:eu-west-1:1:table/p").name())
                .endsWith("/p");
    }

    @Test
    void aMissingTableIsSaidToBeMissing() {
        Outbox outbox = DynamoOutbox.of(local.client(), new PurgewiseTable("nowhere"), "site", clock, clock::advance);
        assertThatThrownBy(outbox::size)
                .isInstanceOf(OutboxAccessException.class)
                .hasMessageContaining("nowhere")
                .hasMessageContaining("PurgewiseTable.create");
        assertThatThrownBy(() -> outbox.append(List.of(entry("a")))).isInstanceOf(OutboxAccessException.class);
        assertThatThrownBy(() -> outbox.acquire("x")).isInstanceOf(OutboxAccessException.class);
        assertThatThrownBy(() -> new PurgewiseTable("nowhere").check(local.client()))
                .isInstanceOf(OutboxAccessException.class);
    }

    @Test
    void missingCredentialsAreNamedAndSayWhatToDo() {
        try (DynamoDbClient client = DynamoDbClient.builder()
                .endpointOverride(DynamoServer.shared().endpoint())
                .region(Region.EU_WEST_1)
                .credentialsProvider(SystemPropertyCredentialsProvider.create())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            Outbox outbox = DynamoOutbox.of(client, local.table, "site", clock, clock::advance);
            assertThatThrownBy(() -> outbox.append(List.of(entry("a"))))
                    .isInstanceOf(OutboxAccessException.class)
                    .hasMessageContaining("give the client credentials");
        }
    }

    /** DynamoDB's time to live removes what is of no use any more, and nothing else. */
    @Test
    void onlyWhatIsCountedOrOwedExpires() {
        Outbox outbox = connect();
        outbox.append(List.of(entry("a")));
        Lease lease = outbox.acquire("test").orElseThrow();
        DistributionId site = DistributionId.of("E1");
        InvalidationBatch batch = InvalidationBatch.of(site, List.of(InvalidationItem.parse("/a")), "d1");
        Instant now = clock.instant();
        outbox.owe(lease, List.of(new Debt(batch, now, true, Set.of())));
        outbox.open(lease, new Drain("d1", now, now, List.of(entry("a").key()), List.of(batch)));
        new DynamoUsageLedger(local.client(), local.table, "account", clock::advance)
                .record(
                        site,
                        new Invalidation("I1", InvalidationStatus.COMPLETED, now, batch.reference(), 1, Set.of("/a")));

        Map<String, String> expiry = new TreeMap<>();
        local.client().scan(scan -> scan.tableName(local.table.name())).items().forEach(item -> {
            AttributeValue expiresAt = item.get(PurgewiseTable.EXPIRES_AT);
            expiry.put(OutboxItems.text(item, "pk"), expiresAt == null ? "never" : expiresAt.n());
        });
        String in400Days = Long.toString(now.plus(Duration.ofDays(400)).getEpochSecond());
        assertThat(expiry)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "outbox#site#entry", "never",
                        "outbox#site#lease", "never",
                        "outbox#site#drain", "never",
                        "outbox#site#owed", in400Days,
                        "ledger#account", "never",
                        "ledger#account#2026-11", in400Days));
    }

    @Test
    void aTableWithOtherKeysIsRefused() {
        local.client()
                .createTable(request -> request.tableName(FOREIGN)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(List.of(AttributeDefinition.builder()
                                .attributeName("tag")
                                .attributeType(ScalarAttributeType.S)
                                .build()))
                        .keySchema(List.of(KeySchemaElement.builder()
                                .attributeName("tag")
                                .keyType(KeyType.HASH)
                                .build())));

        assertThatThrownBy(() -> new PurgewiseTable(FOREIGN).create(local.client()))
                .isInstanceOf(TableSchemaException.class)
                .hasMessageContaining("tag");
        Outbox outbox = DynamoOutbox.of(local.client(), new PurgewiseTable(FOREIGN), "site", clock, clock::advance);
        assertThatThrownBy(() -> outbox.append(List.of(entry("a"))))
                .isInstanceOf(OutboxAccessException.class)
                .hasMessageContaining("PurgewiseTable.check");
    }

    @Test
    void creatingTwiceIsHarmless() {
        local.table.create(local.client());
        assertThat(local.client()
                        .describeTimeToLive(request -> request.tableName(local.table.name()))
                        .timeToLiveDescription()
                        .attributeName())
                .isEqualTo("expiresAt");
    }

    @Test
    void aDrainThatCannotBeReadIsNamed() {
        Outbox outbox = connect();
        outbox.append(List.of(entry("a")));
        Lease lease = outbox.acquire("test").orElseThrow();
        outbox.open(
                lease,
                new Drain(
                        "d1",
                        clock.instant(),
                        clock.instant(),
                        List.of(entry("a").key()),
                        List.of()));
        local.client()
                .deleteItem(delete ->
                        delete.tableName(local.table.name()).key(OutboxItems.key("outbox#site#drain", "d1#000000")));

        assertThatThrownBy(() -> outbox.openDrain(lease))
                .isInstanceOf(OutboxAccessException.class)
                .hasMessageContaining("drain d1");
        assertThat(outbox.poisoned()).isEqualTo(List.<PoisonedEntry>of());
    }
}

package io.purgewise.aws;

import io.purgewise.cdn.Lease;
import io.purgewise.cdn.LeaseLostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Keeps the lease item of one outbox. A holder shows life by raising {@code beat}; whoever has seen the same beat for the whole
 * lease duration, by its own clock, may take over, which raises {@code fence} and shuts the old holder out. No two clocks are
 * ever compared. Thread-safe.
 */
final class DynamoLease {

    static final String SORT = "lease";
    static final String HOLDER = "holder";
    static final String FENCE = "fence";
    static final String BEAT = "beat";
    static final String NONCE = "nonce";

    private static final String RAISE_BEAT = "SET beat = beat + :one";

    private record Seen(long fence, long beat, Instant since) {}

    private final DynamoDbClient client;
    private final String table;
    private final Map<String, AttributeValue> key;
    private final Duration duration;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Seen seen;

    DynamoLease(DynamoDbClient client, String table, String partition, Duration duration, InstantSource clock) {
        this.client = client;
        this.table = table;
        this.key = OutboxItems.key(partition, SORT);
        this.duration = duration;
        this.clock = clock;
    }

    Optional<Lease> acquire(String owner) {
        Map<String, AttributeValue> item = read();
        if (item.isEmpty()) {
            return take(owner, 1, DynamoOutbox.LEASE_IS_NEW, Map.of());
        }
        long fence = OutboxItems.count(item, FENCE);
        if (!item.containsKey(HOLDER)) {
            return take(owner, fence + 1, DynamoOutbox.LEASE_IS_FREE, Map.of(":fence", OutboxItems.number(fence)));
        }
        long beat = OutboxItems.count(item, BEAT);
        if (!silentForLong(fence, beat)) {
            return Optional.empty();
        }
        return take(
                owner,
                fence + 1,
                DynamoOutbox.HOLDER_IS_SILENT,
                Map.of(":fence", OutboxItems.number(fence), ":beat", OutboxItems.number(beat)));
    }

    private boolean silentForLong(long fence, long beat) {
        Instant now = clock.instant();
        lock.lock();
        try {
            if (seen == null || seen.fence() != fence || seen.beat() != beat) {
                seen = new Seen(fence, beat, now);
            }
            return !now.isBefore(seen.since().plus(duration));
        } finally {
            lock.unlock();
        }
    }

    private Optional<Lease> take(String owner, long fence, String condition, Map<String, AttributeValue> values) {
        String nonce = UUID.randomUUID().toString();
        Map<String, AttributeValue> all = new HashMap<>(values);
        all.put(":newFence", OutboxItems.number(fence));
        all.put(":holder", OutboxItems.string(owner));
        all.put(":nonce", OutboxItems.string(nonce));
        all.put(":zero", OutboxItems.number(0));
        boolean taken = update(
                "SET fence = :newFence, holder = :holder, nonce = :nonce, beat = :zero",
                condition,
                all,
                () -> nonce.equals(
                        read().getOrDefault(NONCE, OutboxItems.string("")).s()));
        return taken ? Optional.of(new Lease(owner, fence)) : Optional.empty();
    }

    void renew(Lease lease) {
        if (!update(RAISE_BEAT, DynamoOutbox.LEASE_IS_MINE, signValues(lease), () -> false)) {
            throw lost(lease);
        }
    }

    /** Returns the part of a transaction that holds only for the lease's holder, and shows a sign of life. */
    TransactWriteItem signOfLife(Lease lease) {
        return TransactWriteItem.builder()
                .update(update -> update.tableName(table)
                        .key(key)
                        .updateExpression(RAISE_BEAT)
                        .conditionExpression(DynamoOutbox.LEASE_IS_MINE)
                        .expressionAttributeValues(signValues(lease)))
                .build();
    }

    private static Map<String, AttributeValue> signValues(Lease lease) {
        return Map.of(":fence", OutboxItems.number(lease.token()), ":one", OutboxItems.number(1));
    }

    void release(Lease lease) {
        update(
                "REMOVE holder",
                DynamoOutbox.LEASE_IS_MINE,
                Map.of(":fence", OutboxItems.number(lease.token())),
                () -> true);
    }

    /** Reads the lease item, which is empty before the first acquisition. */
    Map<String, AttributeValue> read() {
        return TableErrors.calling(
                "reading the lease in table",
                table,
                () -> client.getItem(get -> get.tableName(table).key(key).consistentRead(true))
                        .item());
    }

    /** Reads the lease item and throws if it is not the given holder's. */
    Map<String, AttributeValue> readMine(Lease lease) {
        Map<String, AttributeValue> item = read();
        if (item.isEmpty() || OutboxItems.count(item, FENCE) != lease.token() || !item.containsKey(HOLDER)) {
            throw lost(lease);
        }
        return item;
    }

    /**
     * Updates the lease item under a condition.
     *
     * @param doneBefore asked when the condition fails: whether that is because the SDK has sent the update twice and the first
     *     one was done
     * @return whether the update was done
     */
    boolean update(String update, String condition, Map<String, AttributeValue> values, Supplier<Boolean> doneBefore) {
        return TableErrors.calling("updating the lease in table", table, () -> {
            try {
                client.updateItem(request -> request.tableName(table)
                        .key(key)
                        .updateExpression(update)
                        .conditionExpression(condition)
                        .expressionAttributeValues(values));
                return true;
            } catch (ConditionalCheckFailedException e) {
                return doneBefore.get();
            }
        });
    }

    static LeaseLostException lost(Lease lease) {
        return new LeaseLostException(lease.owner(), lease.token());
    }
}

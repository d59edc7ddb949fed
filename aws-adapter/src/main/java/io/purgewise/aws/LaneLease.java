package io.purgewise.aws;

import io.purgewise.cdn.DistributionId;
import io.purgewise.outbox.LeaseLostException;
import io.purgewise.outbox.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * Keeps the lease row of one lane. A holder shows life by raising {@code beat}; whoever has seen the same beat for the whole
 * lease duration, by its own clock, may take over, which raises {@code fence} and shuts the old holder out. No two clocks are
 * ever compared. Thread-safe.
 */
final class LaneLease {

    private static final String SORT = "lease";
    private static final String HOLDER = "holder";
    private static final String FENCE = "fence";
    private static final String BEAT = "beat";
    private static final String NONCE = "nonce";
    private static final String TAKEOVERS = "takeovers";
    private static final String IS_NEW = "attribute_not_exists(pk)";
    private static final String IS_FREE = "fence = :fence AND attribute_not_exists(holder)";
    private static final String IS_SILENT = "fence = :fence AND beat = :beat";
    static final String IS_MINE = "fence = :fence AND attribute_exists(holder)";
    private static final int MAX_DOUBLINGS = 5;

    private record Seen(long fence, long beat, Instant since) {}

    private final DynamoDbClient client;
    private final String table;
    private final DistributionId lane;
    private final Map<String, AttributeValue> key;
    private final Duration duration;
    private final InstantSource clock;
    private @Nullable Seen seen;

    LaneLease(
            DynamoDbClient client,
            String table,
            String partition,
            DistributionId lane,
            Duration duration,
            InstantSource clock) {
        this.client = client;
        this.table = table;
        this.lane = lane;
        this.key = Rows.key(partition, SORT);
        this.duration = duration;
        this.clock = clock;
    }

    Optional<Outbox.Lease> acquire(String owner) {
        Map<String, AttributeValue> row = read();
        if (row.isEmpty()) {
            return take(owner, 1, 0, IS_NEW, Map.of());
        }
        if (isDamaged(row)) {
            return repair(owner, row);
        }
        long fence = Rows.count(row, FENCE);
        long takeovers = row.containsKey(TAKEOVERS) ? Rows.count(row, TAKEOVERS) : 0;
        if (!row.containsKey(HOLDER)) {
            return take(owner, fence + 1, takeovers, IS_FREE, Map.of(":fence", Rows.number(fence)));
        }
        long beat = Rows.count(row, BEAT);
        Duration patience = duration.multipliedBy(1L << Math.min(takeovers, MAX_DOUBLINGS));
        if (!silentFor(patience, fence, beat)) {
            return Optional.empty();
        }
        return take(
                owner,
                fence + 1,
                takeovers + 1,
                IS_SILENT,
                Map.of(":fence", Rows.number(fence), ":beat", Rows.number(beat)));
    }

    private synchronized boolean silentFor(Duration patience, long fence, long beat) {
        Instant now = clock.instant();
        // A clock that was set back would make the silence seem shorter for as long as it was set back.
        if (seen == null || seen.fence() != fence || seen.beat() != beat || now.isBefore(seen.since())) {
            seen = new Seen(fence, beat, now);
        }
        return Duration.between(seen.since(), now).compareTo(patience) >= 0;
    }

    private static boolean isDamaged(Map<String, AttributeValue> row) {
        try {
            return Rows.count(row, FENCE) < 0
                    || Rows.count(row, BEAT) < 0
                    || (row.containsKey(TAKEOVERS) && Rows.count(row, TAKEOVERS) < 0);
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /** Repairs a row that is no lease, with a fence beyond any that was ever counted; a drain that it names stays open. */
    private Optional<Outbox.Lease> repair(String owner, Map<String, AttributeValue> damaged) {
        LaneLog.damagedLease(lane, damaged);
        List<String> conditions = new ArrayList<>();
        Map<String, AttributeValue> values = new HashMap<>();
        for (String attribute : List.of(FENCE, BEAT, TAKEOVERS)) {
            AttributeValue value = damaged.get(attribute);
            conditions.add(
                    value == null ? "attribute_not_exists(" + attribute + ")" : attribute + " = :old" + attribute);
            if (value != null) {
                values.put(":old" + attribute, value);
            }
        }
        return take(owner, clock.instant().toEpochMilli(), 0, String.join(" AND ", conditions), values);
    }

    private Optional<Outbox.Lease> take(
            String owner, long fence, long takeovers, String condition, Map<String, AttributeValue> values) {
        String nonce = UUID.randomUUID().toString();
        Map<String, AttributeValue> all = new HashMap<>(values);
        all.put(":newFence", Rows.number(fence));
        all.put(":holder", Rows.string(owner));
        all.put(":nonce", Rows.string(nonce));
        all.put(":zero", Rows.number(0));
        all.put(":takeovers", Rows.number(takeovers));
        boolean taken = update(
                "SET fence = :newFence, holder = :holder, nonce = :nonce, beat = :zero, takeovers = :takeovers",
                condition,
                all,
                () -> nonce.equals(read().getOrDefault(NONCE, Rows.string("")).s()));
        return taken ? Optional.of(new Outbox.Lease(lane, owner, fence)) : Optional.empty();
    }

    void renew(Outbox.Lease lease) {
        requireMine(lease, "SET beat = beat + :one");
    }

    /** Shows a sign of life, and that work gets done. */
    void renewAfterProgress(Outbox.Lease lease) {
        requireMine(lease, "SET beat = beat + :one, takeovers = :zero");
    }

    private void requireMine(Outbox.Lease lease, String update) {
        Map<String, AttributeValue> values =
                new HashMap<>(Map.of(":fence", Rows.number(lease.token()), ":one", Rows.number(1)));
        if (update.contains(":zero")) {
            values.put(":zero", Rows.number(0));
        }
        if (!update(update, IS_MINE, values, () -> false)) {
            throw new LeaseLostException(lease);
        }
    }

    void release(Outbox.Lease lease) {
        update("REMOVE holder", IS_MINE, Map.of(":fence", Rows.number(lease.token())), () -> true);
    }

    /** Reads the lease row, which is empty before the first acquisition. */
    Map<String, AttributeValue> read() {
        return TableErrors.calling(
                "reading the lease in table",
                table,
                () -> client.getItem(get -> get.tableName(table).key(key).consistentRead(true))
                        .item());
    }

    /** Reads the lease row and throws if it is not the given holder's. */
    Map<String, AttributeValue> readMine(Outbox.Lease lease) {
        Map<String, AttributeValue> row = read();
        if (row.isEmpty() || isDamaged(row) || Rows.count(row, FENCE) != lease.token() || !row.containsKey(HOLDER)) {
            throw new LeaseLostException(lease);
        }
        return row;
    }

    /**
     * Updates the lease row under a condition.
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
}

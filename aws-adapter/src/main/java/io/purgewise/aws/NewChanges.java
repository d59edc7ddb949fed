package io.purgewise.aws;

import io.purgewise.cdn.DistributionId;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Accepts changes: each with its key, which keeps the same change from being accepted twice within a day, and in all lanes at
 * once; finds them by it again. Thread-safe.
 */
final class NewChanges {

    /** A key is new, or a day old and not removed yet: DynamoDB takes up to some days to remove what has expired. */
    private static final String KEY_IS_NEW = "attribute_not_exists(pk) OR expiresAt <= :now";

    private static final String ACCEPTED_AT = "acceptedAt";

    /** TransactWriteItems takes 100 items and 4 MB, values of expressions included. */
    private static final int ROWS_OF_A_TRANSACTION = 100;

    private static final int BYTES_OF_A_TRANSACTION = 3_500_000;
    private static final Duration KEYS_ARE_KEPT = Duration.ofDays(1);

    private final OutboxRows rows;
    private final TableTransactions transactions;
    private final InstantSource clock;

    NewChanges(OutboxRows rows, TableTransactions transactions, InstantSource clock) {
        this.rows = rows;
        this.transactions = transactions;
        this.clock = clock;
    }

    Set<OutboxEntry.Key> append(Collection<OutboxEntry> entries, Collection<DistributionId> lanes) {
        int rowsOfAnEntry = lanes.size() + 1;
        if (lanes.isEmpty() || rowsOfAnEntry > ROWS_OF_A_TRANSACTION) {
            throw new IllegalArgumentException("a change goes into 1 to " + (ROWS_OF_A_TRANSACTION - 1)
                    + " lanes, since it is written in one transaction, but there are " + lanes.size());
        }
        Map<OutboxEntry.Key, OutboxEntry> byKey = new LinkedHashMap<>();
        entries.forEach(entry -> byKey.putIfAbsent(entry.key(), entry));
        Set<OutboxEntry.Key> accepted = new LinkedHashSet<>();
        List<OutboxEntry> together = new ArrayList<>();
        int bytes = 0;
        for (OutboxEntry entry : byKey.values()) {
            int size = 300 + (Rows.bytes(EntryRows.row("", entry)) + 300) * lanes.size();
            boolean full = (together.size() + 1) * rowsOfAnEntry > ROWS_OF_A_TRANSACTION
                    || bytes + size > BYTES_OF_A_TRANSACTION;
            if (full && !together.isEmpty()) {
                accepted.addAll(write(together, lanes));
                together = new ArrayList<>();
                bytes = 0;
            }
            together.add(entry);
            bytes += size;
        }
        if (!together.isEmpty()) {
            accepted.addAll(write(together, lanes));
        }
        return accepted;
    }

    /** Writes entries all together, without those whose key turns out to be known. */
    private Set<OutboxEntry.Key> write(List<OutboxEntry> together, Collection<DistributionId> lanes) {
        List<OutboxEntry> open = new ArrayList<>(together);
        while (!open.isEmpty()) {
            List<TransactWriteItem> transaction = new ArrayList<>();
            // The keys come first, so that a failed condition's place tells whose it is.
            open.forEach(entry -> transaction.add(key(entry)));
            open.forEach(entry -> lanes.forEach(lane -> transaction.add(TransactWriteItem.builder()
                    .put(put -> put.tableName(rows.table).item(EntryRows.row(rows.lane(lane), entry)))
                    .build())));
            Set<Integer> failed = transactions.write("accepting changes", transaction);
            if (failed.isEmpty()) {
                break;
            }
            List<OutboxEntry> others = new ArrayList<>();
            for (int i = 0; i < open.size(); i++) {
                if (!failed.contains(i)) {
                    others.add(open.get(i));
                }
            }
            open = others;
        }
        Set<OutboxEntry.Key> accepted = new LinkedHashSet<>();
        open.forEach(entry -> accepted.add(entry.key()));
        return accepted;
    }

    private TransactWriteItem key(OutboxEntry entry) {
        Instant now = clock.instant();
        Map<String, AttributeValue> row =
                new HashMap<>(Rows.key(rows.key(entry.key().value()), "key"));
        row.put(ACCEPTED_AT, Rows.number(entry.acceptedAt().toEpochMilli()));
        row.put(PurgewiseTable.EXPIRES_AT, Rows.number(now.plus(KEYS_ARE_KEPT).getEpochSecond()));
        return TransactWriteItem.builder()
                .put(put -> put.tableName(rows.table)
                        .item(row)
                        .conditionExpression(KEY_IS_NEW)
                        .expressionAttributeValues(Map.of(":now", Rows.number(now.getEpochSecond()))))
                .build();
    }

    /** Tells when a key was accepted, and where its change waits. */
    Optional<Outbox.Known> find(OutboxEntry.Key key, Collection<DistributionId> lanes) {
        return rows.get(rows.key(key.value()), "key").map(row -> {
            Instant acceptedAt = Instant.ofEpochMilli(Rows.count(row, ACCEPTED_AT));
            String sortKey = EntryRows.sortKey(key, acceptedAt);
            Set<DistributionId> waitingIn = new LinkedHashSet<>();
            for (DistributionId lane : lanes) {
                rows.get(rows.lane(lane), sortKey).ifPresent(entry -> waitingIn.add(lane));
            }
            return new Outbox.Known(acceptedAt, waitingIn);
        });
    }
}

package io.purgewise.aws;

import io.purgewise.cdn.OutboxEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Accepts changes in transactions, each named by what it writes: an SDK that sends one a second time because the answer was
 * lost, or a caller who appends again, does not bring back what has been cleared meanwhile, to be paid for twice. Thread-safe.
 */
final class NewEntries {

    /** DynamoDB's limits of a transaction are 100 items and 4 MB. */
    private static final int ITEMS_PER_CALL = 100;

    private static final int CHARACTERS_PER_CALL = 3_500_000;

    private final OutboxTable table;
    private final TableTransactions transactions;

    NewEntries(OutboxTable table, TableTransactions transactions) {
        this.table = table;
        this.transactions = transactions;
    }

    void append(Collection<OutboxEntry> added) {
        List<Map<String, AttributeValue>> call = new ArrayList<>();
        int characters = 0;
        for (Map<String, AttributeValue> item : distinct(added)) {
            int size = OutboxItems.text(item, OutboxItems.CLEARS).length() + 1000;
            if (call.size() == ITEMS_PER_CALL || characters + size > CHARACTERS_PER_CALL) {
                write(call);
                call = new ArrayList<>();
                characters = 0;
            }
            call.add(item);
            characters += size;
        }
        if (!call.isEmpty()) {
            write(call);
        }
    }

    private Collection<Map<String, AttributeValue>> distinct(Collection<OutboxEntry> added) {
        Map<AttributeValue, Map<String, AttributeValue>> items = new LinkedHashMap<>();
        for (OutboxEntry entry : added) {
            for (Map<String, AttributeValue> item : OutboxItems.entry(table.entries, entry)) {
                AttributeValue key = OutboxItems.string(OutboxItems.text(item, PurgewiseTable.SORT_KEY));
                Map<String, AttributeValue> other = items.putIfAbsent(key, item);
                if (other != null && !other.equals(item)) {
                    throw conflict(List.of(item));
                }
            }
        }
        return items.values();
    }

    private void write(List<Map<String, AttributeValue>> items) {
        List<TransactWriteItem> puts = items.stream()
                .map(item -> TransactWriteItem.builder()
                        .put(put -> put.tableName(table.name)
                                .item(item)
                                .conditionExpression(DynamoOutbox.IS_NEW_OR_THE_SAME)
                                .expressionAttributeValues(Map.of(
                                        ":settle", item.get(OutboxItems.SETTLE),
                                        ":clears", item.get(OutboxItems.CLEARS))))
                        .build())
                .toList();
        if (!transactions.write("accepting changes", puts, token(items))) {
            throw conflict(items);
        }
    }

    /** Names a transaction by its table, since names hold for the whole account, and by all that it writes. */
    private String token(List<Map<String, AttributeValue>> items) {
        StringBuilder content = new StringBuilder(table.name).append('\n');
        for (Map<String, AttributeValue> item : items) {
            content.append(OutboxItems.text(item, PurgewiseTable.PARTITION_KEY))
                    .append('\n')
                    .append(OutboxItems.text(item, PurgewiseTable.SORT_KEY))
                    .append('\n')
                    .append(OutboxItems.count(item, OutboxItems.SETTLE))
                    .append('\n')
                    .append(OutboxItems.text(item, OutboxItems.CLEARS))
                    .append("\n\n");
        }
        return UUID.nameUUIDFromBytes(content.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private static IllegalArgumentException conflict(List<Map<String, AttributeValue>> items) {
        return new IllegalArgumentException("a change waits already under the key of one of "
                + items.stream()
                        .map(item -> OutboxItems.text(item, PurgewiseTable.SORT_KEY))
                        .limit(5)
                        .toList()
                + " and clears something else; give each change an ID of its own");
    }
}

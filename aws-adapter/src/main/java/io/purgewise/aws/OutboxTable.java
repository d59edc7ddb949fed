package io.purgewise.aws;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;

/** Reads and deletes the items of one outbox, in partitions of its own. Reads are strongly consistent. Thread-safe. */
final class OutboxTable {

    final String name;
    final String entries;
    final String drains;
    final String owed;
    final String poison;
    final String lease;
    private final DynamoDbClient client;
    private final TableWriter writer;

    OutboxTable(DynamoDbClient client, String table, String outbox, TableWriter writer) {
        this.client = client;
        this.name = table;
        this.writer = writer;
        this.entries = "outbox#" + outbox + "#entry";
        this.drains = "outbox#" + outbox + "#drain";
        this.owed = "outbox#" + outbox + "#owed";
        this.poison = "outbox#" + outbox + "#poison";
        this.lease = "outbox#" + outbox + "#lease";
    }

    long count(String partition) {
        QueryRequest count = query(partition).select(Select.COUNT).build();
        return TableErrors.calling(
                "counting in table",
                name,
                () -> client.queryPaginator(count).stream()
                        .mapToLong(QueryResponse::count)
                        .sum());
    }

    boolean isEmpty(String partition) {
        QueryRequest one = query(partition).limit(1).build();
        return TableErrors.calling("reading table", name, () -> client.query(one))
                        .count()
                == 0;
    }

    List<Map<String, AttributeValue>> items(String partition) {
        return all(query(partition));
    }

    List<Map<String, AttributeValue>> items(String partition, String attributes) {
        return all(query(partition).projectionExpression(attributes));
    }

    /** Reads the items whose sort key starts with a text, in their order. */
    List<Map<String, AttributeValue>> itemsBelow(String partition, String prefix) {
        return all(query(partition)
                .keyConditionExpression("pk = :pk AND begins_with(sk, :prefix)")
                .expressionAttributeValues(
                        Map.of(":pk", OutboxItems.string(partition), ":prefix", OutboxItems.string(prefix))));
    }

    /** Reads pages as they are reached; the iteration throws the port's exceptions. */
    Iterable<Map<String, AttributeValue>> lazily(String partition) {
        Iterator<Map<String, AttributeValue>> items =
                client.queryPaginator(query(partition).build()).items().iterator();
        return () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return TableErrors.calling("reading table", name, items::hasNext);
            }

            @Override
            public Map<String, AttributeValue> next() {
                return items.next();
            }
        };
    }

    void delete(Collection<Map<String, AttributeValue>> items) {
        if (!items.isEmpty()) {
            writer.delete(items.stream()
                    .map(item -> OutboxItems.key(
                            OutboxItems.text(item, PurgewiseTable.PARTITION_KEY),
                            OutboxItems.text(item, PurgewiseTable.SORT_KEY)))
                    .toList());
        }
    }

    void put(Collection<Map<String, AttributeValue>> items) {
        writer.put(items);
    }

    /** Puts an item unless there is one with its key. */
    void putOnce(Map<String, AttributeValue> item) {
        TableErrors.calling("writing to table", name, () -> {
            try {
                client.putItem(put -> put.tableName(name).item(item).conditionExpression(DynamoOutbox.NOT_SET_ASIDE));
                return true;
            } catch (ConditionalCheckFailedException e) {
                return false;
            }
        });
    }

    private QueryRequest.Builder query(String partition) {
        return QueryRequest.builder()
                .tableName(name)
                .consistentRead(true)
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", OutboxItems.string(partition)));
    }

    private List<Map<String, AttributeValue>> all(QueryRequest.Builder query) {
        return TableErrors.calling("reading table", name, () -> {
            List<Map<String, AttributeValue>> items = new ArrayList<>();
            client.queryPaginator(query.build()).items().forEach(items::add);
            return items;
        });
    }
}

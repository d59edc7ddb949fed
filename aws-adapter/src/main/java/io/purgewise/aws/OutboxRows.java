package io.purgewise.aws;

import io.purgewise.cdn.DistributionId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;

/** Names the partitions of one outbox, reads and deletes their rows. Reads are strongly consistent. Thread-safe. */
final class OutboxRows {

    private static final int DELETES_BETWEEN_SIGNS = 250;

    final DynamoDbClient client;
    final String table;
    final TableWriter writer;
    private final String prefix;

    OutboxRows(DynamoDbClient client, String table, String outbox, TableWriter writer) {
        this.client = client;
        this.table = table;
        this.prefix = "outbox#" + outbox + "#";
        this.writer = writer;
    }

    String lane(DistributionId lane) {
        return prefix + "lane#" + lane;
    }

    String lease(DistributionId lane) {
        return prefix + "lease#" + lane;
    }

    String drain(String drainId) {
        return prefix + "drain#" + drainId;
    }

    String key(String key) {
        return prefix + "key#" + key;
    }

    String deadLetters() {
        return prefix + "dead";
    }

    String unreadable() {
        return prefix + "unreadable";
    }

    Optional<Map<String, AttributeValue>> get(String partition, String sortKey) {
        Map<String, AttributeValue> row = TableErrors.calling(
                        "reading table",
                        table,
                        () -> client.getItem(get -> get.tableName(table)
                                .key(Rows.key(partition, sortKey))
                                .consistentRead(true)))
                .item();
        return row.isEmpty() ? Optional.empty() : Optional.of(row);
    }

    /** Returns the sort key of a partition's first or last row. */
    Optional<String> end(String partition, boolean first) {
        QueryRequest one = query(partition)
                .projectionExpression(PurgewiseTable.SORT_KEY)
                .scanIndexForward(first)
                .limit(1)
                .build();
        return TableErrors.calling("reading table", table, () -> client.query(one)).items().stream()
                .findFirst()
                .map(row -> Rows.text(row, PurgewiseTable.SORT_KEY));
    }

    /** Counts a partition's rows, a megabyte at a time, until there are enough. */
    long count(String partition, long enough) {
        QueryRequest count = query(partition).select(Select.COUNT).build();
        return TableErrors.calling("counting in table", table, () -> {
            long counted = 0;
            for (QueryResponse page : client.queryPaginator(count)) {
                counted += page.count();
                if (counted >= enough) {
                    break;
                }
            }
            return counted;
        });
    }

    /** Reads pages as they are reached; the iteration throws the port's exceptions. */
    Iterable<Map<String, AttributeValue>> lazily(String partition) {
        // The iterator of the SDK asks for the first page when it is made.
        Iterator<Map<String, AttributeValue>> rows = TableErrors.calling(
                "reading table",
                table,
                () -> client.queryPaginator(query(partition).build()).items().iterator());
        return () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return TableErrors.calling("reading table", table, rows::hasNext);
            }

            @Override
            public Map<String, AttributeValue> next() {
                return TableErrors.calling("reading table", table, rows::next);
            }
        };
    }

    List<Map<String, AttributeValue>> all(String partition) {
        List<Map<String, AttributeValue>> rows = new ArrayList<>();
        lazily(partition).forEach(rows::add);
        return rows;
    }

    /** Deletes rows, and shows a sign of life now and then. */
    void delete(Collection<Map<String, AttributeValue>> keys, Runnable signOfLife) {
        List<Map<String, AttributeValue>> all = List.copyOf(keys);
        for (int from = 0; from < all.size(); from += DELETES_BETWEEN_SIGNS) {
            if (from > 0) {
                signOfLife.run();
            }
            writer.delete(all.subList(from, Math.min(all.size(), from + DELETES_BETWEEN_SIGNS)));
        }
    }

    private QueryRequest.Builder query(String partition) {
        return QueryRequest.builder()
                .tableName(table)
                .consistentRead(true)
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", Rows.string(partition)));
    }
}

package io.purgewise.aws;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.dynamodb.paginators.QueryIterable;

/**
 * Keeps a table with the keys {@code pk} and {@code sk} in memory, and understands of DynamoDB's language what Purgewise's own table is
 * asked in; whatever else it is asked it refuses. A thousand times as fast as DynamoDB Local, so that a simulation can afford it;
 * the contracts of the outbox and of the ledger run on both. Thread-safe.
 */
final class TableInMemory implements DynamoDbClient {

    private static final int PAGE = 40;

    private final TreeMap<String, TreeMap<String, Map<String, AttributeValue>>> partitions = new TreeMap<>();
    private final Set<String> tokens = new HashSet<>();

    /** Counts the rows of all partitions whose name holds a text. */
    synchronized long rowsIn(String part) {
        return partitions.entrySet().stream()
                .filter(partition -> partition.getKey().contains(part))
                .mapToLong(partition -> partition.getValue().size())
                .sum();
    }

    private static String text(Map<String, AttributeValue> row, String name) {
        return Objects.requireNonNull(row.get(name), name).s();
    }

    private @Nullable Map<String, AttributeValue> find(Map<String, AttributeValue> key) {
        return partitions.getOrDefault(text(key, "pk"), new TreeMap<>()).get(text(key, "sk"));
    }

    private void set(Map<String, AttributeValue> row) {
        partitions.computeIfAbsent(text(row, "pk"), name -> new TreeMap<>()).put(text(row, "sk"), Map.copyOf(row));
    }

    private void remove(Map<String, AttributeValue> key) {
        TreeMap<String, ?> partition = partitions.get(text(key, "pk"));
        if (partition != null) {
            partition.remove(text(key, "sk"));
        }
    }

    private boolean holds(
            Map<String, AttributeValue> key, @Nullable String condition, Map<String, AttributeValue> values) {
        return TableExpressions.holds(condition, find(key), values);
    }

    private void update(Map<String, AttributeValue> key, String expression, Map<String, AttributeValue> values) {
        Map<String, AttributeValue> standing = find(key);
        Map<String, AttributeValue> row = new HashMap<>(standing == null ? key : standing);
        TableExpressions.update(row, expression, values);
        set(row);
    }

    /** Makes what DynamoDB throws when another transaction holds one of the rows. */
    static TransactionCanceledException conflict() {
        return cancelled(List.of("TransactionConflict"));
    }

    private static TransactionCanceledException cancelled(List<String> codes) {
        return TransactionCanceledException.builder()
                .message("Transaction cancelled")
                .cancellationReasons(codes.stream()
                        .map(code -> CancellationReason.builder().code(code).build())
                        .toList())
                .build();
    }

    private static ConditionalCheckFailedException failed() {
        return ConditionalCheckFailedException.builder()
                .message("The conditional request failed")
                .build();
    }

    @Override
    public synchronized GetItemResponse getItem(GetItemRequest request) {
        return GetItemResponse.builder().item(find(request.key())).build();
    }

    @Override
    public synchronized PutItemResponse putItem(PutItemRequest request) {
        if (!holds(request.item(), request.conditionExpression(), request.expressionAttributeValues())) {
            throw failed();
        }
        set(request.item());
        return PutItemResponse.builder().build();
    }

    @Override
    public synchronized UpdateItemResponse updateItem(UpdateItemRequest request) {
        Map<String, AttributeValue> values = request.expressionAttributeValues();
        if (!holds(request.key(), request.conditionExpression(), values)) {
            throw failed();
        }
        update(request.key(), request.updateExpression(), values);
        return UpdateItemResponse.builder().build();
    }

    @Override
    public synchronized BatchWriteItemResponse batchWriteItem(BatchWriteItemRequest request) {
        request.requestItems()
                .values()
                .forEach(writes -> writes.forEach(write -> {
                    if (write.putRequest() != null) {
                        set(write.putRequest().item());
                    } else {
                        remove(write.deleteRequest().key());
                    }
                }));
        return BatchWriteItemResponse.builder().build();
    }

    @Override
    public synchronized QueryResponse query(QueryRequest request) {
        if (!"pk = :pk".equals(request.keyConditionExpression())) {
            throw new UnsupportedOperationException("no such query: " + request);
        }
        String pk = text(request.expressionAttributeValues(), ":pk");
        TreeMap<String, Map<String, AttributeValue>> partition = partitions.getOrDefault(pk, new TreeMap<>());
        boolean forward = !Boolean.FALSE.equals(request.scanIndexForward());
        int limit = request.limit() == null ? PAGE : Math.min(PAGE, request.limit());
        var from = forward ? partition : partition.descendingMap();
        if (request.hasExclusiveStartKey()) {
            from = from.tailMap(text(request.exclusiveStartKey(), "sk"), false);
        }
        List<Map<String, AttributeValue>> items = from.values().stream()
                .limit(limit) // before the filter, as in DynamoDB
                .filter(row ->
                        TableExpressions.holds(request.filterExpression(), row, request.expressionAttributeValues()))
                .map(row -> TableExpressions.projected(row, request.projectionExpression()))
                .toList();
        QueryResponse.Builder response = QueryResponse.builder().items(items).count(items.size());
        if (from.size() > limit) {
            String last = from.keySet().stream().skip(limit - 1L).findFirst().orElseThrow();
            response.lastEvaluatedKey(Rows.key(pk, last));
        }
        return response.build();
    }

    @Override
    public QueryIterable queryPaginator(QueryRequest request) {
        return new QueryIterable(this, request);
    }

    /** A transaction with the token of one that was carried through does nothing, and says that it is done. */
    @Override
    public synchronized TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
        if (tokens.contains(request.clientRequestToken())) {
            return TransactWriteItemsResponse.builder().build();
        }
        List<String> codes = request.transactItems().stream()
                .map(item -> holds(item) ? "None" : "ConditionalCheckFailed")
                .toList();
        if (codes.contains("ConditionalCheckFailed")) {
            throw cancelled(codes);
        }
        request.transactItems().forEach(this::write);
        tokens.add(request.clientRequestToken());
        return TransactWriteItemsResponse.builder().build();
    }

    private boolean holds(TransactWriteItem item) {
        if (item.put() != null) {
            return holds(
                    item.put().item(),
                    item.put().conditionExpression(),
                    item.put().expressionAttributeValues());
        }
        if (item.delete() != null) {
            return holds(
                    item.delete().key(),
                    item.delete().conditionExpression(),
                    item.delete().expressionAttributeValues());
        }
        return holds(
                item.update().key(),
                item.update().conditionExpression(),
                item.update().expressionAttributeValues());
    }

    private void write(TransactWriteItem item) {
        if (item.put() != null) {
            set(item.put().item());
        } else if (item.delete() != null) {
            remove(item.delete().key());
        } else {
            update(
                    item.update().key(),
                    item.update().updateExpression(),
                    item.update().expressionAttributeValues());
        }
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}

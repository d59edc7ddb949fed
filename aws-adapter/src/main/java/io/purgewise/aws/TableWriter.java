package io.purgewise.aws;

import io.purgewise.StoreAccessException;
import io.purgewise.cdn.Ambient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Writes many items without a condition, until DynamoDB has taken every one of them. Thread-safe. */
final class TableWriter {

    private static final int ITEMS_PER_CALL = 25;
    private static final int BYTES_PER_CALL = 4_000_000;
    private static final int ATTEMPTS = 12;
    private static final Duration FIRST_DELAY = Duration.ofMillis(50);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(3);

    private final DynamoDbClient client;
    private final String table;
    private final Ambient.Pause pause;

    TableWriter(DynamoDbClient client, String table, Ambient.Pause pause) {
        this.client = client;
        this.table = table;
        this.pause = pause;
    }

    void put(Collection<Map<String, AttributeValue>> items) {
        put(items, () -> {});
    }

    /** Puts items; {@code afterEachCall} may show a sign of life, since many items take a while. */
    void put(Collection<Map<String, AttributeValue>> items, Runnable afterEachCall) {
        write(
                items.stream()
                        .map(item -> WriteRequest.builder()
                                .putRequest(put -> put.item(item))
                                .build())
                        .toList(),
                afterEachCall);
    }

    void delete(Collection<Map<String, AttributeValue>> keys) {
        delete(keys, () -> {});
    }

    /** Deletes items; {@code afterEachCall} may show a sign of life. */
    void delete(Collection<Map<String, AttributeValue>> keys, Runnable afterEachCall) {
        write(
                keys.stream()
                        .map(key -> WriteRequest.builder()
                                .deleteRequest(delete -> delete.key(key))
                                .build())
                        .toList(),
                afterEachCall);
    }

    private void write(List<WriteRequest> requests, Runnable afterEachCall) {
        List<WriteRequest> call = new ArrayList<>();
        int bytes = 0;
        for (WriteRequest request : requests) {
            int size = size(request);
            if (call.size() == ITEMS_PER_CALL || (!call.isEmpty() && bytes + size > BYTES_PER_CALL)) {
                writeCall(call);
                afterEachCall.run();
                call = new ArrayList<>();
                bytes = 0;
            }
            call.add(request);
            bytes += size;
        }
        if (!call.isEmpty()) {
            writeCall(call);
        }
    }

    private static int size(WriteRequest request) {
        return request.putRequest() == null
                ? 100
                : Rows.bytes(request.putRequest().item());
    }

    private void writeCall(List<WriteRequest> requests) {
        List<WriteRequest> open = requests;
        Duration delay = FIRST_DELAY;
        for (int attempt = 1; ; attempt++) {
            List<WriteRequest> now = open;
            BatchWriteItemResponse response = TableErrors.calling(
                    "writing to table",
                    table,
                    () -> client.batchWriteItem(call -> call.requestItems(Map.of(table, now))));
            open = response.unprocessedItems().values().stream()
                    .flatMap(List::stream)
                    .toList();
            if (open.isEmpty()) {
                return;
            }
            if (attempt == ATTEMPTS) {
                throw new StoreAccessException(
                        "writing to table " + table + " left " + open.size() + " of " + requests.size()
                                + " items undone after " + ATTEMPTS + " attempts; raise its capacity and try again",
                        new IllegalStateException("DynamoDB returned unprocessed items"));
            }
            waitFor(delay);
            delay = delay.compareTo(LONGEST_DELAY) < 0 ? delay.multipliedBy(2) : delay;
        }
    }

    private void waitFor(Duration delay) {
        try {
            pause.waitFor(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreAccessException(
                    "writing to table " + table + " was interrupted; nothing that was accepted is lost, try again", e);
        }
    }
}

package io.purgewise.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cache.WriteReport.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Measures marking a tag of 10,000 rows at 10 ms a table call against OpenNext's schedule (25 rows a call, 4 calls at a
 * time), with the real SDK above a table that does nothing but wait and remember; DynamoDB Local itself takes longer for the
 * rows than either schedule waits. Run {@link #main}; it is no test.
 */
final class MarkBench {

    private static final int ROWS = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant T = Instant.parse("2026-11-23T10:00:00Z");

    private MarkBench() {}

    /** Prints the times of five rounds, and what was lost. */
    public static void main(String[] args) throws Exception {
        for (int refused : new int[] {0, 10}) {
            for (int round = 0; round < 6; round++) {
                WaitingTable theirs = new WaitingTable(0);
                long openNext = time(() -> openNext(theirs));
                WaitingTable ours = new WaitingTable(refused);
                WriteReport[] report = new WriteReport[1];
                ExecutorService executor = Executors.newFixedThreadPool(64);
                DynamoTagCache cache = DynamoTagCache.builder(ours.client(), "t")
                        .executor(executor)
                        .build();
                List<TagRow> marks = marks();
                long purgewise = time(() -> report[0] = cache.write(marks));
                executor.shutdown();
                int lost = 0;
                for (TagRow mark : marks) {
                    if (!ours.rows.containsKey(mark.path())) {
                        lost++;
                    }
                }
                System.out.printf(
                        "%d %% unprocessed, round %d: OpenNext's schedule %d ms in %d calls, purgewise %d ms in %d calls, "
                                + "ratio %.3f, written %d, lost %d%n",
                        refused,
                        round,
                        openNext / 1_000_000,
                        theirs.calls.get(),
                        purgewise / 1_000_000,
                        ours.calls.get(),
                        (double) purgewise / openNext,
                        report[0].count(Outcome.WRITTEN),
                        lost);
            }
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static long time(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }

    private static List<TagRow> marks() {
        List<TagRow> marks = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            marks.add(TagRow.expire("B/products", "B/products/" + i, T));
        }
        return marks;
    }

    /** Writes as {@code overrides/tagCache/dynamodb} of OpenNext 4.1.12 does. */
    private static void openNext(WaitingTable table) throws Exception {
        DynamoDbClient client = table.client();
        ExecutorService four = Executors.newFixedThreadPool(4);
        List<TagRow> marks = marks();
        for (int i = 0; i < marks.size(); i += 100) {
            List<Future<?>> round = new ArrayList<>();
            for (int j = i; j < i + 100; j += 25) {
                List<WriteRequest> batch = marks.subList(j, j + 25).stream()
                        .map(row -> WriteRequest.builder()
                                .putRequest(put -> put.item(TagItems.item(row)))
                                .build())
                        .toList();
                round.add(four.submit(() -> client.batchWriteItem(write -> write.requestItems(Map.of("t", batch)))));
            }
            for (Future<?> call : round) {
                call.get();
            }
        }
        four.shutdown();
    }

    /** Takes 10 ms for a call, remembers rows, and refuses some statements. */
    private static final class WaitingTable implements SdkHttpClient {

        private final Map<String, Boolean> rows = new ConcurrentHashMap<>();
        private final AtomicInteger calls = new AtomicInteger();
        private final Random random = new Random(3);
        private final int refused;

        WaitingTable(int refused) {
            this.refused = refused;
        }

        DynamoDbClient client() {
            return DynamoDbClient.builder()
                    .region(Region.EU_WEST_1)
                    .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                    .httpClient(this)
                    .build();
        }

        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return new ExecutableHttpRequest() {
                @Override
                public HttpExecuteResponse call() throws IOException {
                    return answer(JSON.readTree(
                            request.contentStreamProvider().orElseThrow().newStream()));
                }

                @Override
                public void abort() {}
            };
        }

        private HttpExecuteResponse answer(JsonNode body) throws IOException {
            calls.incrementAndGet();
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            ObjectNode answer = JSON.createObjectNode();
            if (body.has("Statements")) {
                ArrayNode responses = answer.putArray("Responses");
                for (JsonNode statement : body.get("Statements")) {
                    ObjectNode response = responses.addObject();
                    if (hits()) {
                        response.putObject("Error").put("Code", "ProvisionedThroughputExceeded");
                    } else {
                        rows.put(statement.at("/Parameters/3/S").asText(), true);
                    }
                }
            } else {
                answer.putObject("UnprocessedItems");
            }
            byte[] bytes = JSON.writeValueAsBytes(answer);
            return HttpExecuteResponse.builder()
                    .response(SdkHttpResponse.builder()
                            .statusCode(200)
                            .putHeader("Content-Type", "application/x-amz-json-1.0")
                            .putHeader("Content-Length", Integer.toString(bytes.length))
                            .build())
                    .responseBody(AbortableInputStream.create(new ByteArrayInputStream(bytes)))
                    .build();
        }

        private synchronized boolean hits() {
            return random.nextInt(100) < refused;
        }

        @Override
        public String clientName() {
            return "waiting";
        }

        @Override
        public void close() {}
    }
}

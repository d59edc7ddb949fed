package io.purgewise.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementErrorCodeEnum;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.paginators.QueryIterable;

/** Passes calls on to DynamoDB Local, except those that the real service would throttle, refuse or answer into the void. */
final class FaultyDynamo implements DynamoDbClient {

    private final DynamoDbClient inner;
    private final Random random = new Random(11);
    final AtomicInteger batches = new AtomicInteger();
    final AtomicInteger puts = new AtomicInteger();

    /** How many queries were under way at the same time. */
    final AtomicInteger mostQueries = new AtomicInteger();

    private final AtomicInteger queries = new AtomicInteger();

    /** What share of statements is throttled one by one, in percent. */
    int throttledStatements;

    /** What share of calls is throttled as a whole, in percent. */
    int throttledCalls;

    /** What share of calls is made and its answer lost, in percent. */
    int lostAnswers;

    /** Whether the endpoint takes no PartiQL, as dynalite does not. */
    boolean withoutPartiQl;

    /** How many items a page of a query holds at most; 0 for DynamoDB's own megabyte. */
    int pageSize;

    FaultyDynamo(DynamoDbClient inner) {
        this.inner = inner;
    }

    @Override
    public BatchExecuteStatementResponse batchExecuteStatement(BatchExecuteStatementRequest request) {
        batches.incrementAndGet();
        if (withoutPartiQl) {
            throw failure("UnknownOperationException", 400);
        }
        if (hits(throttledCalls)) {
            throw failure("ThrottlingException", 400);
        }
        List<BatchStatementRequest> passed = new ArrayList<>();
        Map<Integer, BatchStatementResponse> answers = new HashMap<>();
        for (int i = 0; i < request.statements().size(); i++) {
            if (hits(throttledStatements)) {
                answers.put(
                        i,
                        BatchStatementResponse.builder()
                                .error(e -> e.code(BatchStatementErrorCodeEnum.PROVISIONED_THROUGHPUT_EXCEEDED))
                                .build());
            } else {
                passed.add(request.statements().get(i));
            }
        }
        List<BatchStatementResponse> made = passed.isEmpty()
                ? List.of()
                : inner.batchExecuteStatement(call -> call.statements(passed)).responses();
        if (hits(lostAnswers)) {
            throw failure("InternalServerError", 500);
        }
        List<BatchStatementResponse> responses = new ArrayList<>(made);
        answers.keySet().stream().sorted().forEach(i -> responses.add(i, answers.get(i)));
        return BatchExecuteStatementResponse.builder().responses(responses).build();
    }

    @Override
    public PutItemResponse putItem(PutItemRequest request) {
        puts.incrementAndGet();
        if (hits(throttledCalls)) {
            throw failure("ProvisionedThroughputExceededException", 400);
        }
        return inner.putItem(request);
    }

    @Override
    public QueryResponse query(QueryRequest request) {
        mostQueries.accumulateAndGet(queries.incrementAndGet(), Math::max);
        try {
            return inner.query(
                    pageSize == 0
                            ? request
                            : request.toBuilder().limit(pageSize).build());
        } finally {
            queries.decrementAndGet();
        }
    }

    @Override
    public QueryIterable queryPaginator(QueryRequest request) {
        return new QueryIterable(this, request);
    }

    @Override
    public String serviceName() {
        return inner.serviceName();
    }

    @Override
    public void close() {}

    private synchronized boolean hits(int percent) {
        return random.nextInt(100) < percent;
    }

    static DynamoDbException failure(String code, int status) {
        return (DynamoDbException) DynamoDbException.builder()
                .statusCode(status)
                .requestId("REQUEST-1")
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage("the test said so")
                        .build())
                .build();
    }
}

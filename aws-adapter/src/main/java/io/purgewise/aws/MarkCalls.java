package io.purgewise.aws;

import io.purgewise.aws.MarkWriter.Answer;
import io.purgewise.cache.WriteReport.Outcome;
import io.purgewise.cache.WriteReport.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementError;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementErrorCodeEnum;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/**
 * Writes a batch of marks in one call, or in one call for each where the endpoint or the rights of the caller know no PartiQL;
 * once found out, that is remembered. Thread-safe.
 */
final class MarkCalls implements MarkWriter.Call {

    private static final System.Logger LOG = System.getLogger(MarkCalls.class.getName());

    private final DynamoDbClient client;
    private final String table;
    private volatile boolean puts;

    MarkCalls(DynamoDbClient client, String table) {
        this.client = client;
        this.table = table;
    }

    @Override
    public Answer make(List<MarkStatement> batch) {
        if (puts) {
            return putEach(batch);
        }
        try {
            List<BatchStatementResponse> responses = client.batchExecuteStatement(BatchExecuteStatementRequest.builder()
                            .statements(batch.stream()
                                    .map(mark -> mark.partiQl(table))
                                    .toList())
                            .build())
                    .responses();
            return answer(batch, responses);
        } catch (ResourceNotFoundException e) {
            return failed(batch, e);
        } catch (SdkException e) {
            if (CacheErrors.passing(e)) {
                return new Answer(List.of(), batch, CacheErrors.text(e));
            }
            if (!CacheErrors.code(e).contains("Validation")) {
                LOG.log(System.Logger.Level.DEBUG, "table {0} takes no PartiQL, writing row by row", table);
                puts = true;
            }
            return putEach(batch);
        }
    }

    private static Answer answer(List<MarkStatement> batch, List<BatchStatementResponse> responses) {
        List<Result> ended = new ArrayList<>();
        List<MarkStatement> again = new ArrayList<>();
        String throttled = "";
        for (int i = 0; i < batch.size(); i++) {
            MarkStatement mark = batch.get(i);
            BatchStatementError error = i < responses.size() ? responses.get(i).error() : null;
            if (i >= responses.size()) {
                throttled = "no answer for the row";
                again.add(mark);
            } else if (error == null) {
                ended.add(new Result(mark.mark(), Outcome.WRITTEN, null));
            } else if (error.code() == BatchStatementErrorCodeEnum.CONDITIONAL_CHECK_FAILED) {
                mark.met(error.hasItem() ? error.item() : null).ifPresentOrElse(ended::add, () -> again.add(mark));
            } else if (error.code() == BatchStatementErrorCodeEnum.DUPLICATE_ITEM) {
                mark.appeared();
                again.add(mark);
            } else if (CacheErrors.throttle(error.codeAsString())) {
                throttled = error.codeAsString();
                again.add(mark);
            } else {
                ended.add(new Result(mark.mark(), Outcome.FAILED, error.codeAsString() + ", " + error.message()));
            }
        }
        return new Answer(ended, again, throttled);
    }

    private Answer putEach(List<MarkStatement> batch) {
        List<Result> ended = new ArrayList<>();
        List<MarkStatement> again = new ArrayList<>();
        String throttled = "";
        for (MarkStatement mark : batch) {
            try {
                client.putItem(mark.put(table));
                ended.add(new Result(mark.mark(), Outcome.WRITTEN, null));
            } catch (ConditionalCheckFailedException e) {
                Optional<Result> end = mark.met(e.hasItem() ? e.item() : null);
                end.ifPresentOrElse(ended::add, () -> again.add(mark));
            } catch (SdkException e) {
                if (CacheErrors.passing(e)) {
                    throttled = CacheErrors.text(e);
                    again.add(mark);
                } else {
                    ended.add(new Result(mark.mark(), Outcome.FAILED, CacheErrors.text(e)));
                }
            }
        }
        return new Answer(ended, again, throttled);
    }

    private static Answer failed(List<MarkStatement> batch, SdkException e) {
        return new Answer(
                batch.stream()
                        .map(mark -> new Result(mark.mark(), Outcome.FAILED, CacheErrors.text(e)))
                        .toList(),
                List.of(),
                "");
    }
}

package io.purgewise.aws;

import io.purgewise.cdn.OutboxAccessException;
import io.purgewise.cdn.Pause;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/** Writes several items under conditions, all of them or none, and waits for other writers. Thread-safe. */
final class TableTransactions {

    private static final int ATTEMPTS = 15;
    private static final Duration FIRST_DELAY = Duration.ofMillis(20);

    private enum Outcome {
        WRITTEN,
        CONDITION_FAILED,
        BUSY
    }

    private final DynamoDbClient client;
    private final String table;
    private final Pause pause;

    TableTransactions(DynamoDbClient client, String table, Pause pause) {
        this.client = client;
        this.table = table;
        this.pause = pause;
    }

    /**
     * Writes once.
     *
     * @param token what names the transaction: DynamoDB carries out one of a name in ten minutes (TransactWriteItems,
     *     ClientRequestToken); null for a random one, which covers the SDK's own retries
     * @return whether the conditions held, so that all is written
     */
    boolean write(String what, List<TransactWriteItem> items, @Nullable String token) {
        Duration delay = FIRST_DELAY;
        for (int attempt = 1; ; attempt++) {
            Outcome outcome = TableErrors.calling(what + " in table", table, () -> attempt(items, token));
            if (outcome != Outcome.BUSY) {
                return outcome == Outcome.WRITTEN;
            }
            if (attempt == ATTEMPTS) {
                throw new OutboxAccessException(
                        what + " in table " + table + " met other writers " + ATTEMPTS
                                + " times; nothing was written, try again",
                        new IllegalStateException("transaction conflict"));
            }
            waitFor(what, delay);
            delay = delay.multipliedBy(2).compareTo(Duration.ofSeconds(1)) < 0 ? delay.multipliedBy(2) : delay;
        }
    }

    private Outcome attempt(List<TransactWriteItem> items, @Nullable String token) {
        try {
            client.transactWriteItems(request -> request.transactItems(items).clientRequestToken(token));
            return Outcome.WRITTEN;
        } catch (TransactionInProgressException e) {
            return Outcome.BUSY;
        } catch (TransactionCanceledException e) {
            for (CancellationReason reason : e.cancellationReasons()) {
                if ("ConditionalCheckFailed".equals(reason.code())) {
                    return Outcome.CONDITION_FAILED;
                }
            }
            for (CancellationReason reason : e.cancellationReasons()) {
                if (CacheErrors.throttle(Objects.requireNonNullElse(reason.code(), ""))) {
                    return Outcome.BUSY;
                }
            }
            throw e;
        }
    }

    private void waitFor(String what, Duration delay) {
        try {
            pause.waitFor(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutboxAccessException(
                    what + " in table " + table + " was interrupted; nothing was written, try again", e);
        }
    }
}

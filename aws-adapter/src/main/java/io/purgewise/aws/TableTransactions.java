package io.purgewise.aws;

import io.purgewise.StoreAccessException;
import io.purgewise.cdn.Ambient;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/** Writes several items under conditions, all of them or none, and waits for other writers. Thread-safe. */
final class TableTransactions {

    private static final int ATTEMPTS = 15;
    private static final Duration FIRST_DELAY = Duration.ofMillis(20);

    /** Says how an attempt went: written if nothing failed and it was not busy. */
    private record Outcome(boolean busy, Set<Integer> failed) {}

    private final DynamoDbClient client;
    private final String table;
    private final Ambient.Pause pause;

    TableTransactions(DynamoDbClient client, String table, Ambient.Pause pause) {
        this.client = client;
        this.table = table;
        this.pause = pause;
    }

    /**
     * Writes once, however often the request is sent: it bears a token of its own, and DynamoDB carries out one of a token in ten
     * minutes (TransactWriteItems, ClientRequestToken).
     *
     * @return the places of the items whose condition did not hold; if there is none, all is written, else nothing
     */
    Set<Integer> write(String what, List<TransactWriteItem> items) {
        String token = UUID.randomUUID().toString();
        Duration delay = FIRST_DELAY;
        for (int attempt = 1; ; attempt++) {
            Outcome outcome = TableErrors.calling(what + " in table", table, () -> attempt(items, token));
            if (!outcome.busy()) {
                return outcome.failed();
            }
            if (attempt == ATTEMPTS) {
                throw new StoreAccessException(
                        what + " in table " + table + " met other writers " + ATTEMPTS
                                + " times; nothing was written, try again",
                        new IllegalStateException("transaction conflict"));
            }
            waitFor(what, delay);
            delay = delay.multipliedBy(2).compareTo(Duration.ofSeconds(1)) < 0 ? delay.multipliedBy(2) : delay;
        }
    }

    private Outcome attempt(List<TransactWriteItem> items, String token) {
        try {
            client.transactWriteItems(request -> request.transactItems(items).clientRequestToken(token));
            return new Outcome(false, Set.of());
        } catch (TransactionInProgressException e) {
            return new Outcome(true, Set.of());
        } catch (TransactionCanceledException e) {
            Set<Integer> failed = new HashSet<>();
            boolean busy = false;
            for (int i = 0; i < e.cancellationReasons().size(); i++) {
                String code = Objects.requireNonNullElse(
                        e.cancellationReasons().get(i).code(), "");
                if (code.equals("ConditionalCheckFailed")) {
                    failed.add(i);
                }
                busy |= CacheErrors.throttle(code);
            }
            if (failed.isEmpty() && !busy) {
                throw e;
            }
            return new Outcome(failed.isEmpty(), failed);
        }
    }

    private void waitFor(String what, Duration delay) {
        try {
            pause.waitFor(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreAccessException(
                    what + " in table " + table + " was interrupted; nothing was written, try again", e);
        }
    }
}

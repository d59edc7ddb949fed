package io.purgewise.aws;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.Pause;
import io.purgewise.cdn.UsageLedger;
import java.time.Duration;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * Counts the paths of an AWS account in a {@link PurgewiseTable}, for any number of instances.
 *
 * <p>Each invalidation is one transaction: the mark of its caller reference, if it is not there, and the month's count. So it
 * is counted once, whatever is killed or sent twice. Marks expire 400 days after the invalidation.
 *
 * <p>The client is the caller's and is not closed. This class is thread-safe.
 */
public final class DynamoUsageLedger implements UsageLedger {

    /** Counts an invalidation that is not marked as counted. */
    public static final String NOT_COUNTED = "attribute_not_exists(pk)";

    /** Adds to a month's count. */
    public static final String ADD_PATHS = "ADD pathCount :quantity";

    private static final String PATH_COUNT = "pathCount";
    private static final Duration MARK_LIFETIME = Duration.ofDays(400);
    private static final int LONGEST_REFERENCE = 500;

    private final DynamoDbClient client;
    private final String table;
    private final String partition;
    private final TableTransactions transactions;

    /**
     * Connects to the ledger of an account.
     *
     * @param client the caller's client
     * @param table the table
     * @param account what names the AWS account in the table, such as its 12 digits; letters, digits, {@code .}, {@code _},
     *     {@code -}
     * @param pause how to wait when two instances count at the same moment
     * @throws IllegalArgumentException if {@code account} is malformed
     */
    public DynamoUsageLedger(DynamoDbClient client, PurgewiseTable table, String account, Pause pause) {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(pause, "pause");
        if (!account.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "account must be 1 to 100 letters, digits, . _ or -, but was \"" + account + "\"");
        }
        this.client = client;
        this.table = table.name();
        this.partition = "ledger#" + account;
        this.transactions = new TableTransactions(client, table.name(), pause);
    }

    @Override
    public boolean record(DistributionId distribution, Invalidation invalidation) {
        YearMonth month = UsageLedger.monthOf(invalidation);
        Map<String, AttributeValue> mark = new HashMap<>(OutboxItems.key(
                partition + "#" + month,
                distribution + "#" + shortened(invalidation.callerReference().value())));
        mark.put("quantity", OutboxItems.number(invalidation.quantity()));
        mark.put("invalidationId", OutboxItems.string(invalidation.id()));
        mark.put(
                PurgewiseTable.EXPIRES_AT,
                OutboxItems.number(invalidation.createTime().plus(MARK_LIFETIME).getEpochSecond()));
        Put put = Put.builder()
                .tableName(table)
                .item(mark)
                .conditionExpression(NOT_COUNTED)
                .build();
        Update update = Update.builder()
                .tableName(table)
                .key(monthKey(month))
                .updateExpression(ADD_PATHS)
                .expressionAttributeValues(Map.of(":quantity", OutboxItems.number(invalidation.quantity())))
                .build();
        List<TransactWriteItem> transaction = List.of(
                TransactWriteItem.builder().put(put).build(),
                TransactWriteItem.builder().update(update).build());
        return transactions.write("counting", transaction, null);
    }

    private static String shortened(String reference) {
        return reference.length() <= LONGEST_REFERENCE
                ? reference
                : reference.substring(0, LONGEST_REFERENCE) + "..." + reference.length() + "." + reference.hashCode();
    }

    @Override
    public long paths(YearMonth month) {
        Map<String, AttributeValue> item = TableErrors.calling(
                "reading table",
                table,
                () -> client.getItem(
                                get -> get.tableName(table).key(monthKey(month)).consistentRead(true))
                        .item());
        return item.isEmpty() ? 0 : OutboxItems.count(item, PATH_COUNT);
    }

    private Map<String, AttributeValue> monthKey(YearMonth month) {
        return OutboxItems.key(partition, "month#" + month);
    }
}

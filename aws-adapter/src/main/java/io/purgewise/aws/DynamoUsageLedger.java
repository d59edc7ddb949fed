package io.purgewise.aws;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.cdn.UsageLedger;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * Counts the paths of an AWS account in a {@link PurgewiseTable}, for any number of instances.
 *
 * <p>Each invalidation is one transaction: the mark of its caller reference, if it is not there, and the month's count. So it
 * is counted once, whatever is killed or sent twice. What is reserved for a batch is such a mark too, with {@code reserved}, until
 * it is counted or given back. Marks expire 400 days after their month.
 *
 * <p>The client is the caller's and is not closed. This class is thread-safe.
 */
public final class DynamoUsageLedger implements UsageLedger {

    private static final String NOT_MARKED = "attribute_not_exists(pk)";
    private static final String IS_RESERVED = "reserved = :true";
    private static final String FITS = "attribute_not_exists(pathCount) OR pathCount <= :most";
    private static final String ADD_PATHS = "ADD pathCount :quantity";
    private static final String QUANTITY = "quantity";
    private static final String RESERVED = "reserved";
    private static final String RESERVED_SINCE = "reservedSince";
    private static final String RESERVED_UNTIL = "reservedUntil";
    private static final String DISTRIBUTION = "distribution";
    private static final String REFERENCE = "reference";
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
    public DynamoUsageLedger(DynamoDbClient client, PurgewiseTable table, String account, Ambient.Pause pause) {
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
    public boolean reserve(Reservation reservation, long limit) {
        Map<String, AttributeValue> key =
                markKey(reservation.month(), reservation.distribution(), reservation.reference());
        if (reservation.paths() > limit) {
            return isMarked(key);
        }
        Map<String, AttributeValue> mark = new HashMap<>(key);
        mark.put(QUANTITY, Rows.number(reservation.paths()));
        mark.put(RESERVED, AttributeValue.fromBool(true));
        mark.put(DISTRIBUTION, Rows.string(reservation.distribution().toString()));
        mark.put(REFERENCE, Rows.string(reservation.reference().value()));
        mark.put(RESERVED_SINCE, Rows.number(reservation.since().toEpochMilli()));
        mark.put(RESERVED_UNTIL, Rows.number(reservation.until().toEpochMilli()));
        mark.put(PurgewiseTable.EXPIRES_AT, Rows.number(expiry(reservation.month())));
        Update update = Update.builder()
                .tableName(table)
                .key(monthKey(reservation.month()))
                .updateExpression(ADD_PATHS)
                .conditionExpression(FITS)
                .expressionAttributeValues(Map.of(
                        ":quantity", Rows.number(reservation.paths()),
                        ":most", Rows.number(limit - reservation.paths())))
                .build();
        if (write("reserving", putNew(mark), update)) {
            return true;
        }
        Map<String, AttributeValue> before = read(key);
        if (before.containsKey(RESERVED)) {
            reserveLonger(key, reservation.until());
        }
        return !before.isEmpty();
    }

    private void reserveLonger(Map<String, AttributeValue> key, Instant until) {
        TableErrors.calling("reserving in table", table, () -> {
            try {
                return client.updateItem(request -> request.tableName(table)
                        .key(key)
                        .updateExpression("SET reservedUntil = :until")
                        .conditionExpression(IS_RESERVED + " AND reservedUntil < :until")
                        .expressionAttributeValues(Map.of(
                                ":true", AttributeValue.fromBool(true), ":until", Rows.number(until.toEpochMilli()))));
            } catch (ConditionalCheckFailedException e) {
                return null; // It is reserved for longer, or settled meanwhile.
            }
        });
    }

    @Override
    public void release(Reservation reservation) {
        Delete delete = Delete.builder()
                .tableName(table)
                .key(markKey(reservation.month(), reservation.distribution(), reservation.reference()))
                .conditionExpression(IS_RESERVED + " AND reservedUntil <= :until")
                .expressionAttributeValues(Map.of(
                        ":true",
                        AttributeValue.fromBool(true),
                        ":until",
                        Rows.number(reservation.until().toEpochMilli())))
                .build();
        write(
                "releasing",
                TransactWriteItem.builder().delete(delete).build(),
                add(reservation.month(), -reservation.paths()));
    }

    @Override
    public List<Reservation> reservations(YearMonth month) {
        Objects.requireNonNull(month, "month");
        QueryRequest query = QueryRequest.builder()
                .tableName(table)
                .consistentRead(true)
                .keyConditionExpression("pk = :pk")
                .filterExpression(IS_RESERVED)
                .expressionAttributeValues(
                        Map.of(":pk", Rows.string(partition + "#" + month), ":true", AttributeValue.fromBool(true)))
                .build();
        return TableErrors.calling(
                "reading table",
                table,
                () -> client.queryPaginator(query).items().stream()
                        .filter(row -> row.containsKey(RESERVED_UNTIL))
                        .map(DynamoUsageLedger::reservation)
                        .toList());
    }

    private static Reservation reservation(Map<String, AttributeValue> row) {
        return new Reservation(
                DistributionId.parse(Rows.text(row, DISTRIBUTION)),
                new CallerReference(Rows.text(row, REFERENCE)),
                Math.toIntExact(Rows.count(row, QUANTITY)),
                Instant.ofEpochMilli(Rows.count(row, RESERVED_SINCE)),
                Instant.ofEpochMilli(Rows.count(row, RESERVED_UNTIL)));
    }

    @Override
    public boolean record(DistributionId distribution, Invalidation invalidation) {
        YearMonth month = UsageLedger.monthOf(invalidation);
        Map<String, AttributeValue> key = markKey(month, distribution, invalidation.callerReference());
        Map<String, AttributeValue> mark = new HashMap<>(key);
        mark.put(QUANTITY, Rows.number(invalidation.quantity()));
        mark.put("invalidationId", Rows.string(invalidation.id()));
        mark.put(PurgewiseTable.EXPIRES_AT, Rows.number(expiry(month)));
        return write("counting", putNew(mark), add(month, invalidation.quantity())) || countReserved(month, key, mark);
    }

    /** Counts what is marked already, if it is only reserved. */
    private boolean countReserved(YearMonth month, Map<String, AttributeValue> key, Map<String, AttributeValue> mark) {
        Map<String, AttributeValue> before = read(key);
        if (!before.containsKey(RESERVED)) {
            return false;
        }
        Put put = Put.builder()
                .tableName(table)
                .item(mark)
                .conditionExpression(IS_RESERVED)
                .expressionAttributeValues(Map.of(":true", AttributeValue.fromBool(true)))
                .build();
        long more = Rows.count(mark, QUANTITY) - Rows.count(before, QUANTITY);
        return write("counting", TransactWriteItem.builder().put(put).build(), add(month, more));
    }

    private boolean write(String what, TransactWriteItem mark, Update count) {
        return transactions
                .write(
                        what,
                        List.of(mark, TransactWriteItem.builder().update(count).build()))
                .isEmpty();
    }

    private TransactWriteItem putNew(Map<String, AttributeValue> mark) {
        Put put = Put.builder()
                .tableName(table)
                .item(mark)
                .conditionExpression(NOT_MARKED)
                .build();
        return TransactWriteItem.builder().put(put).build();
    }

    private Update add(YearMonth month, long paths) {
        return Update.builder()
                .tableName(table)
                .key(monthKey(month))
                .updateExpression(ADD_PATHS)
                .expressionAttributeValues(Map.of(":quantity", Rows.number(paths)))
                .build();
    }

    private boolean isMarked(Map<String, AttributeValue> key) {
        return !read(key).isEmpty();
    }

    private Map<String, AttributeValue> read(Map<String, AttributeValue> key) {
        return TableErrors.calling(
                "reading table",
                table,
                () -> client.getItem(get -> get.tableName(table).key(key).consistentRead(true))
                        .item());
    }

    private Map<String, AttributeValue> markKey(
            YearMonth month, DistributionId distribution, CallerReference reference) {
        return Rows.key(partition + "#" + month, distribution + "#" + shortened(reference.value()));
    }

    private static long expiry(YearMonth month) {
        return month.atEndOfMonth()
                .atStartOfDay(ZoneOffset.UTC)
                .plus(MARK_LIFETIME)
                .toEpochSecond();
    }

    private static String shortened(String reference) {
        return reference.length() <= LONGEST_REFERENCE
                ? reference
                : reference.substring(0, LONGEST_REFERENCE) + "..." + reference.length() + "." + reference.hashCode();
    }

    @Override
    public long paths(YearMonth month) {
        Map<String, AttributeValue> item = read(monthKey(month));
        return item.isEmpty() ? 0 : Rows.count(item, PATH_COUNT);
    }

    private Map<String, AttributeValue> monthKey(YearMonth month) {
        return Rows.key(partition, "month#" + month);
    }
}

package io.purgewise.aws;

import io.purgewise.cdn.Debt;
import io.purgewise.cdn.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Keeps what distributions are owed. A debt is one item or, if it is long, several, of which the first is written last and
 * under the lease: without it the others count nothing, and expire. Thread-safe.
 */
final class OwedItems {

    /** No CDN keeps an object for longer than a year, so what nobody pays for so long is of no use any more. */
    private static final Duration LIFETIME = Duration.ofDays(400);

    private static final String PARTS = "parts";

    private final OutboxTable table;
    private final DynamoLease leases;
    private final TableTransactions transactions;

    OwedItems(OutboxTable table, DynamoLease leases, TableTransactions transactions) {
        this.table = table;
        this.leases = leases;
        this.transactions = transactions;
    }

    void keep(Lease lease, Collection<Debt> debts) {
        for (Debt debt : debts) {
            List<Map<String, AttributeValue>> items = items(debt);
            table.put(items.subList(1, items.size()));
            TransactWriteItem head = TransactWriteItem.builder()
                    .put(put -> put.tableName(table.name).item(items.get(0)))
                    .build();
            if (!transactions.write("keeping what is owed", List.of(leases.signOfLife(lease), head), null)) {
                throw DynamoLease.lost(lease);
            }
        }
    }

    private List<Map<String, AttributeValue>> items(Debt debt) {
        List<String> parts = DrainText.write(debt);
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Map<String, AttributeValue> item = new HashMap<>(
                    OutboxItems.key(table.owed, debt.reference() + String.format(Locale.ROOT, "#%06d", i)));
            item.put(OutboxItems.CONTENT, OutboxItems.string(parts.get(i)));
            item.put(PARTS, OutboxItems.number(parts.size()));
            item.put(
                    PurgewiseTable.EXPIRES_AT,
                    OutboxItems.number(debt.since().plus(LIFETIME).getEpochSecond()));
            items.add(item);
        }
        return items;
    }

    List<Debt> all(Lease lease) {
        leases.readMine(lease);
        Map<String, List<Map<String, AttributeValue>>> byReference = new TreeMap<>();
        for (Map<String, AttributeValue> item : table.items(table.owed)) {
            byReference
                    .computeIfAbsent(
                            reference(OutboxItems.text(item, PurgewiseTable.SORT_KEY)), each -> new ArrayList<>())
                    .add(item);
        }
        return byReference.values().stream()
                .filter(items -> items.size() == OutboxItems.count(items.get(0), PARTS))
                .map(items -> DrainText.readDebt(items.stream()
                        .map(item -> OutboxItems.text(item, OutboxItems.CONTENT))
                        .toList()))
                .toList();
    }

    /** Returns what names the debt that an item with this sort key belongs to. */
    static String reference(String sortKey) {
        int hash = sortKey.lastIndexOf('#');
        return hash < 0 ? sortKey : sortKey.substring(0, hash);
    }
}

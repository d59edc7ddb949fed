package io.purgewise.aws;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.Drain;
import io.purgewise.cdn.Lease;
import io.purgewise.cdn.OutboxAccessException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Writes drains down and removes them. A drain is written part by part under its own ID, and becomes the open drain by one
 * update of the lease item, so all of it is there or nothing. It ends in the other order: entries first, then the mark, so that
 * a half-closed drain is closed again and its entries are never planned again. Thread-safe.
 */
final class OpenDrains {

    static final String OPEN_DRAIN = "openDrain";
    private static final String PARTS = "parts";

    private final OutboxTable table;
    private final DynamoLease leases;

    OpenDrains(OutboxTable table, DynamoLease leases) {
        this.table = table;
        this.leases = leases;
    }

    boolean isAnyOpen() {
        return leases.read().containsKey(OPEN_DRAIN);
    }

    Optional<Drain> find(Lease lease) {
        Map<String, AttributeValue> item = leases.readMine(lease);
        if (!item.containsKey(OPEN_DRAIN)) {
            removePartsOfDrainsThatNeverOpened(lease);
            return Optional.empty();
        }
        String id = OutboxItems.text(item, OPEN_DRAIN);
        List<String> parts = table.itemsBelow(table.drains, id + "#").stream()
                .map(part -> OutboxItems.text(part, OutboxItems.CONTENT))
                .toList();
        if (parts.size() != OutboxItems.count(item, PARTS)) {
            throw unreadable(id, new IllegalStateException("it has " + parts.size() + " parts of " + item.get(PARTS)));
        }
        try {
            return Optional.of(DrainText.read(parts));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw unreadable(id, e);
        }
    }

    private OutboxAccessException unreadable(String drainId, Exception e) {
        return new OutboxAccessException(
                "drain " + drainId + " in table " + table.name + " cannot be read: " + e.getMessage()
                        + "; if nothing but Purgewise writes to the table, is this an older version? Its items are under pk "
                        + table.drains,
                e);
    }

    /**
     * A process that was killed while it wrote a drain down leaves parts that no lease item points to. Parts of later holders
     * stay: whoever has lost the lease without knowing must not remove what the next one has opened meanwhile.
     */
    private void removePartsOfDrainsThatNeverOpened(Lease lease) {
        table.delete(table.items(table.drains, "pk, sk, fence").stream()
                .filter(item -> !item.containsKey(DynamoLease.FENCE)
                        || OutboxItems.count(item, DynamoLease.FENCE) <= lease.token())
                .toList());
    }

    void open(Lease lease, Drain drain) {
        leases.renew(lease);
        List<String> parts = DrainText.write(drain);
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Map<String, AttributeValue> item =
                    new HashMap<>(OutboxItems.key(table.drains, drain.id() + String.format(Locale.ROOT, "#%06d", i)));
            item.put(OutboxItems.CONTENT, OutboxItems.string(parts.get(i)));
            item.put(DynamoLease.FENCE, OutboxItems.number(lease.token()));
            items.add(item);
        }
        table.put(items);
        boolean opened = leases.update(
                "SET openDrain = :drain, parts = :parts",
                DynamoOutbox.MAY_OPEN,
                Map.of(
                        ":fence", OutboxItems.number(lease.token()),
                        ":drain", OutboxItems.string(drain.id()),
                        ":parts", OutboxItems.number(parts.size())),
                () -> isOpen(lease, drain));
        if (!opened) {
            table.delete(items);
            Map<String, AttributeValue> item = leases.readMine(lease);
            throw new IllegalStateException("drain " + item.get(OPEN_DRAIN) + " is open; finish it first");
        }
    }

    private boolean isOpen(Lease lease, Drain drain) {
        Map<String, AttributeValue> item = leases.readMine(lease);
        AttributeValue open = item.get(OPEN_DRAIN);
        return open != null && drain.id().equals(open.s());
    }

    void close(Lease lease, Drain drain) {
        leases.renew(lease);
        table.delete(drain.entries().stream()
                .map(key -> OutboxItems.key(table.entries, OutboxItems.sortKey(key)))
                .toList());
        removeDebts(drain.repays());
        Map<String, AttributeValue> values =
                Map.of(":fence", OutboxItems.number(lease.token()), ":drain", OutboxItems.string(drain.id()));
        leases.update("REMOVE openDrain, parts", DynamoOutbox.MAY_CLOSE, values, () -> !isOpen(lease, drain));
        table.delete(table.itemsBelow(table.drains, drain.id() + "#"));
    }

    private void removeDebts(List<CallerReference> repaid) {
        if (repaid.isEmpty()) {
            return;
        }
        Set<String> references = new HashSet<>();
        repaid.forEach(reference -> references.add(reference.value()));
        table.delete(table.items(table.owed, "pk, sk").stream()
                .filter(item ->
                        references.contains(OwedItems.reference(OutboxItems.text(item, PurgewiseTable.SORT_KEY))))
                .toList());
    }
}

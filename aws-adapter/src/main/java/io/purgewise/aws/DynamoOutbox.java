package io.purgewise.aws;

import io.purgewise.cdn.Drain;
import io.purgewise.cdn.EntryKey;
import io.purgewise.cdn.Lease;
import io.purgewise.cdn.Outbox;
import io.purgewise.cdn.OutboxAccessException;
import io.purgewise.cdn.OutboxContents;
import io.purgewise.cdn.OutboxEntry;
import io.purgewise.cdn.Pause;
import io.purgewise.cdn.PoisonedEntry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;

/**
 * Keeps accepted changes in a {@link PurgewiseTable}, for any number of instances on any number of machines.
 *
 * <p>Promise: when {@link #append} has returned, the change is kept until the CDN has accepted its invalidation, whatever is
 * killed meanwhile. One instance at a time drains; an old holder that wakes up is fenced off by the conditions below, and what
 * it may still send bears a caller reference that the CDN knows. Reads are strongly consistent.
 *
 * <p>A drain is written part by part under its own ID, and becomes the open drain by one update of the lease item, so all of
 * it is there or nothing. It ends in the other order: entries first, then the mark, so that a half-closed drain is closed
 * again and its entries are never planned again.
 *
 * <p>The client is the caller's and is not closed. This class is thread-safe.
 */
public final class DynamoOutbox implements Outbox {

    /** The default time after which a silent holder may be replaced. */
    public static final Duration LEASE_DURATION = Duration.ofSeconds(30);

    /** Takes the lease for the first time. */
    public static final String LEASE_IS_NEW = "attribute_not_exists(pk)";

    /** Takes a lease that its holder has given back; {@code :fence} as it was read. */
    public static final String LEASE_IS_FREE = "fence = :fence AND attribute_not_exists(holder)";

    /** Takes the lease of a holder that has not raised its beat for the lease's duration; both as they were read. */
    public static final String HOLDER_IS_SILENT = "fence = :fence AND beat = :beat";

    /** Renews and releases: the caller holds the lease still. */
    public static final String LEASE_IS_MINE = "fence = :fence AND attribute_exists(holder)";

    /** Opens a drain: the caller holds the lease, and no drain is open. */
    public static final String MAY_OPEN =
            "fence = :fence AND attribute_exists(holder) AND attribute_not_exists(openDrain)";

    /** Closes a drain: the caller holds the lease, and it is this drain that is open. */
    public static final String MAY_CLOSE = "fence = :fence AND attribute_exists(holder) AND openDrain = :drain";

    /** Sets something aside once. */
    public static final String NOT_SET_ASIDE = "attribute_not_exists(pk)";

    private static final String OPEN_DRAIN = "openDrain";
    private static final String PARTS = "parts";

    private final DynamoDbClient client;
    private final String table;
    private final String entries;
    private final String drains;
    private final String poison;
    private final DynamoLease leases;
    private final TableWriter writer;

    private DynamoOutbox(
            DynamoDbClient client,
            PurgewiseTable table,
            String name,
            Duration leaseDuration,
            InstantSource clock,
            Pause pause) {
        this.client = client;
        this.table = table.name();
        this.entries = "outbox#" + name + "#entry";
        this.drains = "outbox#" + name + "#drain";
        this.poison = "outbox#" + name + "#poison";
        this.leases = new DynamoLease(client, table.name(), "outbox#" + name + "#lease", leaseDuration, clock);
        this.writer = new TableWriter(client, table.name(), pause);
    }

    /**
     * Connects to an outbox with the default lease duration.
     *
     * @param client the caller's client
     * @param table the table
     * @param name what names the outbox in the table, usually the site; 1 to 100 letters, digits, {@code .}, {@code _}, {@code -}
     * @param clock what tells how long a holder has been silent
     * @param pause how to wait when DynamoDB does not take everything at once
     * @return the outbox
     * @throws IllegalArgumentException if the name is malformed
     */
    public static DynamoOutbox of(
            DynamoDbClient client, PurgewiseTable table, String name, InstantSource clock, Pause pause) {
        return of(client, table, name, LEASE_DURATION, clock, pause);
    }

    /**
     * Connects to an outbox.
     *
     * @param client the caller's client
     * @param table the table
     * @param name what names the outbox in the table
     * @param leaseDuration the time after which a silent holder may be replaced; positive, and longer than a call takes
     * @param clock what tells how long a holder has been silent
     * @param pause how to wait when DynamoDB does not take everything at once
     * @return the outbox
     * @throws IllegalArgumentException if the name is malformed or the duration not positive
     */
    public static DynamoOutbox of(
            DynamoDbClient client,
            PurgewiseTable table,
            String name,
            Duration leaseDuration,
            InstantSource clock,
            Pause pause) {
        if (!name.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "outbox name must be 1 to 100 letters, digits, . _ or -, but was \"" + name + "\"");
        }
        if (leaseDuration.isNegative() || leaseDuration.isZero()) {
            throw new IllegalArgumentException("lease duration must be positive, but was " + leaseDuration);
        }
        return new DynamoOutbox(client, table, name, leaseDuration, clock, pause);
    }

    @Override
    public void append(Collection<OutboxEntry> added) {
        Map<AttributeValue, Map<String, AttributeValue>> items = new LinkedHashMap<>();
        for (OutboxEntry entry : added) {
            OutboxItems.entry(entries, entry).forEach(item -> items.put(sort(item), item));
        }
        writer.put(items.values());
    }

    @Override
    public long size() {
        QueryRequest count = query(entries).select(Select.COUNT).build();
        return TableErrors.calling(
                "counting in table",
                table,
                () -> client.queryPaginator(count).stream()
                        .mapToLong(QueryResponse::count)
                        .sum());
    }

    @Override
    public boolean isIdle() {
        QueryRequest one = query(entries).limit(1).build();
        int waiting = TableErrors.calling("reading table", table, () -> client.query(one))
                .count();
        return waiting == 0 && !leases.read().containsKey(OPEN_DRAIN);
    }

    @Override
    public Set<EntryKey> keys() {
        Set<EntryKey> keys = new LinkedHashSet<>();
        for (Map<String, AttributeValue> item : items(query(entries).projectionExpression("sk"))) {
            readableKey(OutboxItems.text(item, PurgewiseTable.SORT_KEY)).ifPresent(keys::add);
        }
        return keys;
    }

    private static Optional<EntryKey> readableKey(String sortKey) {
        try {
            return Optional.of(OutboxItems.entryKey(sortKey));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // A drain sets it aside; it is nothing that anybody waits for.
            return Optional.empty();
        }
    }

    @Override
    public Optional<Lease> acquire(String owner) {
        return leases.acquire(owner);
    }

    @Override
    public void renew(Lease lease) {
        leases.renew(lease);
    }

    @Override
    public void release(Lease lease) {
        leases.release(lease);
    }

    @Override
    public OutboxContents read(Lease lease, int max) {
        List<OutboxEntry> read = new ArrayList<>();
        List<PoisonedEntry> poisoned = new ArrayList<>();
        for (Map<String, AttributeValue> item : lazily(query(entries))) {
            if (read.size() == max) {
                return new OutboxContents(read, poisoned, true);
            }
            try {
                read.add(OutboxItems.entry(item));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                poisoned.add(moveAside(item, "unreadable: " + e.getMessage()));
            }
        }
        return new OutboxContents(read, poisoned, false);
    }

    /** Keeps the unreadable item as it is under another key, and then removes it from the way of the others. */
    private PoisonedEntry moveAside(Map<String, AttributeValue> item, String reason) {
        String sortKey = OutboxItems.text(item, PurgewiseTable.SORT_KEY);
        Map<String, AttributeValue> moved = new HashMap<>(item);
        moved.put(PurgewiseTable.PARTITION_KEY, OutboxItems.string(poison));
        moved.put(OutboxItems.REASON, OutboxItems.string(reason));
        writer.put(List.of(moved));
        writer.delete(List.of(OutboxItems.key(entries, sortKey)));
        return new PoisonedEntry(sortKey, reason);
    }

    @Override
    public Optional<Drain> openDrain(Lease lease) {
        Map<String, AttributeValue> item = leases.readMine(lease);
        if (!item.containsKey(OPEN_DRAIN)) {
            removePartsOfDrainsThatNeverOpened();
            return Optional.empty();
        }
        String id = OutboxItems.text(item, OPEN_DRAIN);
        List<String> parts = items(drainQuery(id)).stream()
                .map(part -> OutboxItems.text(part, OutboxItems.CONTENT))
                .toList();
        if (parts.size() != OutboxItems.count(item, PARTS)) {
            throw unreadable(id, new IllegalStateException("it has " + parts.size() + " parts of " + item.get(PARTS)));
        }
        try {
            return Optional.of(OutboxItems.drain(parts));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw unreadable(id, e);
        }
    }

    private OutboxAccessException unreadable(String drainId, Exception e) {
        return new OutboxAccessException(
                "drain " + drainId + " in table " + table + " cannot be read: " + e.getMessage()
                        + "; if nothing but Purgewise writes to the table, is this an older version? Its items are under pk "
                        + drains,
                e);
    }

    /** A process that was killed while it wrote a drain down leaves parts that no lease item points to. */
    private void removePartsOfDrainsThatNeverOpened() {
        deleteAll(items(query(drains).projectionExpression("pk, sk")));
    }

    private void deleteAll(List<Map<String, AttributeValue>> items) {
        if (!items.isEmpty()) {
            writer.delete(items.stream()
                    .map(item -> OutboxItems.key(
                            OutboxItems.text(item, PurgewiseTable.PARTITION_KEY),
                            OutboxItems.text(item, PurgewiseTable.SORT_KEY)))
                    .toList());
        }
    }

    @Override
    public void open(Lease lease, Drain drain) {
        leases.renew(lease);
        List<String> parts = OutboxItems.drain(drain);
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Map<String, AttributeValue> item =
                    new HashMap<>(OutboxItems.key(drains, drain.id() + String.format(Locale.ROOT, "#%06d", i)));
            item.put(OutboxItems.CONTENT, OutboxItems.string(parts.get(i)));
            items.add(item);
        }
        writer.put(items);
        boolean opened = leases.update(
                "SET openDrain = :drain, parts = :parts",
                MAY_OPEN,
                Map.of(
                        ":fence", OutboxItems.number(lease.token()),
                        ":drain", OutboxItems.string(drain.id()),
                        ":parts", OutboxItems.number(parts.size())),
                () -> isOpen(lease, drain));
        if (!opened) {
            deleteAll(items);
            Map<String, AttributeValue> item = leases.readMine(lease);
            throw new IllegalStateException("drain " + item.get(OPEN_DRAIN) + " is open; finish it first");
        }
    }

    private boolean isOpen(Lease lease, Drain drain) {
        Map<String, AttributeValue> item = leases.readMine(lease);
        AttributeValue open = item.get(OPEN_DRAIN);
        return open != null && drain.id().equals(open.s());
    }

    @Override
    public void close(Lease lease, Drain drain) {
        leases.renew(lease);
        writer.delete(drain.entries().stream()
                .map(key -> OutboxItems.key(entries, OutboxItems.sortKey(key)))
                .toList());
        Map<String, AttributeValue> values =
                Map.of(":fence", OutboxItems.number(lease.token()), ":drain", OutboxItems.string(drain.id()));
        leases.update("REMOVE openDrain, parts", MAY_CLOSE, values, () -> !isOpen(lease, drain));
        deleteAll(items(drainQuery(drain.id()).projectionExpression("pk, sk")));
    }

    @Override
    public void setAside(Lease lease, PoisonedEntry poisoned) {
        Map<String, AttributeValue> item = new HashMap<>(OutboxItems.key(poison, poisoned.id()));
        item.put(OutboxItems.REASON, OutboxItems.string(poisoned.reason()));
        TableErrors.calling("writing to table", table, () -> {
            try {
                client.putItem(put -> put.tableName(table).item(item).conditionExpression(NOT_SET_ASIDE));
                return true;
            } catch (ConditionalCheckFailedException e) {
                return false;
            }
        });
    }

    @Override
    public List<PoisonedEntry> poisoned() {
        return items(query(poison)).stream()
                .map(item -> new PoisonedEntry(
                        OutboxItems.text(item, PurgewiseTable.SORT_KEY), OutboxItems.text(item, OutboxItems.REASON)))
                .toList();
    }

    private QueryRequest.Builder query(String partition) {
        return QueryRequest.builder()
                .tableName(table)
                .consistentRead(true)
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", OutboxItems.string(partition)));
    }

    private QueryRequest.Builder drainQuery(String drainId) {
        return query(drains)
                .keyConditionExpression("pk = :pk AND begins_with(sk, :id)")
                .expressionAttributeValues(
                        Map.of(":pk", OutboxItems.string(drains), ":id", OutboxItems.string(drainId + "#")));
    }

    /** Reads pages as they are reached; the iteration throws the port's exceptions. */
    private Iterable<Map<String, AttributeValue>> lazily(QueryRequest.Builder query) {
        Iterator<Map<String, AttributeValue>> items =
                client.queryPaginator(query.build()).items().iterator();
        return () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return TableErrors.calling("reading table", table, items::hasNext);
            }

            @Override
            public Map<String, AttributeValue> next() {
                return items.next();
            }
        };
    }

    private List<Map<String, AttributeValue>> items(QueryRequest.Builder query) {
        return TableErrors.calling("reading table", table, () -> {
            List<Map<String, AttributeValue>> items = new ArrayList<>();
            client.queryPaginator(query.build()).items().forEach(items::add);
            return items;
        });
    }

    private static AttributeValue sort(Map<String, AttributeValue> item) {
        return OutboxItems.string(OutboxItems.text(item, PurgewiseTable.SORT_KEY));
    }
}

package io.purgewise.aws;

import io.purgewise.cdn.Debt;
import io.purgewise.cdn.Drain;
import io.purgewise.cdn.EntryKey;
import io.purgewise.cdn.Lease;
import io.purgewise.cdn.Outbox;
import io.purgewise.cdn.OutboxContents;
import io.purgewise.cdn.OutboxEntry;
import io.purgewise.cdn.Pause;
import io.purgewise.cdn.PoisonedEntry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Keeps accepted changes in a {@link PurgewiseTable}, for any number of instances on any number of machines.
 *
 * <p>Promise: when {@link #append} has returned, the change is kept until the CDN has accepted its invalidation, whatever is
 * killed meanwhile. One instance at a time drains; an old holder that wakes up is fenced off by the conditions below, and what
 * it may still send bears a caller reference that the CDN knows. Reads are strongly consistent.
 *
 * <p>The client is the caller's and is not closed. This class is thread-safe.
 */
public final class DynamoOutbox implements Outbox {

    /** The default time after which a silent holder may be replaced. */
    public static final Duration LEASE_DURATION = Duration.ofSeconds(30);

    /** Accepts a change whose key no other change has; {@code :settle} and {@code :clears} are its own. */
    public static final String IS_NEW_OR_THE_SAME =
            "attribute_not_exists(pk) OR (settle = :settle AND clears = :clears)";

    /** Takes the lease for the first time. */
    public static final String LEASE_IS_NEW = "attribute_not_exists(pk)";

    /** Takes a lease that its holder has given back; {@code :fence} as it was read. */
    public static final String LEASE_IS_FREE = "fence = :fence AND attribute_not_exists(holder)";

    /** Takes the lease of a holder that has not raised its beat for the lease's duration; both as they were read. */
    public static final String HOLDER_IS_SILENT = "fence = :fence AND beat = :beat";

    /** Renews, releases, and keeps what a distribution is owed: the caller holds the lease still. */
    public static final String LEASE_IS_MINE = "fence = :fence AND attribute_exists(holder)";

    /** Opens a drain: the caller holds the lease, and no drain is open. */
    public static final String MAY_OPEN =
            "fence = :fence AND attribute_exists(holder) AND attribute_not_exists(openDrain)";

    /** Closes a drain: the caller holds the lease, and it is this drain that is open. */
    public static final String MAY_CLOSE = "fence = :fence AND attribute_exists(holder) AND openDrain = :drain";

    /** Sets something aside once. */
    public static final String NOT_SET_ASIDE = "attribute_not_exists(pk)";

    private final OutboxTable table;
    private final DynamoLease leases;
    private final NewEntries newEntries;
    private final OpenDrains openDrains;
    private final OwedItems owed;

    private DynamoOutbox(
            DynamoDbClient client,
            PurgewiseTable table,
            String name,
            Duration leaseDuration,
            InstantSource clock,
            Pause pause) {
        TableTransactions transactions = new TableTransactions(client, table.name(), pause);
        this.table = new OutboxTable(client, table.name(), name, new TableWriter(client, table.name(), pause));
        this.leases = new DynamoLease(client, table.name(), this.table.lease, leaseDuration, clock);
        this.newEntries = new NewEntries(this.table, transactions);
        this.openDrains = new OpenDrains(this.table, leases);
        this.owed = new OwedItems(this.table, leases, transactions);
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
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(pause, "pause");
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
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(leaseDuration, "leaseDuration");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(pause, "pause");
        if (!name.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "outbox name must be 1 to 100 letters, digits, . _ or -, but was \"" + name + "\"");
        }
        if (leaseDuration.isNegative() || leaseDuration.isZero()) {
            throw new IllegalArgumentException("lease duration must be positive, but was " + leaseDuration);
        }
        return new DynamoOutbox(client, table, name, leaseDuration, clock, pause);
    }

    /**
     * Accepts changes, a hundred in one transaction. The same changes appended again within ten minutes are not accepted a
     * second time, even if they have been cleared meanwhile (TransactWriteItems, ClientRequestToken).
     */
    @Override
    public void append(Collection<OutboxEntry> added) {
        newEntries.append(added);
    }

    @Override
    public long size() {
        return table.count(table.entries);
    }

    @Override
    public boolean isIdle() {
        return table.isEmpty(table.entries) && !openDrains.isAnyOpen();
    }

    @Override
    public Set<EntryKey> keys() {
        Set<EntryKey> keys = new LinkedHashSet<>();
        for (Map<String, AttributeValue> item : table.items(table.entries, "sk")) {
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
        for (Map<String, AttributeValue> item : table.lazily(table.entries)) {
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
        moved.put(PurgewiseTable.PARTITION_KEY, OutboxItems.string(table.poison));
        moved.put(OutboxItems.REASON, OutboxItems.string(reason));
        table.put(List.of(moved));
        table.delete(List.of(OutboxItems.key(table.entries, sortKey)));
        return new PoisonedEntry(sortKey, reason);
    }

    @Override
    public Optional<Drain> openDrain(Lease lease) {
        return openDrains.find(lease);
    }

    @Override
    public void open(Lease lease, Drain drain) {
        openDrains.open(lease, drain);
    }

    @Override
    public void owe(Lease lease, Collection<Debt> debts) {
        owed.keep(lease, debts);
    }

    @Override
    public List<Debt> owed(Lease lease) {
        return owed.all(lease);
    }

    @Override
    public void close(Lease lease, Drain drain) {
        openDrains.close(lease, drain);
    }

    @Override
    public void setAside(Lease lease, PoisonedEntry poisoned) {
        Map<String, AttributeValue> item = new HashMap<>(OutboxItems.key(table.poison, poisoned.id()));
        item.put(OutboxItems.REASON, OutboxItems.string(poisoned.reason()));
        table.putOnce(item);
    }

    @Override
    public List<PoisonedEntry> poisoned() {
        return table.items(table.poison).stream()
                .map(item -> new PoisonedEntry(
                        OutboxItems.text(item, PurgewiseTable.SORT_KEY), OutboxItems.text(item, OutboxItems.REASON)))
                .toList();
    }
}

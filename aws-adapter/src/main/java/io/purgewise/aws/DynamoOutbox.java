package io.purgewise.aws;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.DistributionId;
import io.purgewise.outbox.DeadLetter;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxEntry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Keeps accepted changes in a {@link PurgewiseTable}, for any number of instances on any number of machines.
 *
 * <p>Promise: when {@link #append} has returned, the change is kept until it is carried through, whatever is killed meanwhile.
 * One instance at a time drains a lane; an old holder that wakes up is fenced off by conditions on the lease's token, and what it
 * may still send bears a caller reference that the CDN knows. Reads are strongly consistent.
 *
 * <p>The client is the caller's and is not closed. This class is thread-safe.
 */
public final class DynamoOutbox implements Outbox {

    /** The default time after which a silent holder may be replaced. */
    public static final Duration LEASE_DURATION = Duration.ofSeconds(30);

    private final OutboxRows rows;
    private final NewChanges newChanges;
    private final DeadLetterRows deadLetters;
    private final LaneDrains drains;
    private final Map<DistributionId, LaneLease> leases = new ConcurrentHashMap<>();
    private final Duration leaseDuration;
    private final InstantSource clock;

    private DynamoOutbox(
            DynamoDbClient client,
            PurgewiseTable table,
            String name,
            Duration leaseDuration,
            InstantSource clock,
            Ambient.Pause pause) {
        this.rows = new OutboxRows(client, table.name(), name, new TableWriter(client, table.name(), pause));
        this.newChanges = new NewChanges(rows, new TableTransactions(client, table.name(), pause), clock);
        this.deadLetters = new DeadLetterRows(rows, clock);
        this.drains = new LaneDrains(rows, deadLetters, clock);
        this.leaseDuration = leaseDuration;
        this.clock = clock;
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
            DynamoDbClient client, PurgewiseTable table, String name, InstantSource clock, Ambient.Pause pause) {
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
            Ambient.Pause pause) {
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
     * {@inheritDoc}
     *
     * <p>One change is one transaction (TransactWriteItems): a row for its key, and one for each lane. A hundred rows or 4 MB go
     * into a transaction at most. Keys are kept for a day by this instance's clock.
     */
    @Override
    public Set<OutboxEntry.Key> append(Collection<OutboxEntry> entries, Collection<DistributionId> lanes) {
        return newChanges.append(entries, lanes);
    }

    /**
     * {@inheritDoc}
     *
     * <p>It reads one row for a key and one for each lane.
     */
    @Override
    public Map<OutboxEntry.Key, Known> find(Collection<OutboxEntry.Key> keys, Collection<DistributionId> lanes) {
        Map<OutboxEntry.Key, Known> found = new HashMap<>();
        keys.forEach(key -> newChanges.find(key, lanes).ifPresent(known -> found.put(key, known)));
        return found;
    }

    @Override
    public Optional<Waiting> waiting(DistributionId lane) {
        String partition = rows.lane(lane);
        return rows.end(partition, true)
                .map(oldest -> new Waiting(
                        oldest,
                        rows.end(partition, false).orElse(oldest),
                        EntryRows.acceptedAt(oldest).orElseGet(clock::instant)));
    }

    @Override
    public long size(DistributionId lane, long atMost) {
        return rows.count(rows.lane(lane), atMost);
    }

    @Override
    public Duration leaseDuration() {
        return leaseDuration;
    }

    private LaneLease leases(DistributionId lane) {
        return leases.computeIfAbsent(
                lane, each -> new LaneLease(rows.client, rows.table, rows.lease(each), each, leaseDuration, clock));
    }

    @Override
    public Optional<Lease> acquire(DistributionId lane, String owner) {
        return leases(lane).acquire(owner);
    }

    @Override
    public void renew(Lease lease) {
        leases(lease.lane()).renew(lease);
    }

    @Override
    public void release(Lease lease) {
        leases(lease.lane()).release(lease);
    }

    @Override
    public Contents read(Lease lease, int max) {
        List<OutboxEntry> read = new ArrayList<>();
        List<DeadLetter> unreadable = new ArrayList<>();
        for (Map<String, AttributeValue> row : rows.lazily(rows.lane(lease.lane()))) {
            if (read.size() == max) {
                return new Contents(read, unreadable, true);
            }
            try {
                read.add(EntryRows.entry(row));
            } catch (IllegalArgumentException e) {
                unreadable.add(deadLetters.move(lease.lane(), row, e));
            }
        }
        return new Contents(read, unreadable, false);
    }

    @Override
    public Optional<OpenDrain> openDrain(Lease lease) {
        return drains.find(leases(lease.lane()), lease);
    }

    @Override
    public void open(Lease lease, Drain drain) {
        drains.open(leases(lease.lane()), lease, drain);
    }

    @Override
    public void accepted(Lease lease, Drain drain, CallerReference batch) {
        drains.accepted(drain, batch);
    }

    @Override
    public void close(Lease lease, Drain drain, Collection<DeadLetter> letters) {
        drains.close(leases(lease.lane()), lease, drain, letters);
    }

    @Override
    public void remove(Lease lease, Collection<OutboxEntry> entries, Collection<DeadLetter> letters) {
        LaneLease leaseRow = leases(lease.lane());
        leaseRow.renewAfterProgress(lease);
        Runnable signOfLife = () -> leaseRow.renew(lease);
        deadLetters.keep(letters, signOfLife);
        String lane = rows.lane(lease.lane());
        rows.delete(
                entries.stream()
                        .map(entry -> Rows.key(lane, EntryRows.sortKey(entry)))
                        .toList(),
                signOfLife);
    }

    @Override
    public List<DeadLetter> deadLetters() {
        return deadLetters.all();
    }

    @Override
    public void removeDeadLetter(DeadLetter letter) {
        deadLetters.remove(letter);
    }
}

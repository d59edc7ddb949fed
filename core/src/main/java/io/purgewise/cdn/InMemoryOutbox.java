package io.purgewise.cdn;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps accepted changes in memory: the default where there is one process.
 *
 * <p>Promise: while the process lives, everything accepted is cleared once. When it dies, what was not submitted is lost; a
 * batch that was on its way is accepted or not, and never paid twice. Use the DynamoDB outbox where that is not enough.
 *
 * <p>This class is thread-safe.
 */
public final class InMemoryOutbox implements Outbox {

    /** How long a holder may show no sign of life. */
    public static final Duration LEASE_DURATION = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<EntryKey, OutboxEntry> entries =
            new TreeMap<>(Comparator.comparing(EntryKey::acceptedAt).thenComparing(EntryKey::id));
    private final Map<CallerReference, Debt> debts = new LinkedHashMap<>();
    private final Map<String, PoisonedEntry> poisoned = new LinkedHashMap<>();
    private @Nullable Drain openDrain;
    private @Nullable Lease holder;
    private Instant lastSign = Instant.MIN;
    private long lastToken;

    /**
     * Creates an empty outbox.
     *
     * @param clock what tells how long a holder has been silent
     */
    public InMemoryOutbox(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void append(Collection<OutboxEntry> added) {
        lock.lock();
        try {
            for (OutboxEntry entry : added) {
                OutboxEntry waiting = entries.putIfAbsent(entry.key(), entry);
                if (waiting != null && !waiting.equals(entry)) {
                    throw new IllegalArgumentException("change " + entry.id() + " of " + entry.acceptedAt()
                            + " waits already and clears something else; give each change an ID of its own");
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isIdle() {
        lock.lock();
        try {
            return entries.isEmpty() && openDrain == null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Set<EntryKey> keys() {
        lock.lock();
        try {
            return Set.copyOf(entries.keySet());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Lease> acquire(String owner) {
        lock.lock();
        try {
            Instant now = clock.instant();
            if (holder != null && now.isBefore(lastSign.plus(LEASE_DURATION))) {
                return Optional.empty();
            }
            Lease lease = new Lease(owner, ++lastToken);
            holder = lease;
            lastSign = now;
            return Optional.of(lease);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void renew(Lease lease) {
        lock.lock();
        try {
            requireHolder(lease);
            lastSign = clock.instant();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void release(Lease lease) {
        lock.lock();
        try {
            if (lease.equals(holder)) {
                holder = null;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public OutboxContents read(Lease lease, int max) {
        lock.lock();
        try {
            List<OutboxEntry> oldest = entries.values().stream().limit(max).toList();
            return new OutboxContents(oldest, List.of(), entries.size() > max);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Drain> openDrain(Lease lease) {
        lock.lock();
        try {
            requireHolder(lease);
            return Optional.ofNullable(openDrain);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void open(Lease lease, Drain drain) {
        lock.lock();
        try {
            requireHolder(lease);
            if (openDrain != null) {
                throw new IllegalStateException("drain " + openDrain.id() + " is open; finish it first");
            }
            openDrain = drain;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void owe(Lease lease, Collection<Debt> owed) {
        lock.lock();
        try {
            requireHolder(lease);
            owed.forEach(debt -> debts.putIfAbsent(debt.reference(), debt));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Debt> owed(Lease lease) {
        lock.lock();
        try {
            requireHolder(lease);
            return new ArrayList<>(debts.values());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close(Lease lease, Drain drain) {
        lock.lock();
        try {
            requireHolder(lease);
            if (openDrain != null && openDrain.id().equals(drain.id())) {
                drain.entries().forEach(entries::remove);
                drain.repays().forEach(debts::remove);
                openDrain = null;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void setAside(Lease lease, PoisonedEntry entry) {
        lock.lock();
        try {
            poisoned.putIfAbsent(entry.id(), entry);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<PoisonedEntry> poisoned() {
        lock.lock();
        try {
            return new ArrayList<>(poisoned.values());
        } finally {
            lock.unlock();
        }
    }

    private void requireHolder(Lease lease) {
        if (!lease.equals(holder)) {
            throw new LeaseLostException(lease.owner(), lease.token());
        }
    }
}

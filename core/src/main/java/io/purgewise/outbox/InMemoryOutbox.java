package io.purgewise.outbox;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.DistributionId;
import io.purgewise.internal.SteadyTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps accepted changes in memory. Thread-safe. */
final class InMemoryOutbox implements Outbox {

    private static final Duration LEASE_DURATION = Duration.ofSeconds(30);

    static final int DEFAULT_CAPACITY = 1_000_000;

    private static final Duration KEYS_ARE_KEPT = Duration.ofDays(1);
    private static final int MAX_DEAD_LETTERS = 10_000;
    private static final int MAX_DOUBLINGS = 5;

    /** So many keys are remembered at least, if that many came within a day; at the most as many as changes may wait. */
    private static final int FEWEST_KEYS = 10_000;

    private final SteadyTime time;
    private final int capacity;
    private final Map<DistributionId, LaneStore> lanes = new HashMap<>();
    private final LinkedHashMap<OutboxEntry.Key, AcceptedKey> acceptedKeys = new LinkedHashMap<>();
    private final LinkedHashMap<List<Object>, DeadLetter> deadLetters = new LinkedHashMap<>();
    private int waiting;

    private record AcceptedKey(OutboxEntry entry, Duration at) {}

    private static final class LaneStore {
        final TreeMap<String, OutboxEntry> entries = new TreeMap<>();
        final Set<CallerReference> accepted = new HashSet<>();

        @Nullable
        Drain open;

        @Nullable
        Lease holder;

        Duration lastSign = Duration.ZERO;
        long lastToken;
        int takeovers;
    }

    InMemoryOutbox(InstantSource clock, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, but was " + capacity);
        }
        this.time = new SteadyTime(clock);
        this.capacity = capacity;
    }

    /**
     * {@inheritDoc}
     *
     * @throws NotAcceptedException if more would wait than the capacity; none was accepted
     */
    @Override
    public synchronized Set<OutboxEntry.Key> append(Collection<OutboxEntry> entries, Collection<DistributionId> into) {
        Objects.requireNonNull(entries, "entries");
        Objects.requireNonNull(into, "into");
        forgetOldKeys();
        Map<OutboxEntry.Key, OutboxEntry> added = new LinkedHashMap<>();
        for (OutboxEntry entry : entries) {
            if (!acceptedKeys.containsKey(entry.key())) {
                added.putIfAbsent(entry.key(), entry);
            }
        }
        if (waiting + (long) added.size() * into.size() > capacity) {
            throw new NotAcceptedException(
                    waiting + " changes wait, and " + capacity
                            + " may; nothing was accepted. Try again when some are carried through, or keep the outbox in a table");
        }
        added.values().forEach(entry -> {
            acceptedKeys.put(entry.key(), new AcceptedKey(entry, time.elapsed()));
            into.forEach(lane -> store(lane).entries.put(name(entry), entry));
            waiting += into.size();
        });
        return new LinkedHashSet<>(added.keySet());
    }

    @Override
    public synchronized Map<OutboxEntry.Key, Known> find(
            Collection<OutboxEntry.Key> keys, Collection<DistributionId> into) {
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(into, "into");
        Map<OutboxEntry.Key, Known> found = new HashMap<>();
        for (OutboxEntry.Key key : keys) {
            AcceptedKey accepted = acceptedKeys.get(key);
            if (accepted != null) {
                Set<DistributionId> waitingIn = new HashSet<>(into);
                waitingIn.removeIf(lane -> !store(lane).entries.containsKey(name(accepted.entry())));
                found.put(key, new Known(accepted.entry().acceptedAt(), waitingIn));
            }
        }
        return found;
    }

    private void forgetOldKeys() {
        Duration now = time.elapsed();
        Iterator<AcceptedKey> oldest = acceptedKeys.values().iterator();
        while (oldest.hasNext()) {
            boolean old = now.minus(oldest.next().at()).compareTo(KEYS_ARE_KEPT) >= 0;
            if (!old && acceptedKeys.size() <= Math.max(capacity, FEWEST_KEYS)) {
                return;
            }
            oldest.remove();
        }
    }

    private static String name(OutboxEntry entry) {
        return String.format(Locale.ROOT, "%015d#%s", entry.acceptedAt().toEpochMilli(), entry.key());
    }

    private LaneStore store(DistributionId lane) {
        return lanes.computeIfAbsent(lane, each -> new LaneStore());
    }

    private LaneStore mine(Lease lease) {
        LaneStore store = store(lease.lane());
        if (!lease.equals(store.holder)) {
            throw new LeaseLostException(lease);
        }
        return store;
    }

    @Override
    public synchronized Optional<Waiting> waiting(DistributionId lane) {
        Objects.requireNonNull(lane, "lane");
        TreeMap<String, OutboxEntry> entries = store(lane).entries;
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(new Waiting(
                        entries.firstKey(),
                        entries.lastKey(),
                        entries.firstEntry().getValue().acceptedAt()));
    }

    @Override
    public synchronized long size(DistributionId lane, long atMost) {
        Objects.requireNonNull(lane, "lane");
        return store(lane).entries.size();
    }

    @Override
    public Duration leaseDuration() {
        return LEASE_DURATION;
    }

    @Override
    public synchronized Optional<Lease> acquire(DistributionId lane, String owner) {
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(owner, "owner");
        LaneStore store = store(lane);
        Duration now = time.elapsed();
        if (store.holder != null) {
            Duration patience = LEASE_DURATION.multipliedBy(1L << Math.min(store.takeovers, MAX_DOUBLINGS));
            if (now.minus(store.lastSign).compareTo(patience) < 0) {
                return Optional.empty();
            }
            store.takeovers++;
        }
        Lease lease = new Lease(lane, owner, ++store.lastToken);
        store.holder = lease;
        store.lastSign = now;
        return Optional.of(lease);
    }

    @Override
    public synchronized void renew(Lease lease) {
        Objects.requireNonNull(lease, "lease");
        mine(lease).lastSign = time.elapsed();
    }

    @Override
    public synchronized void release(Lease lease) {
        Objects.requireNonNull(lease, "lease");
        LaneStore store = store(lease.lane());
        if (lease.equals(store.holder)) {
            store.holder = null;
        }
    }

    @Override
    public synchronized Contents read(Lease lease, int max) {
        Objects.requireNonNull(lease, "lease");
        TreeMap<String, OutboxEntry> entries = mine(lease).entries;
        return new Contents(entries.values().stream().limit(max).toList(), List.of(), entries.size() > max);
    }

    @Override
    public synchronized Optional<OpenDrain> openDrain(Lease lease) {
        Objects.requireNonNull(lease, "lease");
        LaneStore store = mine(lease);
        return Optional.ofNullable(store.open).map(drain -> new OpenDrain(drain, store.accepted));
    }

    @Override
    public synchronized void open(Lease lease, Drain drain) {
        LaneStore store = mine(lease);
        if (store.open != null) {
            throw new IllegalStateException("drain " + store.open.id() + " is open; finish it first");
        }
        store.open = drain;
        store.accepted.clear();
        store.takeovers = 0;
        store.lastSign = time.elapsed();
    }

    @Override
    public synchronized void accepted(Lease lease, Drain drain, CallerReference batch) {
        LaneStore store = store(lease.lane());
        if (store.open != null && store.open.id().equals(drain.id())) {
            store.accepted.add(batch);
        }
    }

    @Override
    public synchronized void close(Lease lease, Drain drain, Collection<DeadLetter> letters) {
        LaneStore store = mine(lease);
        if (store.open != null && store.open.id().equals(drain.id())) {
            remove(lease, drain.entries(), letters);
            store.open = null;
            store.accepted.clear();
        }
    }

    @Override
    public synchronized void remove(Lease lease, Collection<OutboxEntry> entries, Collection<DeadLetter> letters) {
        Objects.requireNonNull(lease, "lease");
        Objects.requireNonNull(entries, "entries");
        Objects.requireNonNull(letters, "letters");
        LaneStore store = mine(lease);
        letters.forEach(this::keep);
        for (OutboxEntry entry : entries) {
            if (store.entries.remove(name(entry)) != null) {
                waiting--;
            }
        }
        store.takeovers = 0;
    }

    private void keep(DeadLetter letter) {
        deadLetters.remove(id(letter));
        deadLetters.put(id(letter), letter);
        if (deadLetters.size() > MAX_DEAD_LETTERS) {
            deadLetters.remove(deadLetters.keySet().iterator().next());
        }
    }

    private static List<Object> id(DeadLetter letter) {
        return List.of(letter.lane(), letter.change());
    }

    @Override
    public synchronized List<DeadLetter> deadLetters() {
        return new ArrayList<>(deadLetters.values());
    }

    @Override
    public synchronized void removeDeadLetter(DeadLetter letter) {
        Objects.requireNonNull(letter, "letter");
        deadLetters.remove(id(letter));
    }
}

package io.purgewise.outbox;

import io.purgewise.cdn.CallerReference;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationBatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The port to where accepted changes wait until they are carried through.
 *
 * <p>An outbox has a lane for each distribution: a queue of its own, with its own lease and at most one open drain, so that a
 * distribution that is busy or refuses keeps no other waiting. Any number of instances append; one at a time drains a lane, the
 * one with its lease, in this order: {@link #acquire}, {@link #openDrain} (finish one that is open), {@link #read}, {@link #open}
 * (write the plan down), submit and note what is {@link #accepted}, {@link #close}. Killed anywhere in between, the next
 * holder finds either the entries or the open drain.
 *
 * <p>What each implementation promises when its process dies: {@linkplain #inMemory one in memory} forgets everything, and is for a
 * single process whose changes can be asked for again; the DynamoDB outbox of the AWS adapter has kept every entry whose
 * {@link #append} has returned.
 *
 * <p>Implementations are thread-safe. Failures of the store are {@link io.purgewise.StoreAccessException}s.
 */
public interface Outbox {

    /**
     * Creates an outbox in memory, in which a million changes may wait in all lanes together: the default where there is one
     * process.
     *
     * <p>Promise: while the process lives, everything accepted is carried through once. When it dies, what was not submitted is
     * lost; a batch that was on its way is accepted or not, and never paid twice. Its leases last 30 seconds. It remembers the keys of
     * the last day, but not more than a million.
     *
     * @param clock what tells how long a holder has been silent
     * @return an empty outbox
     */
    static Outbox inMemory(InstantSource clock) {
        return inMemory(clock, InMemoryOutbox.DEFAULT_CAPACITY);
    }

    /**
     * Creates an {@linkplain #inMemory(InstantSource) outbox in memory} of a given capacity; what is appended beyond it is refused
     * with an {@link NotAcceptedException}.
     *
     * @param clock what tells how long a holder has been silent
     * @param capacity how many changes may wait in all lanes together; at least 1
     * @return an empty outbox
     * @throws IllegalArgumentException if {@code capacity} is less than 1
     */
    static Outbox inMemory(InstantSource clock, int capacity) {
        return new InMemoryOutbox(Objects.requireNonNull(clock, "clock"), capacity);
    }

    /**
     * Accepts changes; once this returns, each of them is in every one of the lanes and kept as the implementation promises.
     * An entry whose key was accepted less than a day ago is skipped, wherever it is by now.
     *
     * @param entries the changes; several are accepted all together or, if this throws, in part, and appending them again is
     *     harmless
     * @param lanes the distributions to clear; at least one
     * @return the keys that were accepted now; the others were before
     * @throws io.purgewise.StoreAccessException if the store failed
     */
    Set<OutboxEntry.Key> append(Collection<OutboxEntry> entries, Collection<DistributionId> lanes);

    /**
     * Tells where accepted changes are by now.
     *
     * @param keys their keys
     * @param lanes the lanes in which to look
     * @return what is known of each key; one that was never accepted is missing, and one that was accepted a day ago or more may be
     * @throws io.purgewise.StoreAccessException if the store failed
     */
    Map<OutboxEntry.Key, Known> find(Collection<OutboxEntry.Key> keys, Collection<DistributionId> lanes);

    /**
     * Tells what waits in a lane, at a price that does not grow with it. An open drain needs no look of its own: its entries
     * wait until it is closed.
     *
     * @param lane the distribution
     * @return the two ends of the queue, or empty if nothing waits
     */
    Optional<Waiting> waiting(DistributionId lane);

    /**
     * Counts what waits in a lane.
     *
     * @param lane the distribution
     * @param atMost where to stop counting; at least 1
     * @return the number of entries, about {@code atMost} or more if there are more
     */
    long size(DistributionId lane, long atMost);

    /**
     * Tells how long a holder may show no sign of life.
     *
     * @return the time after which another instance may take over
     */
    Duration leaseDuration();

    /**
     * Takes the lease of a lane if it is free, or if its holder has shown no sign of life for the lease's duration, as measured
     * by this instance alone. After each takeover without a drain opened or closed in between, that time is twice as long, up to
     * 32 times, so that work which takes longer than a lease is done in the end.
     *
     * @param lane the distribution
     * @param owner who asks, for people to read
     * @return the lease, or empty if another instance holds it
     */
    Optional<Lease> acquire(DistributionId lane, String owner);

    /**
     * Shows a sign of life.
     *
     * @param lease the lease
     * @throws LeaseLostException if another instance has taken over
     */
    void renew(Lease lease);

    /**
     * Gives the lease back, so that others need not wait; does nothing if it is lost already.
     *
     * @param lease the lease
     */
    void release(Lease lease);

    /**
     * Returns what waits in the lease's lane, and moves rows that cannot be read to the dead letters.
     *
     * @param lease the lease
     * @param max the most entries to return; at least 1
     * @return the entries, the oldest first
     * @throws LeaseLostException if another instance has taken over, as far as this looks
     */
    Contents read(Lease lease, int max);

    /**
     * Returns the drain of the lease's lane that was written down and not closed. One that cannot be read is moved to the dead
     * letters; its entries wait still.
     *
     * @param lease the lease
     * @return the open drain, of which there is at most one
     * @throws LeaseLostException if another instance has taken over
     */
    Optional<OpenDrain> openDrain(Lease lease);

    /**
     * Writes a drain down, all of it or nothing, and shows signs of life meanwhile.
     *
     * @param lease the lease
     * @param drain the drain, for the lease's lane
     * @throws LeaseLostException if another instance has taken over; nothing was written
     * @throws IllegalStateException if a drain is open already
     */
    void open(Lease lease, Drain drain);

    /**
     * Notes that the CDN has accepted a batch, so that whoever resumes the drain need not ask.
     *
     * @param lease the lease, which may be lost: the batch is accepted all the same
     * @param drain the open drain
     * @param batch the batch's reference
     */
    void accepted(Lease lease, Drain drain, CallerReference batch);

    /**
     * Keeps dead letters, removes a drain's entries, then the drain itself. Does nothing if it is closed already.
     *
     * @param lease the lease
     * @param drain the open drain
     * @param deadLetters what of it could not be carried through
     * @throws LeaseLostException if another instance has taken over, which closes the drain instead
     */
    void close(Lease lease, Drain drain, Collection<DeadLetter> deadLetters);

    /**
     * Keeps dead letters, and removes entries that need no drain: those that died, and those that clear nothing.
     *
     * @param lease the lease
     * @param entries the entries
     * @param deadLetters what could not be carried through
     * @throws LeaseLostException if another instance has taken over
     */
    void remove(Lease lease, Collection<OutboxEntry> entries, Collection<DeadLetter> deadLetters);

    /**
     * Lists the dead letters of all lanes.
     *
     * @return at most the newest 10,000, in no particular order
     */
    List<DeadLetter> deadLetters();

    /**
     * Removes a dead letter for good; does nothing if it is not there.
     *
     * @param letter the dead letter
     */
    void removeDeadLetter(DeadLetter letter);

    /**
     * What is known of an accepted change.
     *
     * @param acceptedAt when it was accepted, by the clock of whoever accepted it, cut to the millisecond
     * @param waitingIn the lanes in which it waits still
     */
    record Known(Instant acceptedAt, Set<DistributionId> waitingIn) {

        /** Creates a copy that nobody changes. */
        public Known {
            Objects.requireNonNull(acceptedAt, "acceptedAt");
            Objects.requireNonNull(waitingIn, "waitingIn");
            waitingIn = Set.copyOf(waitingIn);
        }
    }

    /**
     * The two ends of a lane's queue.
     *
     * @param oldest names the entry that is read first; names compare as texts in the order in which entries are read
     * @param newest names the entry that is read last
     * @param oldestAcceptedAt when the first one was accepted, by the clock of whoever accepted it; for people to read
     */
    record Waiting(String oldest, String newest, Instant oldestAcceptedAt) {
        /** Refuses null. */
        public Waiting {
            Objects.requireNonNull(oldest, "oldest");
            Objects.requireNonNull(newest, "newest");
            Objects.requireNonNull(oldestAcceptedAt, "oldestAcceptedAt");
        }
    }

    /**
     * What waits in a lane.
     *
     * @param entries the entries, the oldest first, those of an open drain included
     * @param unreadable rows that were found to be unreadable and moved to the dead letters just now
     * @param more whether there are entries beyond the number asked for
     */
    record Contents(List<OutboxEntry> entries, List<DeadLetter> unreadable, boolean more) {

        /** Creates a copy that nobody changes. */
        public Contents {
            Objects.requireNonNull(entries, "entries");
            Objects.requireNonNull(unreadable, "unreadable");
            entries = List.copyOf(entries);
            unreadable = List.copyOf(unreadable);
        }
    }

    /**
     * A drain that was written down and not closed.
     *
     * @param drain the drain
     * @param accepted the references of its batches that are known to be accepted
     */
    record OpenDrain(Drain drain, Set<CallerReference> accepted) {

        /** Creates a copy that nobody changes. */
        public OpenDrain {
            accepted = Set.copyOf(accepted);
        }
    }

    /**
     * The right to drain one lane, until another instance takes it over.
     *
     * @param lane the distribution whose lane it is
     * @param owner who holds it, for people to read
     * @param token the fencing token: each new holder of the lane has a greater one, and the outbox refuses writes with an older one
     */
    record Lease(DistributionId lane, String owner, long token) {
        /** Refuses null. */
        public Lease {
            Objects.requireNonNull(lane, "lane");
            Objects.requireNonNull(owner, "owner");
        }
    }

    /**
     * A plan that was written down before anything of it is sent: the changes that it carries through at one distribution, and the
     * batches with their caller references.
     *
     * <p>Whoever finds an open drain finishes it; since the references are fixed, nothing is paid twice. Instances are immutable
     * and thread-safe.
     *
     * @param id what names it; unique for ever, since the caller references are derived from it
     * @param lane the distribution
     * @param writtenAt when it was planned, before any of its batches was sent, by the clock of whoever did, cut to the millisecond
     * @param entries the changes that are done with when it is closed; at least one
     * @param batches what to submit, in this order
     */
    record Drain(
            String id,
            DistributionId lane,
            Instant writtenAt,
            List<OutboxEntry> entries,
            List<InvalidationBatch> batches) {

        /**
         * Creates a drain.
         *
         * @throws IllegalArgumentException if there is no entry, or a batch is for another distribution
         */
        public Drain {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(lane, "lane");
            Objects.requireNonNull(writtenAt, "writtenAt");
            Objects.requireNonNull(entries, "entries");
            Objects.requireNonNull(batches, "batches");
            writtenAt = writtenAt.truncatedTo(ChronoUnit.MILLIS);
            entries = List.copyOf(entries);
            batches = List.copyOf(batches);
            if (entries.isEmpty()) {
                throw new IllegalArgumentException("drain " + id + " carries no change through");
            }
        }
    }
}

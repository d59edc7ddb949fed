package io.purgewise.cdn;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Is the port to where accepted changes wait until the CDN has accepted their invalidation.
 *
 * <p>Any number of instances append; one at a time drains, the one with the lease. The order of a drain is: {@link #acquire},
 * {@link #openDrain} (finish one that is open), {@link #owed} (pay what can be paid), {@link #read}, {@link #open} (write the
 * plan down), submit, {@link #owe} what is refused, {@link #close}.
 * Killed anywhere in between, the next holder finds either the entries or the open drain.
 *
 * <p>What each implementation promises when its process dies: {@link InMemoryOutbox} forgets everything, and is for a single
 * process whose changes can be asked for again; the DynamoDB outbox of the AWS adapter has kept every entry whose
 * {@link #append} has returned.
 *
 * <p>Implementations are thread-safe. Failures of the store are {@link OutboxAccessException}s.
 */
public interface Outbox {

    /**
     * Accepts changes; once this returns, they are kept as the implementation promises. If it throws, some may have been
     * accepted, and appending them again is harmless.
     *
     * @param entries the changes; one that waits already, the same in every part, is kept once
     * @throws IllegalArgumentException if another change has the ID and time of one of them, as far as it waits still; nothing
     *     of what waits is overwritten
     * @throws OutboxAccessException if the store failed
     */
    void append(Collection<OutboxEntry> entries);

    /**
     * Counts the changes that wait.
     *
     * @return the number of entries; an implementation may split a large change into several
     */
    long size();

    /**
     * Tells whether there is nothing new to do: no change waits, and no drain is open. Debts do not count.
     *
     * @return whether a drain would find nothing
     */
    boolean isIdle();

    /**
     * Names the changes that wait.
     *
     * @return the keys of all entries, those of an open drain included
     */
    Set<EntryKey> keys();

    /**
     * Takes the lease if it is free, or if its holder has shown no sign of life for the lease's duration, as measured by the
     * clock of this instance alone.
     *
     * @param owner who asks, for people to read
     * @return the lease, or empty if another instance holds it
     */
    Optional<Lease> acquire(String owner);

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
     * Returns what waits; sets aside entries that cannot be read.
     *
     * @param lease the lease
     * @param max the most entries to return; at least 1
     * @return the entries, the oldest first
     */
    OutboxContents read(Lease lease, int max);

    /**
     * Returns the drain that was written down and not closed.
     *
     * @param lease the lease
     * @return the open drain, of which there is at most one
     * @throws LeaseLostException if another instance has taken over
     */
    Optional<Drain> openDrain(Lease lease);

    /**
     * Writes a drain down, all of it or nothing.
     *
     * @param lease the lease
     * @param drain the drain
     * @throws LeaseLostException if another instance has taken over; nothing was written
     * @throws IllegalStateException if a drain is open already
     */
    void open(Lease lease, Drain drain);

    /**
     * Keeps what distributions refuse, apart from the entries, until a drain that {@linkplain Drain#repays repays} it is
     * closed; does nothing for a debt that is kept already.
     *
     * @param lease the lease
     * @param debts what is owed
     * @throws LeaseLostException if another instance has taken over; some may have been kept
     */
    void owe(Lease lease, Collection<Debt> debts);

    /**
     * Returns what distributions are owed.
     *
     * @param lease the lease
     * @return the debts, in no particular order
     */
    List<Debt> owed(Lease lease);

    /**
     * Removes a drain's entries and the debts that it repays, then the drain itself.
     *
     * @param lease the lease
     * @param drain the open drain
     * @throws LeaseLostException if another instance has taken over, which closes the drain instead
     */
    void close(Lease lease, Drain drain);

    /**
     * Notes that a part of a change cannot be cleared, for people to look at.
     *
     * @param lease the lease
     * @param poisoned what and why; noted once per ID
     */
    void setAside(Lease lease, PoisonedEntry poisoned);

    /**
     * Returns what was set aside.
     *
     * @return entries and reasons, in no particular order
     */
    List<PoisonedEntry> poisoned();
}

package io.purgewise.outbox;

import io.purgewise.PurgewiseException;

/** Reports that an outbox in memory holds as many changes as it may; none was accepted. Try again later, or use a table. */
public final class OutboxFullException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param waiting how many changes wait in all lanes together
     * @param capacity how many may
     */
    public OutboxFullException(long waiting, long capacity) {
        super(waiting + " changes wait, and " + capacity
                + " may; nothing was accepted. Try again when some are carried through, or keep the outbox in a table");
    }
}

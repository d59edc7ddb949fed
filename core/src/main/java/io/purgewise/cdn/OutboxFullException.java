package io.purgewise.cdn;

import io.purgewise.PurgewiseException;

/** Reports that the outbox holds as many changes as it may; the change was not accepted. */
public final class OutboxFullException extends PurgewiseException {

    private static final long serialVersionUID = 1L;

    OutboxFullException(long size, long capacity) {
        super("the outbox holds " + size + " changes of at most " + capacity
                + ", so this one was not accepted; try again later, drain faster, or raise the capacity");
    }
}

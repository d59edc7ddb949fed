package io.purgewise.spring.events;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/** Takes a published change into the outbox. */
final class ChangeAcceptance {

    private static final Logger LOG = System.getLogger(ChangeAcceptance.class.getName());

    private final Consumer<KeyedChange> outbox;

    ChangeAcceptance(Consumer<KeyedChange> outbox) {
        this.outbox = outbox;
    }

    /**
     * Accepts a change.
     *
     * @param ifNot what becomes of the change where the outbox does not take it, in words
     */
    void accept(KeyedChange change, String ifNot) {
        try {
            outbox.accept(change);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a change was published and is not in the outbox; " + ifNot, e);
            throw e;
        }
    }
}

package io.purgewise.spring.events;

import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Accepts changes that the event publication registry of Spring Modulith keeps: the change is written in the transaction that
 * publishes it, and crossed out once it is in the outbox. The committing thread does not wait for the outbox.
 */
class RegisteredChangeListener {

    /** Names this listener in the registry's table; what waits there under it must be found after an update of the service. */
    static final String ID = "purgewise.changes";

    private final ChangeAcceptance acceptance;

    RegisteredChangeListener(ChangeAcceptance acceptance) {
        this.acceptance = acceptance;
    }

    /** Accepts a change after the commit, on another thread. */
    @Async
    @TransactionalEventListener(id = ID, fallbackExecution = true)
    public void on(KeyedChange change) {
        acceptance.accept(change, "it is kept in the registry and delivered again");
    }
}

package io.purgewise.spring.events;

import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Accepts changes when their transaction is committed, on the thread that commits: before the caller of the transaction goes on, the
 * change is in the outbox. A rolled back transaction publishes nothing. If the process dies between commit and acceptance, or the
 * outbox takes nothing then, the change is lost; the event publication registry of Spring Modulith closes that gap.
 */
class AfterCommitChangeListener {

    private final ChangeAcceptance acceptance;

    AfterCommitChangeListener(ChangeAcceptance acceptance) {
        this.acceptance = acceptance;
    }

    /** Accepts a change after the commit, or at once where there is no transaction. */
    @TransactionalEventListener(fallbackExecution = true)
    public void on(KeyedChange change) {
        acceptance.accept(change, "its transaction is committed, so publish it again");
    }
}

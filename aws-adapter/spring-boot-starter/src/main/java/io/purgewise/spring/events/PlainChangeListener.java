package io.purgewise.spring.events;

import org.springframework.context.event.EventListener;

/** Accepts changes as they are published, in a service without transactions. */
class PlainChangeListener {

    private final ChangeAcceptance acceptance;

    PlainChangeListener(ChangeAcceptance acceptance) {
        this.acceptance = acceptance;
    }

    /** Accepts a change on the thread that publishes it, which hears of a failure. */
    @EventListener
    public void on(KeyedChange change) {
        acceptance.accept(change, "whoever published it was told");
    }
}

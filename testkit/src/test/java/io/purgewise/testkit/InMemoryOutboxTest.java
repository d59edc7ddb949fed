package io.purgewise.testkit;

import io.purgewise.cdn.InMemoryOutbox;
import io.purgewise.cdn.Outbox;
import java.time.Duration;

/** Holds the embedded default to the contract; one instance stands for both machines. */
class InMemoryOutboxTest extends OutboxContract {

    private final InMemoryOutbox outbox = new InMemoryOutbox(clock);

    @Override
    protected Outbox connect() {
        return outbox;
    }

    @Override
    protected Duration leaseDuration() {
        return InMemoryOutbox.LEASE_DURATION;
    }
}

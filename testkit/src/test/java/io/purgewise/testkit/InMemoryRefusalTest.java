package io.purgewise.testkit;

import io.purgewise.cdn.InMemoryOutbox;
import io.purgewise.cdn.Outbox;

class InMemoryRefusalTest extends RefusalContract {

    private final InMemoryOutbox outbox = new InMemoryOutbox(clock);

    @Override
    protected Outbox connect() {
        return outbox;
    }
}

package io.purgewise.aws;

import io.purgewise.cdn.Outbox;
import io.purgewise.testkit.RefusalContract;
import org.junit.jupiter.api.AfterEach;

class DynamoRefusalTest extends RefusalContract {

    private final LocalPurgewiseTable local = new LocalPurgewiseTable();

    @Override
    protected Outbox connect() {
        return DynamoOutbox.of(local.client(), local.table, "site", clock, clock::advance);
    }

    @AfterEach
    void close() {
        local.close();
    }
}

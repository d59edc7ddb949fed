package io.purgewise.aws;

import io.purgewise.cdn.UsageLedger;
import io.purgewise.testkit.UsageLedgerContract;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;

class DynamoUsageLedgerTest extends UsageLedgerContract {

    private final LocalPurgewiseTable local = new LocalPurgewiseTable();

    @Override
    protected UsageLedger connect() {
        return new DynamoUsageLedger(
                local.client(), local.table, "123456789012", duration -> LockSupport.parkNanos(duration.toNanos()));
    }

    @AfterEach
    void close() {
        local.close();
    }
}

package io.purgewise.testkit;

import io.purgewise.cdn.UsageLedger;

/** Holds the embedded default to the contract. */
class InMemoryUsageLedgerTest extends UsageLedgerContract {

    private final UsageLedger ledger = UsageLedger.inMemory();

    @Override
    protected UsageLedger connect() {
        return ledger;
    }
}

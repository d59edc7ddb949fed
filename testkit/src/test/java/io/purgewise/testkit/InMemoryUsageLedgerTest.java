package io.purgewise.testkit;

import io.purgewise.cdn.InMemoryUsageLedger;
import io.purgewise.cdn.UsageLedger;

/** Holds the embedded default to the contract. */
class InMemoryUsageLedgerTest extends UsageLedgerContract {

    private final InMemoryUsageLedger ledger = new InMemoryUsageLedger();

    @Override
    protected UsageLedger connect() {
        return ledger;
    }
}

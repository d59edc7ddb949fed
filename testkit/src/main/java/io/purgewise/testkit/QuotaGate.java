package io.purgewise.testkit;

import io.purgewise.testkit.FakeDistribution.Accepted;
import java.time.Instant;

/** Refuses what the quotas of a fake account do not allow now. Not thread-safe: the account holds its lock. */
final class QuotaGate {

    private final FakeQuotas quotas;
    private final TokenBucket items;
    private final TokenBucket wildcards;
    private final TokenBucket calls;

    QuotaGate(FakeQuotas quotas) {
        this.quotas = quotas;
        this.items = new TokenBucket(quotas.items());
        this.wildcards = new TokenBucket(quotas.wildcards());
        this.calls = new TokenBucket(quotas.calls());
    }

    int itemsPerBatch() {
        return quotas.itemsPerBatch();
    }

    /** Lets a batch pass and takes what it uses up, or throws. */
    void pass(FakeDistribution distribution, int itemCount, int wildcardCount, Instant now) {
        if (!calls.allows(1, now) || !items.allows(itemCount, now) || !wildcards.allows(wildcardCount, now)) {
            throw FakeError.throttled();
        }
        long itemsInProgress = itemCount;
        long wildcardsInProgress = wildcardCount;
        for (Accepted each : distribution.inProgress(now)) {
            itemsInProgress += each.paths().size();
            wildcardsInProgress += each.wildcards();
        }
        if (itemsInProgress > quotas.pathsInProgress() || wildcardsInProgress > quotas.wildcardsInProgress()) {
            throw FakeError.tooMany();
        }
        calls.take(1, now);
        items.take(itemCount, now);
        wildcards.take(wildcardCount, now);
    }
}

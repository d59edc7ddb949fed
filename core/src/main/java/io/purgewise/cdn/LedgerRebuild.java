package io.purgewise.cdn;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Counts in a ledger what the CDN's own history says was submitted in a month. Immutable and thread-safe. */
final class LedgerRebuild {

    private static final int MAX_FAILURES_IN_A_ROW = 20;

    private final Cdn cdn;
    private final Ambient ambient;

    LedgerRebuild(Cdn cdn, Ambient ambient) {
        this.cdn = cdn;
        this.ambient = ambient;
    }

    /** Records every invalidation of a month, and returns how many were counted that had not been. */
    int run(UsageLedger ledger, Collection<DistributionId> distributions, YearMonth month) throws InterruptedException {
        Set<String> counted = new HashSet<>();
        for (DistributionId distribution : distributions) {
            Set<String> seen = new HashSet<>();
            int failures = 0;
            int before = -1;
            while (true) {
                try {
                    once(ledger, distribution, month, seen, counted);
                    break;
                } catch (CdnException e) {
                    if (!e.reason().repeatable()) {
                        throw e;
                    }
                    failures = seen.size() > before ? 1 : failures + 1;
                    before = seen.size();
                    if (failures > MAX_FAILURES_IN_A_ROW) {
                        throw e;
                    }
                    ambient.pause().waitFor(Backoff.DEFAULT.after(failures, ambient.random()));
                }
            }
        }
        return counted.size();
    }

    private void once(
            UsageLedger ledger, DistributionId distribution, YearMonth month, Set<String> seen, Set<String> counted) {
        Instant start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        for (Invalidation.Summary summary : cdn.list(distribution)) {
            if (summary.createTime().isBefore(start)) {
                break;
            }
            if (summary.createTime().isBefore(end) && !seen.contains(summary.id())) {
                if (ledger.record(distribution, cdn.read(distribution, summary.id()))) {
                    counted.add(distribution + " " + summary.id());
                }
                seen.add(summary.id());
            }
        }
    }
}

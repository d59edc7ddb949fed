package io.purgewise.cdn;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Counts in a ledger what the CDN's own history says was submitted in a month, by whatever program.
 *
 * <p>Costs a list call per page and a read per invalidation of the month. Nothing is counted twice, so it can be run at any
 * time, and again after a failure. Invalidations of distributions that were deleted since are lost to it.
 *
 * <p>This class is immutable and thread-safe.
 */
public final class LedgerRebuild {

    private static final int MAX_FAILURES_IN_A_ROW = 20;

    private final Cdn cdn;
    private final Ambient ambient;

    /**
     * Creates a rebuild.
     *
     * @param cdn whose history to read
     * @param ambient how to wait when the CDN is busy
     */
    public LedgerRebuild(Cdn cdn, Ambient ambient) {
        this.cdn = Objects.requireNonNull(cdn, "cdn");
        this.ambient = Objects.requireNonNull(ambient, "ambient");
    }

    /**
     * Records every invalidation of a month.
     *
     * @param ledger where to count
     * @param distributions the account's distributions and tenants
     * @param month the month, in UTC
     * @return how many invalidations were counted that had not been
     * @throws InterruptedException if the thread is told to stop; what was counted stays counted
     * @throws CdnException if the CDN refuses, or is busy many times in a row
     */
    public int run(UsageLedger ledger, Collection<DistributionId> distributions, YearMonth month)
            throws InterruptedException {
        Objects.requireNonNull(distributions, "distributions");
        Objects.requireNonNull(ledger, "ledger");
        Objects.requireNonNull(month, "month");
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
        for (InvalidationSummary summary : cdn.list(distribution)) {
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

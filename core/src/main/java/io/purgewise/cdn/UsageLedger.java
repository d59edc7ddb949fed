package io.purgewise.cdn;

import io.purgewise.StoreAccessException;
import java.time.YearMonth;
import java.util.Collection;
import java.util.Objects;

/**
 * Counts, as a port, the paths that an AWS account has submitted per month, against free tier and budget.
 *
 * <p>An invalidation counts in the month of its creation, in UTC, as AWS bills it. Before a batch is sent under a budget, its
 * paths are reserved, so that two sites of one account cannot overrun it together. Implementations are thread-safe.
 */
public interface UsageLedger {

    /**
     * Takes the paths of a batch from a month's budget before the batch is sent, unless they would exceed it. A batch whose paths
     * are reserved or counted already takes nothing more.
     *
     * @param batch what is to be sent
     * @param month the month in which it will be, in UTC
     * @param limit how many paths the account may use in the month
     * @return whether the batch may be sent
     * @throws StoreAccessException if the store failed; reserving again is harmless
     */
    boolean reserve(InvalidationBatch batch, YearMonth month, long limit);

    /**
     * Gives back what was reserved for a batch that was not accepted; what is counted stays counted.
     *
     * @param batch the batch
     * @param month the month in which it was reserved, in UTC
     * @throws StoreAccessException if the store failed; releasing again is harmless
     */
    void release(InvalidationBatch batch, YearMonth month);

    /**
     * Counts an invalidation in place of what was reserved for it, once per distribution and caller reference however often it is recorded.
     *
     * @param distribution where it was submitted
     * @param invalidation what was accepted
     * @return whether it was counted now, and not before
     * @throws StoreAccessException if the store failed; recording it again is harmless
     */
    boolean record(DistributionId distribution, Invalidation invalidation);

    /**
     * Returns a month's paths, counted and reserved.
     *
     * @param month the month, in UTC
     * @return the paths over all distributions of the account
     * @throws StoreAccessException if the store failed
     */
    long paths(YearMonth month);

    /**
     * Counts what the CDN's own history says was submitted in a month, by whatever program.
     *
     * <p>Costs a list call per page and a read per invalidation of the month. Nothing is counted twice, so it can be run at any
     * time, and again after a failure. Invalidations of distributions that were deleted since are lost to it.
     *
     * @param month the month, in UTC
     * @param distributions the account's distributions and tenants, but for those with a flat-rate plan, whose paths use up none
     *     of the account's free ones
     * @param cdn whose history to read
     * @param ambient how to wait when the CDN is busy
     * @return how many invalidations were counted that had not been
     * @throws InterruptedException if the thread is told to stop; what was counted stays counted
     * @throws CdnException if the CDN refuses, or is busy many times in a row
     * @throws StoreAccessException if the store failed
     */
    default int rebuild(YearMonth month, Collection<DistributionId> distributions, Cdn cdn, Ambient ambient)
            throws InterruptedException {
        Objects.requireNonNull(month, "month");
        Objects.requireNonNull(distributions, "distributions");
        Objects.requireNonNull(cdn, "cdn");
        Objects.requireNonNull(ambient, "ambient");
        return new LedgerRebuild(cdn, ambient).run(this, distributions, month);
    }

    /**
     * Creates a ledger in memory, which knows what this process has sent since it started, unless it is
     * {@linkplain #rebuild rebuilt}. It keeps the references of each month, about 100 bytes an invalidation.
     *
     * @return an empty ledger
     */
    static UsageLedger inMemory() {
        return new InMemoryUsageLedger();
    }

    /**
     * Returns the month in which an invalidation is billed.
     *
     * @param invalidation the invalidation
     * @return the month of its creation, in UTC
     */
    static YearMonth monthOf(Invalidation invalidation) {
        Objects.requireNonNull(invalidation, "invalidation");
        return Payment.monthOf(invalidation.createTime());
    }
}

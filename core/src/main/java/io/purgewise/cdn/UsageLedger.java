package io.purgewise.cdn;

import io.purgewise.StoreAccessException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Counts, as a port, the paths that an AWS account has submitted per month, against free tier and budget.
 *
 * <p>An invalidation counts in the month of its creation, in UTC, as AWS bills it. Before a batch is sent under a budget, its
 * paths are reserved, so that two sites of one account cannot overrun it together. What a process that dies leaves reserved is
 * counted or given back by whoever needs it, as the CDN's history says. Implementations are thread-safe.
 */
public interface UsageLedger {

    /**
     * Takes the paths of a batch from a month's budget before the batch is sent, unless they would exceed it. A batch whose paths
     * are counted already takes nothing more; one whose paths are reserved already takes nothing more either, and is then
     * reserved for as long as the longer of the two says.
     *
     * @param reservation for what is to be sent
     * @param limit how many paths the account may use in the reservation's month
     * @return whether the batch may be sent
     * @throws StoreAccessException if the store failed; reserving again is harmless
     */
    boolean reserve(Reservation reservation, long limit);

    /**
     * Gives back what was reserved for a batch that was not accepted. What is counted stays counted, and what was reserved for
     * longer since stays reserved.
     *
     * @param reservation the reservation
     * @throws StoreAccessException if the store failed; releasing again is harmless
     */
    void release(Reservation reservation);

    /**
     * Lists what is reserved in a month, and neither counted nor given back by now: for batches that are being sent, and for those
     * whose process has died.
     *
     * @param month the month, in UTC
     * @return the reservations, in no particular order
     * @throws StoreAccessException if the store failed
     */
    List<Reservation> reservations(YearMonth month);

    /**
     * Holds paths for a batch that is about to be sent. Immutable and thread-safe.
     *
     * @param distribution where the batch goes
     * @param reference its caller reference
     * @param paths how many paths it has; at least 1
     * @param since when they were reserved, cut to the millisecond; it decides about the month
     * @param until after this nobody tries to send the batch any more under this reservation; cut to the millisecond
     */
    record Reservation(
            DistributionId distribution, CallerReference reference, int paths, Instant since, Instant until) {

        /**
         * Checks the parts.
         *
         * @throws IllegalArgumentException if {@code paths} is less than 1, or {@code until} before {@code since}
         */
        public Reservation {
            Objects.requireNonNull(distribution, "distribution");
            Objects.requireNonNull(reference, "reference");
            since = Objects.requireNonNull(since, "since").truncatedTo(ChronoUnit.MILLIS);
            until = Objects.requireNonNull(until, "until").truncatedTo(ChronoUnit.MILLIS);
            if (paths < 1 || until.isBefore(since)) {
                throw new IllegalArgumentException(
                        "a reservation is for at least one path and ends after it began, but was for " + paths
                                + " from " + since + " until " + until);
            }
        }

        /**
         * Reserves for a batch.
         *
         * @param batch the batch
         * @param now when
         * @param patience how long it will be tried to send it; not negative
         * @return the reservation
         */
        public static Reservation of(InvalidationBatch batch, Instant now, Duration patience) {
            Objects.requireNonNull(batch, "batch");
            Objects.requireNonNull(now, "now");
            Objects.requireNonNull(patience, "patience");
            return new Reservation(batch.distribution(), batch.reference(), batch.quantity(), now, now.plus(patience));
        }

        /**
         * Returns the month from whose budget the paths are taken.
         *
         * @return the month, in UTC
         */
        public YearMonth month() {
            return Payment.monthOf(since);
        }
    }

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

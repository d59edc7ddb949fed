package io.purgewise.cdn;

import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * Is the port to the count of paths that an AWS account has submitted per month, against free tier and budget.
 *
 * <p>An invalidation counts in the month of its creation, in UTC, as AWS bills it. Implementations are thread-safe.
 */
public interface UsageLedger {

    /**
     * Counts an invalidation, once per distribution and caller reference however often it is recorded.
     *
     * @param distribution where it was submitted
     * @param invalidation what was accepted
     * @return whether it was counted now, and not before
     * @throws OutboxAccessException if the store failed; recording it again is harmless
     */
    boolean record(DistributionId distribution, Invalidation invalidation);

    /**
     * Returns a month's paths.
     *
     * @param month the month, in UTC
     * @return the paths over all distributions of the account
     * @throws OutboxAccessException if the store failed
     */
    long paths(YearMonth month);

    /**
     * Returns the month in which an invalidation is billed.
     *
     * @param invalidation the invalidation
     * @return the month of its creation, in UTC
     */
    static YearMonth monthOf(Invalidation invalidation) {
        return YearMonth.from(invalidation.createTime().atZone(ZoneOffset.UTC));
    }
}

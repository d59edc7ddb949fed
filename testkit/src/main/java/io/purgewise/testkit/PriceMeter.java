package io.purgewise.testkit;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what AWS would bill an account for invalidations.
 *
 * <p>Every path of an accepted batch counts, whatever it clears: duplicates, repeats, wildcards and tags one each, over all
 * distributions of the account. The first 1,000 of a month (UTC) are free, each further one costs $0.005 (CloudFront
 * Developer Guide, "Pay for file invalidation"). Refused batches are taken to be free, which AWS does not document.
 *
 * <p>This class is thread-safe.
 */
public final class PriceMeter {

    /** Paths of a month that cost nothing. */
    public static final long FREE_PATHS = 1000;

    /** Price of a further path, in millionths of a dollar. */
    public static final long MICRO_DOLLARS_PER_PATH = 5000;

    private final Map<YearMonth, Long> paths = new ConcurrentHashMap<>();

    PriceMeter() {}

    void count(int quantity, Instant at) {
        paths.merge(YearMonth.from(at.atZone(ZoneOffset.UTC)), (long) quantity, Long::sum);
    }

    /**
     * Returns how many paths were accepted in a month.
     *
     * @param month the month, in UTC
     * @return the paths
     */
    public long paths(YearMonth month) {
        return paths.getOrDefault(month, 0L);
    }

    /**
     * Returns how many paths were ever accepted.
     *
     * @return the paths
     */
    public long totalPaths() {
        return paths.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Returns a month's bill.
     *
     * @param month the month, in UTC
     * @return the price in millionths of a dollar
     */
    public long microDollars(YearMonth month) {
        return Math.max(0, paths(month) - FREE_PATHS) * MICRO_DOLLARS_PER_PATH;
    }
}

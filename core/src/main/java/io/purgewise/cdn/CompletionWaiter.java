package io.purgewise.cdn;

import io.purgewise.internal.SteadyTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Waits until invalidations have reached all edge locations.
 *
 * <p>CloudFront completes most within 25 seconds (AWS, What's New, 2026-04-29), so it asks after 1 second, then ever more
 * slowly up to every 10 seconds, where the SDK's waiter asks every 20. Statuses compare without regard to case. Where the
 * CDN gives no answer or throttles the call, it is asked again in the next round.
 *
 * <p>This class is thread-safe.
 */
final class CompletionWaiter {

    private static final List<Duration> DELAYS = List.of(1, 1, 2, 2, 3, 3, 5, 5, 5, 10).stream()
            .map(Duration::ofSeconds)
            .toList();

    private final CdnAccount account;

    CompletionWaiter(CdnAccount account) {
        this.account = account;
    }

    /**
     * Says which invalidations are complete and which are not.
     *
     * @param completed those that all edge locations have been told of, as read back
     * @param pending IDs of those that are in progress still, or could not be asked about
     */
    public record Progress(List<Invalidation> completed, Set<String> pending) {

        /**
         * Creates an answer.
         *
         * @param completed the complete ones
         * @param pending IDs of the others
         */
        public Progress {
            completed = List.copyOf(completed);
            pending = Set.copyOf(pending);
        }

        /**
         * Tells whether nothing is pending.
         *
         * @return whether all are complete
         */
        public boolean allCompleted() {
            return pending.isEmpty();
        }
    }

    /**
     * Waits until all are complete or the time is over.
     *
     * @param distribution where they were submitted
     * @param invalidationIds the CDN's IDs
     * @param timeout how long to wait at most; zero asks once
     * @return what is complete by then
     * @throws InterruptedException if the thread is told to stop
     * @throws CdnException if the CDN refuses to answer, as for missing rights
     */
    public Progress await(DistributionId distribution, Collection<String> invalidationIds, Duration timeout)
            throws InterruptedException {
        SteadyTime time = account.time();
        Duration end = time.elapsed().plus(timeout);
        Set<String> pending = new LinkedHashSet<>(invalidationIds);
        List<Invalidation> completed = new ArrayList<>();
        for (int round = 0; ; round++) {
            ask(distribution, pending, completed);
            Duration left = end.minus(time.elapsed());
            if (pending.isEmpty() || left.isNegative() || left.isZero()) {
                return new Progress(completed, pending);
            }
            Duration delay = DELAYS.get(Math.min(round, DELAYS.size() - 1));
            time.pause(
                    delay.compareTo(left) < 0 ? delay : left, account.ambient().pause()::waitFor);
        }
    }

    private void ask(DistributionId distribution, Set<String> pending, List<Invalidation> completed) {
        Iterator<String> ids = pending.iterator();
        while (ids.hasNext()) {
            try {
                Invalidation invalidation = account.cdn().read(distribution, ids.next());
                if (invalidation.status() == Invalidation.Status.COMPLETED) {
                    completed.add(invalidation);
                    Duration age = Duration.between(
                            invalidation.createTime(), account.ambient().clock().instant());
                    account.listeners().tell(each -> each.completed(distribution, invalidation, age));
                    ids.remove();
                }
            } catch (CdnException e) {
                if (!e.reason().repeatable()) {
                    throw e;
                }
                // Other questions would hardly be answered now; the next round asks again.
                return;
            }
        }
    }
}

package io.purgewise.cdn;

import io.purgewise.plan.PlanPolicy;
import io.purgewise.plan.UrlIndex;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds what decides how a distribution's plans look, beside their price. Immutable and thread-safe.
 *
 * @param policy what plans may do and should save
 * @param knownUrls gives the URLs that the site is known to have
 * @param foundUrls gives URLs of the site where none are known and many are to be cleared
 * @param cacheTags from when on cache tags count here; null if the site sends none
 */
record PlanInputs(
        PlanPolicy policy,
        Supplier<UrlIndex> knownUrls,
        Supplier<UrlIndex> foundUrls,
        @Nullable CacheTagUse cacheTags) {

    /** Is without known URLs and without cache tags. */
    static final PlanInputs DEFAULT = new PlanInputs(PlanPolicy.balanced(), UrlIndex::unknown, UrlIndex::unknown, null);

    PlanInputs with(PlanPolicy other) {
        return new PlanInputs(other, knownUrls, foundUrls, cacheTags);
    }

    PlanInputs knowing(Supplier<UrlIndex> known) {
        return new PlanInputs(policy, known, foundUrls, cacheTags);
    }

    PlanInputs finding(Supplier<UrlIndex> found) {
        return new PlanInputs(policy, knownUrls, found, cacheTags);
    }

    PlanInputs with(CacheTagUse tags) {
        return new PlanInputs(policy, knownUrls, foundUrls, tags);
    }
}

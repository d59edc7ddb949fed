package io.purgewise.cdn;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Says whether one plan may clear by cache tag, and why not.
 *
 * @param allowed whether it may
 * @param inDoubt whether that is not known, so that asking again may help
 * @param reason why it may not, in words; null if it may, or no tags were declared
 */
record TagUse(boolean allowed, boolean inDoubt, @Nullable String reason) {

    private static final TagUse ALLOWED = new TagUse(true, false, null);

    /** Is for a clearing without cache tags, or a plan that has no use for them. */
    static final TagUse NONE = new TagUse(false, false, null);

    /** Finds out whether a distribution can be cleared by the tags that its site sends. */
    static TagUse of(Clearing clearing, @Nullable Pricing pricing, Instant now) {
        CacheTagUse tags = clearing.inputs().cacheTags();
        if (tags == null) {
            return NONE;
        }
        DistributionId distribution = clearing.distribution();
        if (pricing != null && !pricing.allowsCacheTags()) {
            return refused(distribution + " has the Free plan, which has no invalidation by cache tag");
        }
        if (pricing == null && clearing.payment().pricing() != null) {
            return new TagUse(
                    false,
                    true,
                    "whether the distribution's plan has cache tags cannot be found out now, so paths are cleared");
        }
        TagReading.Answer answer = clearing.submitter().readsTags(distribution, tags);
        if (answer.inDoubt()) {
            return new TagUse(
                    false,
                    true,
                    "whether the distribution reads cache tags cannot be found out now, so paths are cleared");
        }
        if (!answer.reads(tags)) {
            return refused(distribution + " reads cache tags from "
                    + (answer.header() == null ? "no header" : answer.header()) + ", not from " + tags.header());
        }
        Instant unread = answer.unreadAt();
        if (unread != null && !unread.isBefore(tags.since())) {
            return refused(distribution + " did not read " + tags.header() + " at " + unread
                    + ", and what it cached until then has no cache tag: clear everything and set a later date than "
                    + tags.since());
        }
        if (now.isBefore(tags.since())) {
            return refused("what " + distribution + " cached before " + tags.since() + " has no cache tag");
        }
        return ALLOWED;
    }

    private static TagUse refused(String why) {
        return new TagUse(false, false, why + "; paths are cleared");
    }
}

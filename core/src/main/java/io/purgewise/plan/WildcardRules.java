package io.purgewise.plan;

import io.purgewise.site.UnnameableUrl;
import io.purgewise.site.UrlPattern;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Says which wildcards that nobody asked for a policy allows.
 *
 * <p>Take a set of patterns with the longest common prefix s, and let p be the longest string that s shares with a pattern
 * outside the set. The wildcards that clear just this set are the prefixes of s that are longer than p. They all cost one item,
 * and of two the longer one never has more collateral; so only the longest allowed one is of use.
 *
 * <p>Where that one is not allowed, none is. A wildcard is forbidden for one of three reasons, and each holds for all shorter
 * ones too, down to p: it is not inside {@code wildcardsInside}; it starts with a protected prefix q, so that the shorter one
 * either does so too or is a beginning of q; or it is a beginning of a protected prefix.
 */
final class WildcardRules {

    private final boolean anywhere;
    private final boolean nowhere;
    private final boolean standInsAnywhere;
    private final boolean wholeSegments;
    private final boolean anyProtected;
    private final PrefixSet protectedPrefixes;
    private final PrefixSet inside;

    WildcardRules(PlanPolicy policy, boolean unknownSite) {
        this.nowhere = unknownSite && policy.assumedSiblings().isEmpty();
        this.standInsAnywhere = !nowhere || policy.maxCollateral() == PlanPolicy.NO_LIMIT;
        this.anywhere = policy.wildcardsInside().contains("/");
        this.wholeSegments = policy.granularity() == PlanPolicy.Granularity.SEGMENT;
        this.anyProtected = !policy.protectedPrefixes().isEmpty();
        this.protectedPrefixes = PrefixSet.of(policy.protectedPrefixes());
        this.inside = PrefixSet.of(policy.wildcardsInside());
    }

    /**
     * Finds the longest allowed wildcard that clears just the patterns of a trie node.
     *
     * @param text bytes that hold the node's string at {@code offset}
     * @param offset where it starts
     * @param depth how long it is
     * @param parentDepth how long its parent's is
     * @return the length of the wildcard's prefix, in {@code (parentDepth, depth]}, or 0 if none is allowed
     */
    int cut(byte[] text, int offset, int depth, int parentDepth) {
        if (nowhere) {
            return 0;
        }
        int cut = longestCut(text, offset, depth, parentDepth);
        return cut > parentDepth && isAllowed(text, offset, offset + cut) ? cut : 0;
    }

    /**
     * Shortens the narrowest wildcard that clears an unnameable URL to the longest one that the policy allows.
     *
     * <p>An unknown site has no collateral that could be counted, so there the policy must not limit it.
     *
     * @return the wildcard, or null if none is allowed
     */
    @Nullable
    UrlPattern standIn(UnnameableUrl url) {
        UrlPattern narrowest = url.narrowestWildcard();
        byte[] text = narrowest.path().getBytes(StandardCharsets.US_ASCII);
        int cut = longestCut(text, 0, text.length, 0);
        return standInsAnywhere && cut > 0 && isAllowed(text, 0, cut)
                ? UrlPattern.prefix(narrowest.path().substring(0, cut))
                : null;
    }

    private int longestCut(byte[] text, int offset, int depth, int parentDepth) {
        return wholeSegments
                ? endOfSegment(text, offset, depth, parentDepth)
                : UrlPattern.withoutHalfEscape(
                        depth, depth > 1 ? text[offset + depth - 2] : 0, text[offset + depth - 1]);
    }

    private static int endOfSegment(byte[] text, int offset, int depth, int parentDepth) {
        int cut = depth;
        while (cut > parentDepth && text[offset + cut - 1] != '/' && text[offset + cut - 1] != '?') {
            cut--;
        }
        return cut;
    }

    private boolean isAllowed(byte[] text, int from, int to) {
        if (!anywhere && !inside.startsOf(text, from, to)) {
            return false;
        }
        return !anyProtected
                || !(protectedPrefixes.startsOf(text, from, to) || protectedPrefixes.continues(text, from, to));
    }
}

package io.purgewise.plan;

/**
 * Says which wildcards that nobody asked for a policy allows.
 *
 * <p>For a set of patterns with the longest common prefix s, and p the longer of the common prefixes that s shares with the
 * patterns outside the set, the wildcards that clear just this set are the prefixes of s that are longer than p. They all cost
 * one item, and the longer one never has more collateral; so only the longest allowed one is of use. It is allowed whenever
 * any is: protected prefixes forbid with a string either all shorter ones that still start with or lie on the way to the
 * protected prefix, and {@code wildcardsInside} forbids with a string all shorter ones.
 */
final class WildcardRules {

    private final boolean anywhere;
    private final boolean nowhere;
    private final boolean wholeSegments;
    private final boolean anyProtected;
    private final PrefixSet protectedPrefixes;
    private final PrefixSet inside;

    WildcardRules(PlanPolicy policy, boolean unknownSite) {
        this.nowhere = unknownSite && policy.assumedSiblings() == null;
        this.anywhere = policy.wildcardsInside().contains("/");
        this.wholeSegments = policy.granularity() == Granularity.SEGMENT;
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
        int cut =
                wholeSegments ? endOfSegment(text, offset, depth, parentDepth) : beforeHalfEscape(text, offset, depth);
        return cut > parentDepth && isAllowed(text, offset, offset + cut) ? cut : 0;
    }

    private static int endOfSegment(byte[] text, int offset, int depth, int parentDepth) {
        int cut = depth;
        while (cut > parentDepth && text[offset + cut - 1] != '/' && text[offset + cut - 1] != '?') {
            cut--;
        }
        return cut;
    }

    /** A {@code %} among the last two bytes starts an escape that the cut would part; earlier ones are whole. */
    private static int beforeHalfEscape(byte[] text, int offset, int depth) {
        if (text[offset + depth - 1] == '%') {
            return depth - 1;
        }
        return depth > 1 && text[offset + depth - 2] == '%' ? depth - 2 : depth;
    }

    private boolean isAllowed(byte[] text, int from, int to) {
        if (!anywhere && !inside.startsOf(text, from, to)) {
            return false;
        }
        return !anyProtected
                || !(protectedPrefixes.startsOf(text, from, to) || protectedPrefixes.continues(text, from, to));
    }
}

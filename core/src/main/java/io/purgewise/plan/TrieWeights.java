package io.purgewise.plan;

import java.util.Arrays;

/**
 * Looks up what the known URLs weigh under each pattern and each wildcard of a trie.
 *
 * <p>The collateral of a node's wildcard is the weight under it less the weight that its patterns ask for; patterns are
 * disjoint, so nothing is counted twice. All look-ups go forward through the sorted URLs: at each leaf first the start of the
 * wildcards that begin there, the shortest first, then the leaf, then the end of the wildcards that end there, the longest
 * first. The next leaf's wildcards start behind those ends, because a cut is longer than anything the leaf shares with a
 * pattern outside of the node.
 */
final class TrieWeights {

    private TrieWeights() {}

    static void fill(PatternTrie trie, UrlIndex known, PlanPolicy policy) {
        if (known.isUnknown()) {
            assume(trie, policy.assumedSiblings().orElse(0));
            return;
        }
        int[] outermost = new int[trie.leaves()];
        int[] inner = new int[trie.nodes()];
        Arrays.fill(outermost, -1);
        for (int node = 0; node < trie.nodes(); node++) {
            if (trie.cut(node) > 0) {
                inner[node] = outermost[trie.first(node)];
                outermost[trie.first(node)] = node;
            }
        }
        addStandIns(trie);
        for (IndexSegment segment : known.segments()) {
            lookUp(trie, segment.cursor(), outermost, inner);
        }
        trie.subtractRequired();
    }

    private static void assume(PatternTrie trie, long siblings) {
        for (int node = 0; node < trie.nodes(); node++) {
            trie.addCollateral(node, siblings * (trie.last(node) - trie.first(node) + 1L));
        }
        for (int leaf = 0; leaf < trie.leaves(); leaf++) {
            if (trie.isLoneStandIn(leaf)) {
                trie.addLeafCollateral(leaf, siblings);
            }
        }
    }

    /** Counts what stand-ins are there for as asked for. */
    private static void addStandIns(PatternTrie trie) {
        for (int leaf = 0; leaf < trie.patterns().standIns().length; leaf++) {
            StandIn standIn = trie.patterns().standIn(leaf);
            if (standIn != null) {
                trie.addLeafWeight(leaf, standIn.weight());
                trie.addLeafCollateral(leaf, -standIn.weight());
            }
        }
    }

    private static void lookUp(PatternTrie trie, SegmentCursor cursor, int[] outermost, int[] inner) {
        byte[] text = trie.patterns().text();
        int[] lcp = trie.patterns().lcp();
        int closing = 0;
        int last = 0; // the length of the last key: all keys at a leaf are prefixes of its path
        for (int leaf = 0; leaf < trie.leaves(); leaf++) {
            int from = trie.patterns().offset()[leaf];
            int to = from + trie.patterns().length()[leaf];
            last = Math.min(last, lcp[leaf]);
            for (int node = outermost[leaf]; node >= 0; node = inner[node]) {
                int cut = trie.cut(node);
                trie.addCollateral(node, -cursor.seek(text, from, from + cut, false, Math.min(last, cut)));
                last = cut;
            }
            long before = cursor.seek(text, from, to, false, last);
            last = to - from;
            if (trie.isLoneStandIn(leaf)) {
                trie.addLeafCollateral(leaf, cursor.seek(text, from, to, true, last) - before);
            } else if (trie.patterns().standIn(leaf) == null) { // what one in a node clears is asked at the node
                if (trie.isPrefix(leaf)) {
                    trie.addLeafWeight(leaf, cursor.seek(text, from, to, true, last) - before);
                } else if (cursor.isAtKey()) {
                    trie.addLeafWeight(leaf, cursor.weight());
                }
            }
            for (; closing < trie.nodes() && trie.last(closing) == leaf; closing++) {
                int cut = trie.cut(closing);
                if (cut > 0) {
                    trie.addCollateral(closing, cursor.seek(text, from, from + cut, true, cut));
                    last = cut;
                }
            }
        }
    }
}

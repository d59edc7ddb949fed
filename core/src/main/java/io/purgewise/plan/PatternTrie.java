package io.purgewise.plan;

import java.util.Arrays;

/**
 * Is the compact trie of the sorted patterns, written in reverse Polish: no pointers, a few arrays.
 *
 * <p>Leaves are the patterns. An inner node stands for a string that is the longest common prefix of at least two patterns; a
 * pattern that equals the string is the node's first child. Nodes are numbered in post-order, so a bottom-up computation is a
 * loop: push leaf 0; then, as long as the next node's last leaf is the one just pushed, pop that node's {@code children} and
 * push the node; then leaf 1, and so on.
 *
 * <p><b>Why inner nodes are all the wildcards that matter.</b> Take any wildcard {@code s*} of a plan and the set P of patterns
 * that it clears. If P is empty the item can go. If P is one URL, the exact item costs the same, has no collateral and is no
 * wildcard. If P is one required prefix, {@code s*} is it or can be replaced by it, since the prefix itself is always allowed
 * and has no collateral. Otherwise the longest common prefix of P is the string of an inner node, P is all that lies below it,
 * and {@link WildcardRules} shows that the node's {@code cut} is the best of the strings that clear just P. A plan that clears
 * a pattern twice is not cheapest, in the order of {@link Cost}: nested items can be dropped without loss. So every cheapest
 * plan is a cut through this trie: at each node either its wildcard, or the best of each child.
 *
 * <p><b>Stand-ins.</b> A leaf may be a {@link StandIn}, which only a wildcard at its string or above it clears. If it is the only
 * leaf with that string below no other, its own item is that wildcard, with what lies under it as collateral. Otherwise an
 * inner node has the same string, and <em>must</em> take its wildcard unless one above does.
 */
final class PatternTrie {

    private final SortedPatterns patterns;
    private int size;
    private int[] first;
    private int[] last;
    private int[] children;
    private int[] cut;
    private final long[] leafWeight;
    private long[] collateral = {};
    private final boolean[] cleared;
    /** For tries with stand-ins, otherwise empty: what the item of a leaf clears besides. */
    private final long[] leafCollateral;
    /** For tries with stand-ins, otherwise empty: which leaves have the string of an inner node and so no item of their own. */
    private boolean[] inNode = {};
    /** For tries with stand-ins, otherwise empty: how long the string of each node is. */
    private int[] depth = {};
    /** For tries with stand-ins, otherwise empty: which nodes must take their wildcard. */
    private boolean[] forced = {};

    private PatternTrie(SortedPatterns patterns) {
        this.patterns = patterns;
        int inner = Math.max(0, patterns.size() - 1);
        this.first = new int[inner];
        this.last = new int[inner];
        this.children = new int[inner];
        this.cut = new int[inner];
        this.leafWeight = new long[patterns.size()];
        this.leafCollateral = new long[patterns.standIns().length];
        this.depth = new int[patterns.standIns().length];
        this.cleared = new boolean[0];
    }

    private PatternTrie(PatternTrie trie, boolean[] cleared) {
        this.patterns = trie.patterns;
        this.size = trie.size;
        this.first = trie.first;
        this.last = trie.last;
        this.children = trie.children;
        this.cut = trie.cut;
        this.leafWeight = trie.leafWeight;
        this.collateral = trie.collateral;
        this.cleared = cleared;
        this.leafCollateral = trie.leafCollateral;
        this.inNode = trie.inNode;
        this.depth = trie.depth;
        this.forced = trie.forcedNodes(cleared);
    }

    static PatternTrie of(SortedPatterns patterns, WildcardRules rules) {
        PatternTrie trie = new PatternTrie(patterns);
        trie.build(rules);
        return trie;
    }

    /** Returns this trie with some patterns cleared by other means: they need no item, and still are no collateral. */
    PatternTrie without(boolean[] clearedLeaves) {
        return new PatternTrie(this, clearedLeaves);
    }

    /** Finds the intervals of patterns with a common prefix: one scan over the LCPs with a stack of open nodes. */
    private void build(WildcardRules rules) {
        int[] lcp = patterns.lcp();
        int[] openDepth = new int[64];
        int[] openFirst = new int[64];
        int[] openChildren = new int[64];
        int top = 0; // slot 0 is a ground of depth 0 that never closes: all paths share the slash
        for (int leaf = 0; leaf < patterns.size(); leaf++) {
            int right = lcp[leaf + 1];
            int unitFirst = leaf;
            while (true) {
                // The unit from unitFirst to leaf is complete; it belongs to the deeper of its neighbours' common
                // prefixes.
                if (openDepth[top] < right) {
                    if (++top == openDepth.length) {
                        openDepth = Arrays.copyOf(openDepth, 2 * top);
                        openFirst = Arrays.copyOf(openFirst, 2 * top);
                        openChildren = Arrays.copyOf(openChildren, 2 * top);
                    }
                    openDepth[top] = right;
                    openFirst[top] = unitFirst;
                    openChildren[top] = 1;
                    break;
                }
                openChildren[top]++;
                if (openDepth[top] == right) {
                    break;
                }
                int length = openDepth[top];
                unitFirst = openFirst[top];
                int parentDepth = Math.max(right, openDepth[top - 1]);
                if (depth.length > 0) {
                    depth[size] = length;
                }
                first[size] = unitFirst;
                last[size] = leaf;
                children[size] = openChildren[top];
                cut[size] = rules.cut(patterns.text(), patterns.offset()[unitFirst], length, parentDepth);
                size++;
                top--;
            }
        }
        first = Arrays.copyOf(first, size);
        last = Arrays.copyOf(last, size);
        children = Arrays.copyOf(children, size);
        cut = Arrays.copyOf(cut, size);
        collateral = new long[size];
        if (patterns.standIns().length > 0) {
            placeStandIns();
        }
    }

    /** Finds the nodes that have the string of a stand-in; the rules allow their wildcards, whatever they say of others. */
    private void placeStandIns() {
        inNode = new boolean[leaves()];
        for (int leaf = 0; leaf < leaves(); leaf++) {
            int length = patterns.length()[leaf];
            inNode[leaf] = patterns.standIn(leaf) != null
                    && (patterns.lcp()[leaf] == length || patterns.lcp()[leaf + 1] == length);
        }
        for (int node = 0; node < size; node++) {
            if (hasStandIn(node, cleared)) {
                cut[node] = depth[node];
            }
        }
        forced = forcedNodes(cleared);
    }

    private boolean[] forcedNodes(boolean[] clearedLeaves) {
        boolean[] result = new boolean[inNode.length == 0 ? 0 : size];
        for (int node = 0; node < result.length; node++) {
            result[node] = hasStandIn(node, clearedLeaves);
        }
        return result;
    }

    /** Tells whether a stand-in that is not cleared has the string of a node; such leaves are the first below it. */
    private boolean hasStandIn(int node, boolean[] clearedLeaves) {
        for (int leaf = first[node]; leaf <= last[node] && patterns.length()[leaf] == depth[node]; leaf++) {
            if (inNode[leaf] && !(clearedLeaves.length > 0 && clearedLeaves[leaf])) {
                return true;
            }
        }
        return false;
    }

    SortedPatterns patterns() {
        return patterns;
    }

    int leaves() {
        return patterns.size();
    }

    /** Returns the number of inner nodes. */
    int nodes() {
        return size;
    }

    int first(int node) {
        return first[node];
    }

    int last(int node) {
        return last[node];
    }

    int children(int node) {
        return children[node];
    }

    /** Returns the length of the prefix of the node's wildcard, or 0 if it may have none. */
    int cut(int node) {
        return cut[node];
    }

    /** Tells whether the item of the pattern is a wildcard. */
    boolean isPrefix(int leaf) {
        return patterns.isPrefix(leaf);
    }

    /** Returns 1, or 0 for a leaf that has no item of its own: it is cleared, or the wildcard of the node above clears it. */
    int items(int leaf) {
        return isCleared(leaf) || (inNode.length > 0 && inNode[leaf]) ? 0 : 1;
    }

    /** Returns how many wildcards the item of a leaf is. */
    int wildcards(int leaf) {
        return isPrefix(leaf) ? items(leaf) : 0;
    }

    /** Returns the weight that the item of a leaf clears although no pattern asks for it. */
    long leafCollateral(int leaf) {
        return leafCollateral.length == 0 || items(leaf) == 0 ? 0 : leafCollateral[leaf];
    }

    /** Tells whether a node must take its wildcard, unless one above it does. */
    boolean isForced(int node) {
        return forced.length > 0 && forced[node];
    }

    /** Tells whether a leaf has an item of its own that stands in for a URL, with collateral. */
    boolean isLoneStandIn(int leaf) {
        return inNode.length > 0 && !inNode[leaf] && patterns.standIn(leaf) != null;
    }

    /** Tells whether the pattern needs no item. */
    boolean isCleared(int leaf) {
        return cleared.length > 0 && cleared[leaf];
    }

    /** Returns the weight that the node's wildcard clears although no pattern asks for it; only for nodes with a cut. */
    long collateral(int node) {
        return collateral[node];
    }

    void addLeafCollateral(int leaf, long weight) {
        leafCollateral[leaf] += weight;
    }

    void addLeafWeight(int leaf, long weight) {
        leafWeight[leaf] += weight;
    }

    void addCollateral(int node, long weight) {
        collateral[node] += weight;
    }

    /** Takes the weight that patterns ask for away from what has been added for each node's wildcard. */
    void subtractRequired() {
        long[] before = new long[leaves() + 1];
        for (int i = 0; i < leaves(); i++) {
            before[i + 1] = before[i] + leafWeight[i];
        }
        for (int node = 0; node < size; node++) {
            if (cut[node] > 0) {
                collateral[node] -= before[last[node] + 1] - before[first[node]];
            }
        }
    }

    /**
     * Tells whether the node's wildcard sorts before every list of items that clears its patterns one by one.
     *
     * <p>The first item of such a list clears the first pattern and is longer than the cut; so the {@code *} is compared with
     * the first pattern's next byte. Where the pattern ends at the cut it is itself that item, and sorts before.
     */
    boolean wildcardSortsFirst(int node) {
        int leaf = first[node];
        return patterns.length()[leaf] > cut[node] && patterns.text()[patterns.offset()[leaf] + cut[node]] >= '*';
    }
}

package io.purgewise.plan;

import java.util.Arrays;

/**
 * Remembers what the entries of a {@link WildcardLimitedSearch} are made of, and reads a plan from that.
 *
 * <p>An entry of a combination is made of an entry of the left table and one of the right table; an entry of a node is one of
 * its children's combination, or the node's wildcard. Only combinations of tables with more than one entry are written down; in
 * the others there is nothing to choose.
 */
final class WildcardChoices {

    /** In place of an entry of the children: the node's own wildcard. */
    private static final int WILDCARD = -1;
    /** In place of a list of choices: entry 0 of both tables of a combination, the same entry of a node's children. */
    private static final int NONE = -1;

    private final PatternTrie trie;
    private final int[] ofCombination;
    private final int[] ofNode;
    private int combinations;
    private int[] choices = new int[256];
    private int size;

    WildcardChoices(PatternTrie trie) {
        this.trie = trie;
        this.ofCombination = new int[trie.leaves() - 1];
        this.ofNode = new int[trie.nodes()];
    }

    /** Notes the next combination as one of single entries, or of none. */
    void noneInCombination() {
        ofCombination[combinations++] = NONE;
    }

    /** Begins the next combination; for each of its entries a left and a right one must be added. */
    void beginCombination() {
        ofCombination[combinations++] = size;
    }

    /** Notes that a node's entries are those of its children. */
    void noneInNode(int node) {
        ofNode[node] = NONE;
    }

    /** Begins a node; for each of its entries one of the children or the wildcard must be added. */
    void beginNode(int node) {
        ofNode[node] = size;
    }

    void addWildcard() {
        add(WILDCARD);
    }

    void add(int entry) {
        if (size == choices.length) {
            choices = Arrays.copyOf(choices, 2 * size);
        }
        choices[size++] = entry;
    }

    /**
     * Returns the units of an entry of the root.
     *
     * <p>Goes the way of the search backwards, with a stack of the entries of subtrees that are still to be visited. A node's
     * children were combined from the right, so the last combination parts the first child from the rest.
     */
    int[] unitsOf(int rootEntry) {
        int[] entries = new int[trie.leaves() + 1];
        int top = 0;
        entries[top++] = rootEntry;
        int[] units = new int[trie.leaves()];
        int unused = units.length;
        int node = trie.nodes() - 1;
        int combination = combinations;
        int leaf = trie.leaves() - 1;
        while (leaf >= 0) {
            int entry = entries[--top];
            if (node < 0 || trie.last(node) < leaf) {
                if (!trie.isCleared(leaf)) {
                    units[--unused] = leaf;
                }
                leaf--;
                continue;
            }
            if (ofNode[node] != NONE) {
                entry = choices[ofNode[node] + entry];
            }
            if (entry == WILDCARD) {
                units[--unused] = ~node;
                int first = trie.first(node);
                combination -= leaf - first; // a subtree of m leaves has m - 1 combinations
                leaf = first - 1;
                while (node >= 0 && trie.last(node) >= first) {
                    node--;
                }
                continue;
            }
            for (int child = trie.children(node); child > 1; child--) {
                int at = ofCombination[--combination];
                entries[top++] = at == NONE ? 0 : choices[at + 2 * entry];
                entry = at == NONE ? 0 : choices[at + 2 * entry + 1];
            }
            entries[top++] = entry;
            node--;
        }
        return Arrays.copyOfRange(units, unused, units.length);
    }
}

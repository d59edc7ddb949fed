package io.purgewise.plan;

import java.util.Arrays;

/**
 * Merges leaves that lie at the same node and that the same tags clear.
 */
final class CoverGroups {

    private static final int NONE = -1;

    private final int[] tagStart;
    private final int[] tag;
    private final int[] table;
    /** The node of each group. */
    private final int[] owner;
    /** A leaf of each group, or {@link #NONE} where no tag clears the group. */
    private final int[] example;
    /** The group of each leaf and, behind those, of each wildcard that became a leaf. */
    private final int[] group;

    private final int[] wildcardGroup;
    private final long[] wildcardCollateral;
    private int groups;
    private int wildcards;

    /**
     * Prepares for some leaves.
     *
     * @param most how many leaves and wildcards will be added at the most
     * @param tagStart where the tags of a leaf start in {@code tag}
     * @param tag the tags that clear leaves, rising for each
     */
    CoverGroups(int most, int[] tagStart, int[] tag) {
        this.tagStart = tagStart;
        this.tag = tag;
        this.table = new int[Math.max(16, Integer.highestOneBit(most) << 2)];
        Arrays.fill(table, NONE);
        this.owner = new int[most];
        this.example = new int[most];
        this.group = new int[tagStart.length - 1];
        Arrays.fill(group, NONE);
        this.wildcardCollateral = new long[most];
        this.wildcardGroup = new int[most];
    }

    /** Adds a leaf at a node. */
    void add(int node, int leaf) {
        group[leaf] = groupOf(node, tagStart[leaf] == tagStart[leaf + 1] ? NONE : leaf);
    }

    /** Adds a wildcard at a node, which is a leaf that no tag clears. */
    void addWildcard(int node, long collateral) {
        wildcardGroup[wildcards] = groupOf(node, NONE);
        wildcardCollateral[wildcards++] = collateral;
    }

    private int groupOf(int node, int leaf) {
        int slot = hash(node, leaf) & (table.length - 1);
        while (table[slot] != NONE && !isSame(table[slot], node, leaf)) {
            slot = (slot + 1) & (table.length - 1);
        }
        if (table[slot] == NONE) {
            owner[groups] = node;
            example[groups] = leaf;
            table[slot] = groups++;
        }
        return table[slot];
    }

    private int first(int leaf) {
        return leaf == NONE ? 0 : tagStart[leaf];
    }

    private int end(int leaf) {
        return leaf == NONE ? 0 : tagStart[leaf + 1];
    }

    private int hash(int node, int leaf) {
        int hash = node;
        for (int i = first(leaf); i < end(leaf); i++) {
            hash = 31 * hash + tag[i] + 1;
        }
        hash *= 0x9E3779B9;
        return hash ^ hash >>> 15;
    }

    private boolean isSame(int other, int node, int leaf) {
        int like = example[other];
        return owner[other] == node && Arrays.equals(tag, first(leaf), end(leaf), tag, first(like), end(like));
    }

    /**
     * Is what the groups became.
     *
     * @param leaves a leaf for each group
     * @param dues the sum of its dues, or none
     * @param group the group of each leaf that was added, negative for others
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Merged(CoverProblem.Leaves leaves, long[] dues, int[] group) {}

    /**
     * Makes a leaf of each group.
     *
     * @param from the leaves that were added
     * @param newTag the new numbers of tags
     * @param dues the dues of all leaves, or none
     */
    Merged merge(CoverProblem.Leaves from, int[] newTag, long[] dues) {
        int[] newStart = new int[groups + 1];
        int[] newTags = new int[tag.length];
        for (int g = 0; g < groups; g++) {
            int at = newStart[g];
            for (int i = first(example[g]); i < end(example[g]); i++) {
                newTags[at++] = newTag[tag[i]];
            }
            newStart[g + 1] = at;
        }
        CoverProblem.Leaves to = new CoverProblem.Leaves(
                Arrays.copyOf(owner, groups),
                new int[groups],
                new int[groups],
                new long[groups],
                new int[groups],
                new int[groups][],
                newStart,
                Arrays.copyOf(newTags, newStart[groups]));
        Arrays.fill(to.folded(), new int[0]);
        long[] newDues = new long[dues.length == 0 ? 0 : groups];
        for (int leaf = 0; leaf < from.size(); leaf++) {
            int g = group[leaf];
            if (g != NONE) {
                to.items()[g] += from.items()[leaf];
                to.wildcards()[g] += from.wildcards()[leaf];
                to.collateral()[g] += from.collateral()[leaf];
                to.blocked()[g] += from.blocked()[leaf];
                to.folded()[g] = concat(to.folded()[g], from.folded()[leaf]);
                if (dues.length > 0) {
                    newDues[g] += dues[leaf];
                }
            }
        }
        for (int wildcard = 0; wildcard < wildcards; wildcard++) {
            int g = wildcardGroup[wildcard];
            to.items()[g]++;
            to.wildcards()[g]++;
            to.collateral()[g] += wildcardCollateral[wildcard];
        }
        return new Merged(to, newDues, group);
    }

    private static int[] concat(int[] a, int[] b) {
        if (a.length == 0 || b.length == 0) {
            return a.length == 0 ? b : a;
        }
        int[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}

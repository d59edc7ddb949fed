package io.purgewise.plan;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Gives each symbol of an alphabet a code of its own number of bits, the fewest for the most frequent (a canonical Huffman code).
 *
 * <p>No code starts another. The codes of one length are consecutive numbers in the order of their symbols, so that the lengths
 * alone say everything; the last symbol of the longest ones has ones only.
 *
 * @param lengths the bits of each symbol's code
 * @param codes the codes, in the lowest bits
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PrefixCode(byte[] lengths, int[] codes) {

    /** The longest code, in bits: what a decoder looks up at once. */
    static final int MAX_BITS = 12;

    /** Makes the code that needs the fewest bits for symbols that occur so often; each occurs at least once. */
    static PrefixCode of(long[] frequencies) {
        long[] flattened = frequencies.clone();
        byte[] lengths = lengths(flattened);
        while (longest(lengths) > MAX_BITS) { // rare symbols count for more until none is too deep
            Arrays.setAll(flattened, i -> flattened[i] / 2 + 1);
            lengths = lengths(flattened);
        }
        return ofLengths(lengths);
    }

    /**
     * Restores a code.
     *
     * @throws IllegalArgumentException if the lengths are those of no complete code
     */
    static PrefixCode ofLengths(byte[] lengths) {
        int[] ofLength = new int[MAX_BITS + 2];
        for (byte length : lengths) {
            if (length < 1 || length > MAX_BITS) {
                throw new IllegalArgumentException("a code of " + length + " bits");
            }
            ofLength[length + 1]++;
        }
        int[] next = new int[MAX_BITS + 2]; // the next code of each length
        for (int bits = 2; bits <= MAX_BITS + 1; bits++) {
            next[bits] = (next[bits - 1] + ofLength[bits]) << 1;
        }
        int[] codes = new int[lengths.length];
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            codes[symbol] = next[lengths[symbol]]++;
        }
        if (next[MAX_BITS] != 1 << MAX_BITS) {
            throw new IllegalArgumentException("codes that are not complete");
        }
        return new PrefixCode(lengths, codes);
    }

    private static byte[] lengths(long[] frequencies) {
        int symbols = frequencies.length;
        int[] parent = new int[2 * symbols - 1];
        long[] weight = Arrays.copyOf(frequencies, parent.length);
        PriorityQueue<Integer> roots = new PriorityQueue<>(
                Comparator.<Integer>comparingLong(node -> weight[node]).thenComparingInt(node -> node));
        for (int symbol = 0; symbol < symbols; symbol++) {
            roots.add(symbol);
        }
        int root = 0;
        for (int node = symbols; node < parent.length; node++) {
            int a = roots.remove();
            int b = roots.remove();
            parent[a] = node;
            parent[b] = node;
            weight[node] = weight[a] + weight[b];
            roots.add(node);
            root = node;
        }
        int[] depth = new int[parent.length];
        for (int node = root - 1; node >= 0; node--) {
            depth[node] = depth[parent[node]] + 1;
        }
        byte[] lengths = new byte[symbols];
        Arrays.setAll(depth, i -> Math.min(depth[i], Byte.MAX_VALUE));
        for (int symbol = 0; symbol < symbols; symbol++) {
            lengths[symbol] = (byte) depth[symbol];
        }
        return lengths;
    }

    /** Returns the bits of the longest code. */
    int longest() {
        return longest(lengths);
    }

    private static int longest(byte[] lengths) {
        int longest = 0;
        for (byte length : lengths) {
            longest = Math.max(longest, length);
        }
        return longest;
    }
}

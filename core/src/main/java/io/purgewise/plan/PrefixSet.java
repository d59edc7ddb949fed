package io.purgewise.plan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Answers whether a string starts with one of some prefixes, or one of them with it, in the logarithm of their number.
 *
 * <p>Only the shortest prefixes are kept: one that starts with another changes no answer. What is left is prefix-free, so the
 * only one that can start a string is the last that sorts at or before it.
 */
final class PrefixSet {

    private final byte[][] prefixes;

    private PrefixSet(byte[][] prefixes) {
        this.prefixes = prefixes;
    }

    static PrefixSet of(Collection<String> prefixes) {
        List<String> shortest = new ArrayList<>();
        for (String prefix : prefixes.stream().sorted().toList()) {
            if (shortest.isEmpty() || !prefix.startsWith(shortest.get(shortest.size() - 1))) {
                shortest.add(prefix);
            }
        }
        return new PrefixSet(shortest.stream()
                .map(p -> p.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new));
    }

    /** Tells whether the string {@code text[from, to)} starts with one of the prefixes. */
    boolean startsOf(byte[] text, int from, int to) {
        int before = firstAfter(text, from, to) - 1;
        return before >= 0 && isPrefix(prefixes[before], 0, prefixes[before].length, text, from, to);
    }

    /** Tells whether one of the prefixes starts with the string {@code text[from, to)}. */
    boolean continues(byte[] text, int from, int to) {
        int at = firstAfter(text, from, to);
        return (at < prefixes.length && isPrefix(text, from, to, prefixes[at], 0, prefixes[at].length))
                || (at > 0 && Arrays.equals(prefixes[at - 1], 0, prefixes[at - 1].length, text, from, to));
    }

    private int firstAfter(byte[] text, int from, int to) {
        int low = 0;
        int high = prefixes.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(prefixes[middle], 0, prefixes[middle].length, text, from, to) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static boolean isPrefix(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
        int length = aTo - aFrom;
        return length <= bTo - bFrom && Arrays.equals(a, aFrom, aTo, b, bFrom, bFrom + length);
    }
}

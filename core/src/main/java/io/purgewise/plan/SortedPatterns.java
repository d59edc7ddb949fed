package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.util.Arrays;
import java.util.Collection;

/**
 * Holds the required patterns sorted, each once, without those that a required prefix contains.
 *
 * <p>What is left is disjoint: no URL is matched by two patterns, since a prefix that starts another path would have swallowed
 * it. A URL may still be a prefix of another path ({@code /a}, {@code /a/b}).
 *
 * @param patterns the patterns in trie order: by path, byte by byte
 * @param text the paths, one after the other in the caller's order
 * @param offset where the path of each pattern starts in {@code text}
 * @param length how long the path of each pattern is
 * @param lcp at {@code i} the common prefix of the paths {@code i - 1} and {@code i}; 0 at both ends
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SortedPatterns(UrlPattern[] patterns, byte[] text, int[] offset, int[] length, int[] lcp) {

    private static final int MAX_TEXT = Integer.MAX_VALUE - 64;
    /** What {@link StringSort} may read behind the last string. */
    private static final int PADDING = 8;

    int size() {
        return patterns.length;
    }

    boolean isPrefix(int i) {
        return patterns[i].prefix();
    }

    static SortedPatterns of(Collection<UrlPattern> required) {
        UrlPattern[] given = required.toArray(UrlPattern[]::new);
        int n = given.length;
        int[] start = new int[n];
        int[] end = new int[n];
        boolean[] prefix = new boolean[n];
        byte[] text = new byte[textLength(given) + PADDING];
        int at = 0;
        for (int i = 0; i < n; i++) {
            String path = given[i].path();
            start[i] = at;
            copyAscii(path, text, at);
            at += path.length();
            end[i] = at;
            prefix[i] = given[i].prefix();
        }
        StringSort.Sorted sorted = StringSort.sort(text, start, end);
        return reduce(given, prefix, text, start, end, sorted);
    }

    private static int textLength(UrlPattern[] patterns) {
        long length = 0;
        for (UrlPattern pattern : patterns) {
            length += pattern.path().length();
        }
        if (length > MAX_TEXT) {
            throw new IllegalArgumentException(
                    "the patterns of one plan must have less than 2 GB together, but have " + length + " characters");
        }
        return (int) length;
    }

    /** Copies a path; patterns are ASCII, so that dropping the high byte, why the method is deprecated, loses nothing. */
    @SuppressWarnings("deprecation")
    private static void copyAscii(String path, byte[] text, int at) {
        path.getBytes(0, path.length(), text, at);
    }

    private static SortedPatterns reduce(
            UrlPattern[] given, boolean[] prefix, byte[] text, int[] start, int[] end, StringSort.Sorted sorted) {
        int[] order = sorted.order();
        int[] lcp = sorted.lcp();
        UrlPattern[] patterns = new UrlPattern[order.length];
        int kept = 0;
        boolean lastIsPrefix = false;
        int lastLength = -1;
        int common = 0; // of the last kept pattern and the current one
        // Compacts in place: start, end and lcp of kept patterns move to the front of arrays that are no longer needed
        // there.
        int[] offset = new int[order.length];
        int[] length = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            int string = order[i];
            int stringLength = end[string] - start[string];
            common = i == 0 ? 0 : Math.min(common, lcp[i]);
            if (kept > 0 && common == lastLength) {
                if (lastIsPrefix) {
                    continue;
                }
                if (stringLength == lastLength) {
                    if (prefix[string]) {
                        patterns[kept - 1] = given[string];
                        lastIsPrefix = true;
                    }
                    continue;
                }
            }
            patterns[kept] = given[string];
            offset[kept] = start[string];
            length[kept] = stringLength;
            lcp[kept] = common;
            lastIsPrefix = prefix[string];
            lastLength = stringLength;
            common = Integer.MAX_VALUE;
            kept++;
        }
        if (kept == order.length) {
            return new SortedPatterns(patterns, text, offset, length, lcp);
        }
        lcp[kept] = 0;
        return new SortedPatterns(
                Arrays.copyOf(patterns, kept),
                text,
                Arrays.copyOf(offset, kept),
                Arrays.copyOf(length, kept),
                Arrays.copyOf(lcp, kept + 1));
    }
}

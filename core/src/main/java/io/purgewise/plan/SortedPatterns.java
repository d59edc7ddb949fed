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
 * @param prefix whether each pattern is a prefix: a copy that is near when the patterns are not
 * @param text the paths, one after the other
 * @param offset where the path of each pattern starts in {@code text}
 * @param length how long the path of each pattern is
 * @param lcp at {@code i} the common prefix of the paths {@code i - 1} and {@code i}; 0 at both ends. This and the other
 *     arrays of numbers may be longer than needed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SortedPatterns(UrlPattern[] patterns, boolean[] prefix, byte[] text, int[] offset, int[] length, int[] lcp) {

    private static final int MAX_TEXT = Integer.MAX_VALUE - 64;
    /** What {@link StringSort} may read behind the last string. */
    private static final int PADDING = 8;

    int size() {
        return patterns.length;
    }

    boolean isPrefix(int i) {
        return prefix[i];
    }

    static SortedPatterns of(Collection<UrlPattern> required) {
        UrlPattern[] given = required.toArray(UrlPattern[]::new);
        int n = given.length;
        int[] start = new int[n];
        int[] end = new int[n];
        boolean[] prefix = new boolean[n];
        byte[] text = new byte[(int) Math.min(MAX_TEXT, 64L * n + PADDING)];
        int at = 0;
        for (int i = 0; i < n; i++) {
            String path = given[i].path();
            text = withRoom(text, at, path.length());
            copyAscii(path, text, at);
            start[i] = at;
            at += path.length();
            end[i] = at;
            prefix[i] = given[i].prefix();
        }
        return reduce(given, prefix, text, start, end, StringSort.sort(text, start, end));
    }

    private static byte[] withRoom(byte[] text, int used, int more) {
        long needed = (long) used + more + PADDING;
        if (needed <= text.length) {
            return text;
        }
        if (needed > MAX_TEXT) {
            throw new IllegalArgumentException("the patterns of one plan must have less than 2 GB together");
        }
        return Arrays.copyOf(text, (int) Math.min(MAX_TEXT, Math.max(needed, text.length * 3L / 2)));
    }

    /** Copies a path; patterns are ASCII, so that dropping the high byte, why the method is deprecated, loses nothing. */
    @SuppressWarnings("deprecation")
    private static void copyAscii(String path, byte[] text, int at) {
        path.getBytes(0, path.length(), text, at);
    }

    /** Keeps what no kept pattern contains: in sorted order that can only be the last kept one. */
    private static SortedPatterns reduce(
            UrlPattern[] given, boolean[] prefix, byte[] text, int[] start, int[] end, StringSort.Sorted sorted) {
        int n = given.length;
        int[] order = sorted.order();
        int[] lcp = sorted.lcp(); // those of kept patterns move to its front
        UrlPattern[] patterns = new UrlPattern[n];
        boolean[] isPrefix = new boolean[n];
        int[] offset = new int[n];
        int[] length = new int[n];
        byte[] sortedText = new byte[n == 0 ? 0 : end[n - 1]];
        int at = 0;
        int kept = 0;
        boolean lastIsPrefix = false;
        int lastLength = -1;
        int common = 0; // of the last kept pattern with the current one
        for (int i = 0; i < n; i++) {
            int string = order[i];
            int stringLength = end[string] - start[string];
            common = Math.min(common, lcp[i]);
            if (common == lastLength && (lastIsPrefix || stringLength == lastLength)) {
                if (prefix[string] && !lastIsPrefix) {
                    patterns[kept - 1] = given[string]; // the same path as a URL and as a prefix
                    isPrefix[kept - 1] = true;
                    lastIsPrefix = true;
                }
                continue;
            }
            patterns[kept] = given[string];
            isPrefix[kept] = prefix[string];
            offset[kept] = at;
            length[kept] = stringLength;
            lcp[kept] = common;
            System.arraycopy(text, start[string], sortedText, at, stringLength);
            at += stringLength;
            kept++;
            lastIsPrefix = prefix[string];
            lastLength = stringLength;
            common = Integer.MAX_VALUE;
        }
        lcp[kept] = 0;
        return new SortedPatterns(
                kept == n ? patterns : Arrays.copyOf(patterns, kept), isPrefix, sortedText, offset, length, lcp);
    }
}

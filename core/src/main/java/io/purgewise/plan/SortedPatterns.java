package io.purgewise.plan;

import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the required patterns sorted, each once, without those that a required prefix contains.
 *
 * <p>What is left is disjoint: no URL is matched by two patterns, since a prefix that starts another path would have swallowed
 * it. A URL may still be a prefix of another path ({@code /a}, {@code /a/b}).
 *
 * <p>Stand-ins are the exception: a wildcard in place of a URL that CloudFront cannot name contains no other pattern, since it
 * need not become an item. Two of them, or one and an exact URL, may have the same path; the URL then comes first.
 *
 * @param patterns the patterns in trie order: by path, byte by byte
 * @param prefix whether each pattern is a prefix: a copy that is near when the patterns are not
 * @param text the paths, one after the other
 * @param offset where the path of each pattern starts in {@code text}
 * @param length how long the path of each pattern is
 * @param lcp at {@code i} the common prefix of the paths {@code i - 1} and {@code i}; 0 at both ends. This and the other
 *     arrays of numbers may be longer than needed
 * @param standIns what each pattern stands in for, null where it is required itself; empty where all are
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SortedPatterns(
        UrlPattern[] patterns,
        boolean[] prefix,
        byte[] text,
        int[] offset,
        int[] length,
        int[] lcp,
        @Nullable StandIn[] standIns) {

    private static final int MAX_TEXT = Integer.MAX_VALUE - 64;
    /** What {@link StringSort} may read behind the last string. */
    private static final int PADDING = 8;

    int size() {
        return patterns.length;
    }

    boolean isPrefix(int i) {
        return prefix[i];
    }

    /** Returns what the pattern stands in for, or null if it is required itself. */
    @Nullable
    StandIn standIn(int i) {
        return standIns.length == 0 ? null : standIns[i];
    }

    /** Returns the number of the required pattern, or a negative number. */
    int indexOf(UrlPattern pattern) {
        int index = Arrays.binarySearch(patterns, pattern);
        return index < 0 || standIn(index) == null ? index : -1;
    }

    static SortedPatterns of(Collection<UrlPattern> required) {
        UrlPattern[] given = required.toArray(UrlPattern[]::new);
        int n = given.length;
        int[] start = new int[n];
        int[] end = new int[n];
        boolean[] prefix = new boolean[n];
        byte[] text = new byte[(int) Math.min(MAX_TEXT, 64L * n + PADDING)];
        int[] lcp = new int[n + 1];
        boolean inOrder = true; // as listings and tables give them: then there is nothing to sort
        boolean disjoint = true; // and perhaps nothing to drop
        int at = 0;
        for (int i = 0; i < n; i++) {
            String path = given[i].path();
            text = withRoom(text, at, path.length());
            copyAscii(path, text, at);
            start[i] = at;
            at += path.length();
            end[i] = at;
            prefix[i] = given[i].prefix();
            if (inOrder && i > 0) {
                lcp[i] = commonIfInOrder(text, start[i - 1], start[i], at);
                inOrder = lcp[i] >= 0;
                disjoint &= lcp[i] < end[i - 1] - start[i - 1] || !(prefix[i - 1] || lcp[i] == path.length());
            }
        }
        if (inOrder && disjoint) {
            return new SortedPatterns(given, prefix, text, start, lengths(start, end), lcp, new StandIn[0]);
        }
        StringSort.Sorted sorted =
                inOrder ? new StringSort.Sorted(identity(n), lcp, 0) : StringSort.sort(text, start, end);
        return reduce(given, prefix, text, start, end, sorted);
    }

    /** Returns the common prefix of a path and the one before it, which ends where it starts; -1 if the path sorts before that. */
    private static int commonIfInOrder(byte[] text, int before, int from, int to) {
        int mismatch = Arrays.mismatch(text, before, from, text, from, to);
        if (mismatch < 0 || mismatch == from - before) {
            return from - before;
        }
        boolean behind = mismatch < to - from && text[before + mismatch] < text[from + mismatch]; // paths are ASCII
        return behind ? mismatch : -1;
    }

    private static int[] identity(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        return order;
    }

    private static int[] lengths(int[] start, int[] end) {
        int[] lengths = new int[start.length];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = end[i] - start[i];
        }
        return lengths;
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
                kept == n ? patterns : Arrays.copyOf(patterns, kept),
                isPrefix,
                sortedText,
                offset,
                length,
                lcp,
                new StandIn[0]);
    }

    /** Adds stand-ins, without those that a required prefix contains. */
    SortedPatterns plus(Collection<StandIn> added) {
        if (added.isEmpty()) {
            return this;
        }
        List<UrlPattern> merged = new ArrayList<>();
        List<@Nullable StandIn> origin = new ArrayList<>();
        Iterator<StandIn> rest = added.stream()
                .filter(standIn -> !anyMatches(patterns, standIn.url().url()))
                .sorted()
                .iterator();
        StandIn next = rest.hasNext() ? rest.next() : null;
        for (int i = 0; i <= size(); i++) {
            while (next != null && (i == size() || next.pattern().compareTo(patterns[i]) < 0)) {
                merged.add(next.pattern());
                origin.add(next);
                next = rest.hasNext() ? rest.next() : null;
            }
            if (i < size()) {
                merged.add(patterns[i]);
                origin.add(null);
            }
        }
        return inOrder(merged, origin.toArray(StandIn[]::new));
    }

    /**
     * Tells whether a URL is meant by one of some sorted patterns that do not contain each other. Only the last one whose path
     * sorts at or before the URL can: whatever stands between a prefix and a URL that starts with it starts with it too.
     */
    static boolean anyMatches(UrlPattern[] sorted, String url) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle].path().compareTo(url) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low > 0 && sorted[low - 1].matches(url);
    }

    private static SortedPatterns inOrder(List<UrlPattern> patterns, @Nullable StandIn[] standIns) {
        int n = patterns.size();
        boolean[] prefix = new boolean[n];
        int[] offset = new int[n];
        int[] length = new int[n];
        int[] lcp = new int[n + 1];
        byte[] text = new byte
                [Math.toIntExact(
                        patterns.stream().mapToLong(p -> p.path().length()).sum())];
        int at = 0;
        for (int i = 0; i < n; i++) {
            String path = patterns.get(i).path();
            prefix[i] = patterns.get(i).prefix();
            offset[i] = at;
            length[i] = path.length();
            copyAscii(path, text, at);
            at += path.length();
            if (i > 0) {
                int mismatch = Arrays.mismatch(text, offset[i - 1], offset[i], text, offset[i], at);
                lcp[i] = mismatch < 0 ? length[i] : mismatch;
            }
        }
        return new SortedPatterns(patterns.toArray(UrlPattern[]::new), prefix, text, offset, length, lcp, standIns);
    }
}

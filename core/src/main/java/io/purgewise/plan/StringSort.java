package io.purgewise.plan;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Sorts byte strings and finds the longest common prefix (LCP) of each two neighbours on the way.
 *
 * <p>A most-significant-byte radix sort that works on eight bytes of each string at a time. The words stand beside the string
 * numbers, so that a pass reads memory in order and the strings themselves are touched once for eight bytes. Each pass first
 * finds the first byte in which the words of its range differ and splits there: shared prefixes cost one look for eight
 * bytes, and the split position is the LCP of the neighbours that it parts. The time is linear in the total length of the
 * strings whatever they are; the work stack, not the thread's, holds the open ranges.
 *
 * <p>Strings must not hold the byte 0, which stands for the end.
 */
final class StringSort {

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int WORD_BYTES = 8;
    private static final int INSERTION_SORT = 24;

    private final byte[] text;
    private final int[] start;
    private final int[] end;
    private final int[] order;
    private final int[] lcp;
    private final long[] words;
    private final int[] spareOrder;
    private final long[] spareWords;
    private final int[] count = new int[257];
    private int[] open = new int[3 * 512];
    private int openSize;
    private long moves;

    private StringSort(byte[] text, int[] start, int[] end) {
        int n = start.length;
        this.text = text;
        this.start = start;
        this.end = end;
        this.order = new int[n];
        this.lcp = new int[n + 1];
        this.words = new long[n];
        this.spareOrder = new int[n];
        this.spareWords = new long[n];
    }

    /**
     * Sorts strings in unsigned byte order; equal strings end up side by side.
     *
     * @param text the bytes, with at least 7 more behind the last string
     * @param start where each string starts
     * @param end where each string ends, exclusive
     */
    static Sorted sort(byte[] text, int[] start, int[] end) {
        StringSort sort = new StringSort(text, start, end);
        sort.run();
        return new Sorted(sort.order, sort.lcp, sort.moves);
    }

    /**
     * Holds the result.
     *
     * @param order the numbers of the strings in sorted order
     * @param lcp at {@code i} the common prefix of the strings {@code i - 1} and {@code i} of the order; 0 at both ends
     * @param moves how often a word was loaded, compared or moved, for tests of growth
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Sorted(int[] order, int[] lcp, long moves) {}

    private void run() {
        int n = order.length;
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        load(0, n, 0);
        push(0, n, 0);
        while (openSize > 0) {
            int depth = open[--openSize];
            int to = open[--openSize];
            int from = open[--openSize];
            sortRange(from, to, depth);
        }
    }

    /** Opens a range whose strings share {@code depth} bytes and whose words at that depth are loaded. */
    private void push(int from, int to, int depth) {
        if (to - from < 2) {
            return;
        }
        if (openSize + 3 > open.length) {
            open = Arrays.copyOf(open, open.length * 2);
        }
        open[openSize++] = from;
        open[openSize++] = to;
        open[openSize++] = depth;
    }

    private void load(int from, int to, int depth) {
        moves += to - from;
        for (int i = from; i < to; i++) {
            int string = order[i];
            int at = start[string] + depth;
            int rest = end[string] - at;
            if (rest >= WORD_BYTES) {
                words[i] = (long) WORD.get(text, at);
            } else {
                words[i] = rest <= 0 ? 0 : (long) WORD.get(text, at) & (-1L << (Long.SIZE - Byte.SIZE * rest));
            }
        }
    }

    private void sortRange(int from, int to, int depth) {
        if (to - from <= INSERTION_SORT) {
            insertionSort(from, to);
            splitSorted(from, to, depth);
            return;
        }
        long first = words[from];
        long differing = 0;
        for (int i = from + 1; i < to; i++) {
            differing |= words[i] ^ first;
        }
        moves += to - from;
        if (differing == 0) {
            descend(from, to, depth);
        } else {
            split(from, to, depth, Long.numberOfLeadingZeros(differing) / Byte.SIZE);
        }
    }

    /** Goes on behind equal words, or ends where they held the end of equal strings. */
    private void descend(int from, int to, int depth) {
        if ((words[from] & 0xff) != 0) {
            load(from, to, depth + WORD_BYTES);
            push(from, to, depth + WORD_BYTES);
        } else {
            int length = end[order[from]] - start[order[from]];
            Arrays.fill(lcp, from + 1, to, length);
        }
    }

    /** Distributes a range by one byte of its words, in the order that it has. */
    private void split(int from, int to, int depth, int byteIndex) {
        int shift = Long.SIZE - Byte.SIZE * (byteIndex + 1);
        Arrays.fill(count, 0);
        for (int i = from; i < to; i++) {
            count[(int) (words[i] >>> shift & 0xff) + 1]++;
        }
        for (int b = 0; b < 256; b++) {
            count[b + 1] += count[b];
        }
        for (int i = from; i < to; i++) {
            int slot = from + count[(int) (words[i] >>> shift & 0xff)]++;
            spareWords[slot] = words[i];
            spareOrder[slot] = order[i];
        }
        System.arraycopy(spareWords, from, words, from, to - from);
        System.arraycopy(spareOrder, from, order, from, to - from);
        moves += 2L * (to - from);
        int bucket = from;
        for (int b = 0; b < 256; b++) {
            int bucketEnd = from + count[b];
            if (bucketEnd > bucket) {
                if (bucket > from) {
                    lcp[bucket] = depth + byteIndex;
                }
                push(bucket, bucketEnd, depth);
                bucket = bucketEnd;
            }
        }
    }

    private void insertionSort(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            long word = words[i];
            int string = order[i];
            int j = i;
            while (j > from && Long.compareUnsigned(words[j - 1], word) > 0) {
                words[j] = words[j - 1];
                order[j] = order[j - 1];
                j--;
                moves++;
            }
            words[j] = word;
            order[j] = string;
        }
    }

    /** Parts sorted words where they differ and goes on behind those that are equal. */
    private void splitSorted(int from, int to, int depth) {
        int run = from;
        for (int i = from + 1; i <= to; i++) {
            if (i == to || words[i] != words[run]) {
                if (i < to) {
                    lcp[i] = depth + Long.numberOfLeadingZeros(words[i] ^ words[run]) / Byte.SIZE;
                }
                if (i - run > 1) {
                    descend(run, i, depth); // loads new words over those of the run
                }
                run = i;
            }
        }
    }
}

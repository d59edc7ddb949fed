package io.purgewise.plan;

import java.util.Arrays;

/** Writes a {@link IndexSegment} from URLs that come in ascending order, each once. */
final class SegmentWriter {

    private static final int MAX_DATA = Integer.MAX_VALUE - 16;
    private static final int MAX_NUMBER = 10;

    private byte[] data = new byte[1024];
    private int dataSize;
    private int[] blockStart = new int[16];
    private long[] weightBefore = new long[16];
    private int blocks;
    private long size;
    private long total;

    private byte[] previous = new byte[128];
    private int previousLength;

    private byte[] pending = new byte[1024];
    private int pendingSize;
    private final int[] pendingEnd = new int[IndexSegment.BLOCK];
    private final long[] pendingWeight = new long[IndexSegment.BLOCK];
    private int pendingEntries;

    /** Appends a URL that sorts behind all before. */
    void add(byte[] text, int from, int to, long weight) {
        int length = to - from;
        int shared = 0;
        if (pendingEntries > 0) {
            int mismatch = Arrays.mismatch(previous, 0, previousLength, text, from, to);
            shared = mismatch < 0 ? length : mismatch;
        }
        pending = grown(pending, pendingSize, length + 2 * MAX_NUMBER);
        pendingSize = putNumber(pending, pendingSize, shared);
        pendingSize = putNumber(pending, pendingSize, length - shared);
        System.arraycopy(text, from + shared, pending, pendingSize, length - shared);
        pendingSize += length - shared;
        pendingEnd[pendingEntries] = pendingSize;
        pendingWeight[pendingEntries] = weight;
        pendingEntries++;
        previous = grown(previous, 0, length);
        System.arraycopy(text, from + shared, previous, shared, length - shared);
        previousLength = length;
        total = addWeights(total, weight);
        size++;
        if (pendingEntries == IndexSegment.BLOCK) {
            flush();
        }
    }

    static long addWeights(long a, long b) {
        long sum = a + b;
        if (sum < 0) {
            throw new IllegalArgumentException("the weights of a URL index must add up to at most 2^63 - 1");
        }
        return sum;
    }

    private void flush() {
        if (pendingEntries == 0) {
            return;
        }
        if (blocks + 2 > blockStart.length) {
            blockStart = Arrays.copyOf(blockStart, 2 * blockStart.length);
            weightBefore = Arrays.copyOf(weightBefore, 2 * weightBefore.length);
        }
        blockStart[blocks] = dataSize;
        long blockWeight = 0;
        boolean plain = true;
        for (int i = 0; i < pendingEntries; i++) {
            blockWeight += pendingWeight[i];
            plain &= pendingWeight[i] == 1;
        }
        data = grown(data, dataSize, 1 + pendingSize + (plain ? 0 : MAX_NUMBER * pendingEntries));
        if (plain) {
            data[dataSize++] = IndexSegment.PLAIN;
            System.arraycopy(pending, 0, data, dataSize, pendingSize);
            dataSize += pendingSize;
        } else {
            data[dataSize++] = IndexSegment.WEIGHTED;
            int from = 0;
            for (int i = 0; i < pendingEntries; i++) {
                System.arraycopy(pending, from, data, dataSize, pendingEnd[i] - from);
                dataSize += pendingEnd[i] - from;
                dataSize = putNumber(data, dataSize, pendingWeight[i]);
                from = pendingEnd[i];
            }
        }
        blocks++;
        weightBefore[blocks] = weightBefore[blocks - 1] + blockWeight;
        pendingEntries = 0;
        pendingSize = 0;
    }

    IndexSegment finish() {
        flush();
        int[] starts = Arrays.copyOf(blockStart, blocks + 1);
        starts[blocks] = dataSize;
        return IndexSegment.of(Arrays.copyOf(data, dataSize), starts, Arrays.copyOf(weightBefore, blocks + 1), size);
    }

    private static byte[] grown(byte[] array, int used, int more) {
        long needed = (long) used + more;
        if (needed > MAX_DATA) {
            throw new IllegalArgumentException("a URL index must have less than 2 GB of front-coded URLs");
        }
        return needed <= array.length
                ? array
                : Arrays.copyOf(array, (int) Math.min(MAX_DATA, Math.max(needed, array.length * 3L / 2)));
    }

    private static int putNumber(byte[] target, int at, long value) {
        int position = at;
        long rest = value;
        while (rest > 0x7f) {
            target[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[position++] = (byte) rest;
        return position;
    }
}

package io.purgewise.plan;

import java.util.Arrays;

/**
 * Holds the first URL of every sixteenth block of a segment side by side and decoded, so that a far search touches memory that fits
 * into a processor's cache, and only its last steps touch the segment.
 */
final class BlockDirectory {

    /** From one entry to the next, in blocks. */
    static final int STRIDE = 16;

    private final byte[] heads;
    private final int[] start;

    private BlockDirectory(byte[] heads, int[] start) {
        this.heads = heads;
        this.start = start;
    }

    /** Copies the heads out of a segment's blocks. */
    static BlockDirectory of(IndexSegment segment) {
        int entries = (segment.blocks() + STRIDE - 1) / STRIDE;
        int[] start = new int[entries + 1];
        byte[] heads = new byte[32 * entries];
        SegmentCursor cursor = segment.cursor();
        for (int entry = 0; entry < entries; entry++) {
            cursor.enter(entry * STRIDE);
            int end = start[entry] + cursor.length();
            if (end > heads.length) {
                heads = Arrays.copyOf(heads, 2 * end);
            }
            System.arraycopy(cursor.url(), 0, heads, start[entry], cursor.length());
            start[entry + 1] = end;
        }
        return new BlockDirectory(Arrays.copyOf(heads, start[entries]), start);
    }

    int entries() {
        return start.length - 1;
    }

    /** Tells whether the head of an entry is before a key, as {@link SegmentCursor#seek} understands it. */
    boolean isBefore(int entry, byte[] key, int from, int to, boolean past) {
        int mismatch = Arrays.mismatch(heads, start[entry], start[entry + 1], key, from, to);
        if (mismatch < 0 || mismatch == to - from) {
            return past;
        }
        return mismatch == start[entry + 1] - start[entry]
                || (heads[start[entry] + mismatch] & 0xff) < (key[from + mismatch] & 0xff);
    }
}

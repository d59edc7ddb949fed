package io.purgewise.plan;

/**
 * Holds sorted URLs with their weights in front-coded blocks.
 *
 * <p>Each entry says how many bytes it shares with the one before and gives the rest. A block is a flag byte (whether weights
 * follow; without them all are 1) and {@link #BLOCK} entries, the first of which shares nothing, so that a search can start at
 * any block. An entry is: shared length, length of the rest, the rest, and the weight if the block has them; numbers are
 * variable-length, seven bits a byte, least first.
 *
 * <p>Beside the bytes stand, for each block, where it starts and the weight of everything before it: 12 bytes for 64 URLs.
 *
 * @param data the blocks
 * @param blockStart where each block starts in {@code data}, and at the end the length of {@code data}
 * @param weightBefore the weight of all URLs before each block, and at the end that of all URLs
 * @param size how many entries there are
 * @param directory the first URLs of some blocks, for far searches
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record IndexSegment(byte[] data, int[] blockStart, long[] weightBefore, long size, BlockDirectory directory) {

    /** Entries of a block: a search decodes half of one on average, its first URL is stored whole. */
    static final int BLOCK = 64;

    static final byte PLAIN = 0;
    static final byte WEIGHTED = 1;

    static IndexSegment of(byte[] data, int[] blockStart, long[] weightBefore, long size) {
        return new IndexSegment(data, blockStart, weightBefore, size, BlockDirectory.of(data, blockStart));
    }

    int blocks() {
        return blockStart.length - 1;
    }

    long weight() {
        return weightBefore[blocks()];
    }

    SegmentCursor cursor() {
        return new SegmentCursor(this);
    }
}

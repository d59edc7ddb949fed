package io.purgewise.plan;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Holds sorted URLs with their weights in front-coded blocks.
 *
 * <p>Each entry says how many bytes it shares with the one before and gives the rest in the codes of a {@link SymbolTable}. A block
 * is a flag byte (whether weights follow; without them all are 1) and {@link #BLOCK} entries, the first of which shares nothing, so
 * that a search can start at any block. An entry is:
 *
 * <ul>
 *   <li>a byte: in its upper half the number of bytes that the codes take, in its lower half how many bytes more than the entry
 *       before it shares, plus {@link #SHARED_BIAS}; {@link #ESCAPE} in either half means that a number follows;
 *   <li>the shared length, if its half is an escape; how many bytes the codes take beyond {@link #ESCAPE}, if that half is one;
 *   <li>the codes; and the weight, if the block has weights.
 * </ul>
 *
 * <p>Numbers are variable-length, seven bits a byte, least first. A segment is one stretch of bytes, in memory or in a mapped file:
 * the number of entries (8), of blocks (4), of bytes of the table (4) and of the blocks (4); the table; for each block and the end
 * the weight of everything before it (8); for each block and the end where it starts (4); the blocks; and
 * {@link SymbolTable#LOOK_AHEAD} bytes of nothing.
 *
 * <p>Immutable and thread-safe.
 */
final class IndexSegment {

    /** Entries of a block: a search decodes half of one on average, its first URL is stored whole. */
    static final int BLOCK = 32;

    static final byte PLAIN = 0;
    static final byte WEIGHTED = 1;

    static final int ESCAPE = 15;
    static final int SHARED_BIAS = 7;

    static final int HEAD = Long.BYTES + 3 * Integer.BYTES;

    private final ByteBuffer bytes;
    private final long size;
    private final int blocks;
    private final SymbolTable table;
    private final int weights;
    private final int starts;
    private final int data;
    private final BlockDirectory directory;

    /**
     * Opens a segment.
     *
     * @param bytes all of it; only read, by absolute positions
     * @throws CorruptUrlIndexException if its parts do not fit its length, or its table is none
     */
    IndexSegment(ByteBuffer bytes) {
        if (bytes.limit() < HEAD) {
            throw new CorruptUrlIndexException("a segment of " + bytes.limit() + " bytes");
        }
        this.bytes = bytes;
        this.size = bytes.getLong(0);
        this.blocks = bytes.getInt(8);
        int tableLength = bytes.getInt(12);
        int dataLength = bytes.getInt(16);
        long length =
                HEAD + tableLength + (blocks + 1L) * (Long.BYTES + Integer.BYTES) + dataLength + SymbolTable.LOOK_AHEAD;
        if (blocks < 0
                || tableLength < 0
                || dataLength < 0
                || length != bytes.limit()
                || size < 0
                || blocks != (size + BLOCK - 1) / BLOCK) {
            throw new CorruptUrlIndexException(
                    "a segment's parts do not fit its length of " + bytes.limit() + " bytes");
        }
        this.weights = HEAD + tableLength;
        this.starts = weights + (blocks + 1) * Long.BYTES;
        this.data = starts + (blocks + 1) * Integer.BYTES;
        try {
            this.table = SymbolTable.read(bytes.slice(HEAD, tableLength));
            this.directory = BlockDirectory.of(this);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | ArithmeticException e) {
            throw new CorruptUrlIndexException("a segment's table or blocks do not fit its length");
        }
    }

    /** Returns all of it, for reading by absolute positions. */
    ByteBuffer bytes() {
        return bytes;
    }

    long size() {
        return size;
    }

    int blocks() {
        return blocks;
    }

    SymbolTable table() {
        return table;
    }

    BlockDirectory directory() {
        return directory;
    }

    /** Returns where a block starts in {@link #bytes()}; that of the number of blocks is where the last one ends. */
    int start(int block) {
        return data + bytes.getInt(starts + block * Integer.BYTES);
    }

    /** Returns the weight of all URLs before a block; that of the number of blocks is the weight of all. */
    long weightBefore(int block) {
        return bytes.getLong(weights + block * Long.BYTES);
    }

    long weight() {
        return weightBefore(blocks);
    }

    SegmentCursor cursor() {
        return new SegmentCursor(this);
    }

    /** Adds what the entries of every so many blocks store to a sample. */
    void sample(int step, SymbolTraining training) {
        SegmentCursor cursor = cursor();
        for (int block = 0; block < blocks; block += step) {
            cursor.enter(block);
            training.add(cursor.url(), 0, cursor.length());
            for (int i = 1; i < BLOCK && cursor.next(); i++) {
                training.add(cursor.url(), cursor.shared(), cursor.length());
            }
        }
    }

    /**
     * Reads through all entries.
     *
     * @throws CorruptUrlIndexException if they are out of order, no URLs, or do not fit the weights and starts
     */
    void requireSound() {
        SegmentCursor cursor = cursor();
        byte[] previous = {};
        long weight = 0;
        for (long entry = 0; entry < size; entry++) {
            boolean first = entry % BLOCK == 0;
            if (first) {
                int block = (int) (entry / BLOCK);
                requireFit(block, cursor, weight);
            }
            cursor.next();
            byte[] url = cursor.copy();
            if (cursor.shared() > (first ? 0 : previous.length)
                    || url.length == 0
                    || url[0] != '/'
                    || Arrays.compareUnsigned(previous, url) >= 0
                    || cursor.weight() < 0) {
                throw new CorruptUrlIndexException("entry " + entry + " is no URL or out of order");
            }
            previous = url;
            weight += cursor.weight();
            if (weight < 0) {
                throw new CorruptUrlIndexException("its weights exceed 64 bits together");
            }
        }
        requireFit(blocks, cursor, weight);
    }

    private void requireFit(int block, SegmentCursor cursor, long weight) {
        if (start(block) != (block == 0 ? data : cursor.position()) || weightBefore(block) != weight) {
            throw new CorruptUrlIndexException(
                    "block " + block + " is not where it should be, or weighs something else");
        }
    }
}

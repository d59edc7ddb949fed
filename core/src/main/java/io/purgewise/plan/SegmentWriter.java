package io.purgewise.plan;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Writes a {@link IndexSegment} from URLs that come in ascending order, each once. */
final class SegmentWriter {

    private static final int MAX_BYTES = Integer.MAX_VALUE - 16;

    /** The most bytes of a variable-length number. */
    private static final int MAX_NUMBER = 10;

    private static final int CHUNK = 1 << 20;

    private final SymbolEncoder encoder;

    /** The blocks so far; in pieces, so that nothing is copied but at the end. */
    private final Deque<ByteBuffer> chunks = new ArrayDeque<>();

    private long dataSize;
    private int[] starts = new int[16];
    private long[] weightBefore = new long[16];
    private int blocks;
    private long size;
    private long total;

    private byte[] previous = new byte[128];
    private int previousLength;
    private int previousShared;

    private byte[] pending = new byte[1024];
    private int pendingSize;
    private final int[] pendingEnd = new int[IndexSegment.BLOCK];
    private final long[] pendingWeight = new long[IndexSegment.BLOCK];
    private int pendingEntries;
    private byte[] codes = new byte[256];

    SegmentWriter(SymbolEncoder encoder) {
        this.encoder = encoder;
    }

    /** Appends a URL that sorts behind all before; ASCII. */
    void add(byte[] text, int from, int to, long weight) {
        int length = to - from;
        int shared = 0;
        if (pendingEntries > 0) {
            int mismatch = Arrays.mismatch(previous, 0, previousLength, text, from, to);
            shared = mismatch < 0 ? length : mismatch;
        }
        putEntry(text, from + shared, to, shared);
        pendingEnd[pendingEntries] = pendingSize;
        pendingWeight[pendingEntries] = weight;
        pendingEntries++;
        if (length > previous.length) {
            previous = Arrays.copyOf(previous, 2 * length);
        }
        System.arraycopy(text, from + shared, previous, shared, length - shared);
        previousLength = length;
        total = addWeights(total, weight);
        size++;
        if (pendingEntries == IndexSegment.BLOCK) {
            endBlock();
        }
    }

    static long addWeights(long a, long b) {
        long sum = a + b;
        if (sum < 0) {
            throw new IllegalArgumentException("the weights of a URL index must add up to at most 2^63 - 1");
        }
        return sum;
    }

    private void putEntry(byte[] text, int from, int to, int shared) {
        if (codes.length < 2 * (to - from)) {
            codes = new byte[4 * (to - from)];
        }
        int length = encoder.encode(text, from, to, codes, 0);
        int needed = pendingSize + 1 + 2 * MAX_NUMBER + length;
        if (needed > pending.length) {
            pending = Arrays.copyOf(pending, 2 * needed);
        }
        int more = shared - previousShared + IndexSegment.SHARED_BIAS;
        boolean escapesShared = more < 0 || more >= IndexSegment.ESCAPE;
        boolean escapesLength = length >= IndexSegment.ESCAPE;
        pending[pendingSize++] = (byte)
                ((escapesLength ? IndexSegment.ESCAPE : length) << 4 | (escapesShared ? IndexSegment.ESCAPE : more));
        if (escapesShared) {
            pendingSize = putNumber(pending, pendingSize, shared);
        }
        if (escapesLength) {
            pendingSize = putNumber(pending, pendingSize, length - IndexSegment.ESCAPE);
        }
        System.arraycopy(codes, 0, pending, pendingSize, length);
        pendingSize += length;
        previousShared = shared;
    }

    private void endBlock() {
        if (pendingEntries == 0) {
            return;
        }
        if (blocks + 2 > starts.length) {
            starts = Arrays.copyOf(starts, 2 * starts.length);
            weightBefore = Arrays.copyOf(weightBefore, 2 * weightBefore.length);
        }
        starts[blocks] = (int) dataSize;
        long blockWeight = 0;
        boolean plain = true;
        for (int i = 0; i < pendingEntries; i++) {
            blockWeight += pendingWeight[i];
            plain &= pendingWeight[i] == 1;
        }
        writeBlock(plain);
        blocks++;
        weightBefore[blocks] = weightBefore[blocks - 1] + blockWeight;
        pendingEntries = 0;
        pendingSize = 0;
        previousShared = 0;
    }

    private void writeBlock(boolean plain) {
        ByteBuffer chunk = chunkWith(1 + pendingSize + (plain ? 0 : MAX_NUMBER * pendingEntries));
        int before = chunk.position();
        chunk.put(plain ? IndexSegment.PLAIN : IndexSegment.WEIGHTED);
        if (plain) {
            chunk.put(pending, 0, pendingSize);
        } else {
            byte[] number = new byte[MAX_NUMBER];
            int from = 0;
            for (int i = 0; i < pendingEntries; i++) {
                chunk.put(pending, from, pendingEnd[i] - from);
                chunk.put(number, 0, putNumber(number, 0, pendingWeight[i]));
                from = pendingEnd[i];
            }
        }
        dataSize += chunk.position() - before;
        if (bytes(0) > MAX_BYTES) {
            throw new IllegalArgumentException("a URL index must have less than 2 GB of front-coded URLs");
        }
    }

    private ByteBuffer chunkWith(int room) {
        ByteBuffer last = chunks.peekLast();
        if (last == null || last.remaining() < room) {
            // A small index takes a small chunk.
            last = ByteBuffer.allocate(Math.max(room, (int) Math.min(CHUNK, Math.max(1024, dataSize))));
            chunks.add(last);
        }
        return last;
    }

    private long bytes(int table) {
        return IndexSegment.HEAD
                + table
                + (blocks + 1L) * (Long.BYTES + Integer.BYTES)
                + dataSize
                + SymbolTable.LOOK_AHEAD;
    }

    IndexSegment finish() {
        endBlock();
        byte[] table = encoder.table().toBytes();
        if (bytes(table.length) > MAX_BYTES) {
            throw new IllegalArgumentException("a URL index must have less than 2 GB of front-coded URLs");
        }
        ByteBuffer out = ByteBuffer.allocate((int) bytes(table.length));
        out.putLong(size)
                .putInt(blocks)
                .putInt(table.length)
                .putInt((int) dataSize)
                .put(table);
        starts[blocks] = (int) dataSize;
        for (int block = 0; block <= blocks; block++) {
            out.putLong(weightBefore[block]);
        }
        for (int block = 0; block <= blocks; block++) {
            out.putInt(starts[block]);
        }
        while (!chunks.isEmpty()) {
            out.put(chunks.remove().flip());
        }
        return new IndexSegment(out.clear());
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

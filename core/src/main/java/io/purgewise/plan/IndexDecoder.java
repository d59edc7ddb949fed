package io.purgewise.plan;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/**
 * Reads what {@link IndexEncoder} wrote.
 *
 * <p>Nothing of the content is trusted: the checksum finds damage, and each segment is written anew from its entries, which
 * finds what the checksum cannot, such as entries out of order.
 */
final class IndexDecoder {

    private static final int PART = 1 << 16;

    private final Supplier<ByteBuffer> source;
    private final CRC32 crc = new CRC32();
    private ByteBuffer part = ByteBuffer.allocate(0);

    IndexDecoder(Supplier<ByteBuffer> source) {
        this.source = source;
    }

    UrlIndex read() {
        byte[] magic = take(IndexEncoder.MAGIC.length);
        if (!Arrays.equals(magic, IndexEncoder.MAGIC)) {
            throw new CorruptUrlIndexException("it does not start with the mark of a version that this library reads");
        }
        long size = ByteBuffer.wrap(take(Long.BYTES)).getLong();
        int count = ByteBuffer.wrap(take(Integer.BYTES)).getInt();
        if (size < 0 || count < 0 || count > Long.SIZE) {
            throw new CorruptUrlIndexException("it claims " + size + " URLs in " + count + " segments");
        }
        List<RawSegment> raw = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ByteBuffer head = ByteBuffer.wrap(take(Long.BYTES + Integer.BYTES));
            raw.add(new RawSegment(head.getLong(), take(head.getInt())));
        }
        int expected = (int) crc.getValue();
        if (ByteBuffer.wrap(take(Integer.BYTES)).getInt() != expected) {
            throw new CorruptUrlIndexException("its checksum does not fit its content");
        }
        List<IndexSegment> segments = new ArrayList<>();
        for (RawSegment segment : raw) {
            segments.add(segment.check());
        }
        requireSize(size, segments);
        return new UrlIndex(segments, size);
    }

    /** A segment may hold again what an older one holds, with what its weight gained. */
    private static void requireSize(long size, List<IndexSegment> segments) {
        long largest = segments.stream().mapToLong(IndexSegment::size).max().orElse(0);
        long all = segments.stream().mapToLong(IndexSegment::size).sum();
        if (size < largest || size > all) {
            throw new CorruptUrlIndexException("it claims " + size + " URLs, but holds " + all + " entries");
        }
        long weight = 0;
        for (IndexSegment segment : segments) {
            weight += segment.weight();
            if (weight < 0) {
                throw new CorruptUrlIndexException("its weights exceed 64 bits together");
            }
        }
    }

    /** Takes bytes from the source; they grow as they come, so that a false length does not reserve memory. */
    private byte[] take(int length) {
        if (length < 0) {
            throw new CorruptUrlIndexException("it claims a part of " + length + " bytes");
        }
        byte[] bytes = new byte[Math.min(length, PART)];
        int filled = 0;
        while (filled < length) {
            if (!part.hasRemaining()) {
                part = source.get();
                if (!part.hasRemaining()) {
                    throw new CorruptUrlIndexException("it ends too early");
                }
            }
            int step = Math.min(part.remaining(), length - filled);
            if (filled + step > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(length, Math.max(2L * bytes.length, (long) filled + step)));
            }
            part.get(bytes, filled, step);
            filled += step;
        }
        crc.update(bytes, 0, length);
        return bytes;
    }

    /**
     * Holds a segment as it was read.
     *
     * @param size how many entries it claims
     * @param data its blocks
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record RawSegment(long size, byte[] data) {

        IndexSegment check() {
            SegmentWriter writer = new SegmentWriter();
            NumberReader in = new NumberReader(data);
            byte[] previous = new byte[0];
            boolean weighted = false;
            try {
                for (long entry = 0; entry < size; entry++) {
                    boolean head = entry % IndexSegment.BLOCK == 0;
                    if (head) {
                        weighted = data[in.position++] == IndexSegment.WEIGHTED;
                    }
                    int shared = Math.toIntExact(in.next());
                    int rest = Math.toIntExact(in.next());
                    if (shared < 0
                            || shared > previous.length
                            || (head && shared > 0)
                            || rest < 0
                            || rest > data.length - in.position) {
                        throw new CorruptUrlIndexException("entry " + entry + " is longer than there is room for");
                    }
                    byte[] url = Arrays.copyOf(previous, Math.addExact(shared, rest));
                    System.arraycopy(data, in.position, url, shared, rest);
                    in.position += rest;
                    long weight = weighted ? in.next() : 1;
                    if (url.length == 0 || url[0] != '/' || Arrays.compareUnsigned(previous, url) >= 0 || weight < 0) {
                        throw new CorruptUrlIndexException("entry " + entry + " is no URL or out of order");
                    }
                    writer.add(url, 0, url.length, weight);
                    previous = url;
                }
            } catch (IllegalArgumentException e) {
                throw new CorruptUrlIndexException(String.valueOf(e.getMessage()));
            } catch (IndexOutOfBoundsException | ArithmeticException e) {
                throw new CorruptUrlIndexException("its entries do not fit its length");
            }
            if (in.position != data.length) {
                throw new CorruptUrlIndexException("its entries do not fit its length");
            }
            return writer.finish();
        }
    }
}

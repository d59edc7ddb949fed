package io.purgewise.plan;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/**
 * Reads what {@link IndexEncoder} wrote: from a stream, of which nothing is trusted, since the checksum does not find entries that
 * were written out of order; or where it lies, where reading all entries would take longer than is saved.
 */
final class IndexDecoder {

    private static final int PART = 1 << 16;

    /** Gives the next so many bytes. */
    private final IntFunction<ByteBuffer> source;

    private final CRC32 crc = new CRC32();

    private IndexDecoder(IntFunction<ByteBuffer> source) {
        this.source = source;
    }

    static UrlIndex decode(Supplier<ByteBuffer> source) {
        UrlIndex index = new IndexDecoder(new Parts(source)::take).read();
        index.segments().forEach(IndexSegment::requireSound);
        return index;
    }

    static UrlIndex open(ByteBuffer encoded) {
        UrlIndex index = new IndexDecoder(length -> slice(encoded, length)).read();
        if (encoded.hasRemaining()) {
            throw new CorruptUrlIndexException(encoded.remaining() + " bytes follow its end");
        }
        return index;
    }

    private static ByteBuffer slice(ByteBuffer encoded, int length) {
        if (length > encoded.remaining()) {
            throw new CorruptUrlIndexException("it ends too early");
        }
        ByteBuffer slice = encoded.slice(encoded.position(), length);
        encoded.position(encoded.position() + length);
        return slice;
    }

    private UrlIndex read() {
        ByteBuffer magic = take(IndexEncoder.MAGIC.length);
        if (!magic.equals(ByteBuffer.wrap(IndexEncoder.MAGIC))) {
            throw new CorruptUrlIndexException("it does not start with the mark of a version that this library reads");
        }
        long size = take(Long.BYTES).getLong();
        int count = take(Integer.BYTES).getInt();
        if (size < 0 || count < 0 || count > Long.SIZE) {
            throw new CorruptUrlIndexException("it claims " + size + " URLs in " + count + " segments");
        }
        List<ByteBuffer> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(take(take(Integer.BYTES).getInt()));
        }
        int expected = (int) crc.getValue();
        if (take(Integer.BYTES).getInt() != expected) {
            throw new CorruptUrlIndexException("its checksum does not fit its content");
        }
        List<IndexSegment> segments = parts.stream().map(IndexSegment::new).toList();
        requireSize(size, segments);
        return new UrlIndex(segments, size);
    }

    private ByteBuffer take(int length) {
        if (length < 0) {
            throw new CorruptUrlIndexException("it claims a part of " + length + " bytes");
        }
        ByteBuffer bytes = source.apply(length);
        crc.update(bytes.duplicate());
        return bytes;
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

    /** Collects the parts of a stream. */
    private static final class Parts {

        private final Supplier<ByteBuffer> source;
        private ByteBuffer part = ByteBuffer.allocate(0);

        Parts(Supplier<ByteBuffer> source) {
            this.source = source;
        }

        /** Takes bytes; they grow as they come, so that a false length does not reserve memory. */
        ByteBuffer take(int length) {
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
                    bytes = Arrays.copyOf(bytes, (int)
                            Math.min(length, Math.max(2L * bytes.length, (long) filled + step)));
                }
                part.get(bytes, filled, step);
                filled += step;
            }
            return ByteBuffer.wrap(bytes);
        }
    }
}

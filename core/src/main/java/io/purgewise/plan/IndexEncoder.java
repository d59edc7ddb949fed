package io.purgewise.plan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Writes a {@link UrlIndex}.
 *
 * <p>The format, numbers big-endian: 8 bytes {@code PWINDEX2} (the digit is the version), the number of URLs (8), the number of
 * segments (4); for each segment its length (4) and its bytes as {@link IndexSegment} describes them; at the end the CRC-32 (4) of everything before.
 */
final class IndexEncoder {

    static final byte[] MAGIC = "PWINDEX2".getBytes(StandardCharsets.US_ASCII);
    private static final int PART = 1 << 16;

    private final Consumer<ByteBuffer> sink;
    private final CRC32 crc = new CRC32();
    private final ByteBuffer head = ByteBuffer.allocate(32);

    IndexEncoder(Consumer<ByteBuffer> sink) {
        this.sink = sink;
    }

    void write(UrlIndex index) {
        head.put(MAGIC).putLong(index.size()).putInt(index.segments().size());
        sendHead();
        for (IndexSegment segment : index.segments()) {
            ByteBuffer bytes = segment.bytes();
            head.putInt(bytes.limit());
            sendHead();
            for (int from = 0; from < bytes.limit(); from += PART) {
                ByteBuffer part =
                        bytes.slice(from, Math.min(PART, bytes.limit() - from)).asReadOnlyBuffer();
                crc.update(part.duplicate());
                sink.accept(part);
            }
        }
        sink.accept(ByteBuffer.allocate(4).putInt((int) crc.getValue()).flip());
    }

    private void sendHead() {
        crc.update(head.array(), 0, head.position());
        sink.accept(head.flip());
        head.clear();
    }
}

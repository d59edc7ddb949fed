package io.purgewise.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class UrlIndexFormatTest {

    @Test
    void aWrittenIndexReadsBackInPartsOfAnySize() {
        Random random = new Random(9);
        TreeMap<String, Long> model = new TreeMap<>();
        UrlIndexBuilder builder = UrlIndex.builder();
        for (int i = 0; i < 5000; i++) {
            String url = UrlIndexTest.randomUrl(random);
            model.merge(url, (long) i % 3, Math::max);
            builder.add(url, i % 3);
        }
        UrlIndex index = builder.build().plus(UrlIndex.of(List.of("/new", "/new/2")));
        model.put("/new", 1L);
        model.put("/new/2", 1L);
        byte[] bytes = encode(index);
        for (int part : new int[] {1, 7, 1 << 20}) {
            UrlIndex read = UrlIndex.decode(inParts(bytes, part));
            UrlIndexTest.assertEqual(read, model, random);
            assertThat(encode(read)).isEqualTo(bytes);
        }
        UrlIndexTest.assertEqual(UrlIndex.open(ByteBuffer.wrap(bytes)), model, random);
        ByteBuffer mapped = ByteBuffer.allocateDirect(bytes.length + 9)
                .position(5)
                .put(bytes)
                .flip()
                .position(5);
        UrlIndexTest.assertEqual(UrlIndex.open(mapped), model, random);
        assertThat(mapped.position()).isEqualTo(5);
    }

    @Test
    void damageIsNoticed() {
        UrlIndexBuilder builder = UrlIndex.builder();
        for (int i = 0; i < 200; i++) {
            builder.add("/products/" + i, i % 5);
        }
        byte[] bytes = encode(builder.build());
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 0x10;
            assertCorrupt(damaged);
            assertCorrupt(Arrays.copyOf(bytes, i));
        }
        assertCorrupt("PWINDEX2".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void bytesBehindAnOpenedIndexAreNoticed() {
        byte[] bytes = encode(UrlIndex.of(List.of("/a")));
        assertThatExceptionOfType(CorruptUrlIndexException.class)
                .isThrownBy(() -> UrlIndex.open(ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 3))))
                .withMessageContaining("3 bytes follow its end");
    }

    /** A checksum can be right by chance or by intent: whatever else is wrong is told as damage, or gives a wrong answer at most. */
    @Test
    void damageWithARightChecksumThrowsNothingElse() {
        Random random = new Random(18);
        UrlIndexBuilder builder = UrlIndex.builder();
        for (int i = 0; i < 3000; i++) {
            builder.add(UrlIndexTest.randomUrl(random), i % 3);
            builder.add("/articles/how-to-" + random.nextInt(5000) + "-things");
        }
        byte[] bytes = encode(builder.build());
        int noticed = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] forged = bytes.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                forged[8 + random.nextInt(bytes.length - 12)] = (byte) random.nextInt(256);
            }
            CRC32 crc = new CRC32();
            crc.update(forged, 0, forged.length - 4);
            ByteBuffer.wrap(forged).putInt(forged.length - 4, (int) crc.getValue());
            try {
                UrlIndex opened = UrlIndex.open(ByteBuffer.wrap(forged));
                for (int i = 0; i < 20; i++) {
                    opened.weightUnder(UrlIndexTest.randomUrl(random));
                }
                UrlIndex.decode(inParts(forged, 1 << 16));
            } catch (CorruptUrlIndexException e) {
                noticed++;
            }
        }
        assertThat(noticed).isGreaterThan(2000);
    }

    private static void assertCorrupt(byte[] bytes) {
        assertThatExceptionOfType(CorruptUrlIndexException.class)
                .isThrownBy(() -> UrlIndex.open(ByteBuffer.wrap(bytes)));
        assertThatExceptionOfType(CorruptUrlIndexException.class)
                .isThrownBy(() -> UrlIndex.decode(inParts(bytes, 100)))
                .withMessageContaining("build the index anew");
    }

    private static byte[] encode(UrlIndex index) {
        List<Byte> bytes = new ArrayList<>();
        index.encode(part -> {
            while (part.hasRemaining()) {
                bytes.add(part.get());
            }
        });
        byte[] array = new byte[bytes.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = bytes.get(i);
        }
        return array;
    }

    private static Supplier<ByteBuffer> inParts(byte[] bytes, int size) {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        return () -> {
            ByteBuffer part = all.slice(all.position(), Math.min(size, all.remaining()));
            all.position(all.position() + part.remaining());
            return part;
        };
    }
}

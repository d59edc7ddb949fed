package io.purgewise.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SymbolTableTest {

    @Test
    void aTextReadsBackWithAnyTable() {
        Random random = new Random(3);
        for (SymbolTable table : List.of(SymbolTable.ofCharacters(), learned().table())) {
            SymbolEncoder encoder = new SymbolEncoder(table);
            for (int round = 0; round < 20_000; round++) {
                byte[] text = round % 2 == 0 ? ascii("/sale/chairs-" + random.nextInt(1000)) : noise(random);
                byte[] out = new byte[2 * text.length + 2 + SymbolTable.LOOK_AHEAD];
                random.nextBytes(out); // whatever stands behind the codes is not read as text
                int end = encoder.encode(text, 0, text.length, out, 1);
                byte[] url = new byte[(int) (3 + table.room(end - 1))];
                int length = table.decode(ByteBuffer.wrap(out), 1, end, url, 3);
                assertThat(Arrays.copyOfRange(url, 3, length)).isEqualTo(text);
            }
        }
    }

    @Test
    void whatRepeatsTakesFewBits() {
        SymbolEncoder encoder = learned();
        byte[] text = ascii("/sale/chairs-123");
        byte[] out = new byte[2 * text.length];

        assertThat(encoder.table().pieces()).anyMatch(piece -> piece.contains("chairs-"));
        assertThat(encoder.encode(text, 0, text.length, out, 0)).isLessThanOrEqualTo(3);
    }

    @Test
    void aTableReadsBackAndADamagedOneIsNoticed() {
        byte[] bytes = learned().table().toBytes();
        assertThat(SymbolTable.read(ByteBuffer.wrap(bytes)).toBytes()).isEqualTo(bytes);

        byte[] longer = bytes.clone();
        longer[2 + '/']++;
        assertThatExceptionOfType(CorruptUrlIndexException.class)
                .isThrownBy(() -> SymbolTable.read(ByteBuffer.wrap(longer)))
                .withMessageContaining("codes");
    }

    @Test
    void aCodeNeedsAsManyBitsAsItsSymbolIsRare() {
        PrefixCode code = PrefixCode.of(new long[] {8, 4, 2, 1, 1});
        assertThat(code.lengths()).containsExactly(1, 2, 3, 4, 4);
        assertThat(code.codes()).containsExactly(0b0, 0b10, 0b110, 0b1110, 0b1111);
    }

    @Test
    void noCodeIsLongerThanTheLongest() {
        long[] fibonacci = new long[60];
        Arrays.setAll(fibonacci, i -> i < 2 ? 1 : fibonacci[i - 1] + fibonacci[i - 2]);
        PrefixCode code = PrefixCode.of(fibonacci);
        assertThat(code.longest()).isLessThanOrEqualTo(PrefixCode.MAX_BITS);
        assertThat(PrefixCode.ofLengths(code.lengths()).codes()).isEqualTo(code.codes());
    }

    @Test
    void lengthsOfNoCompleteCodeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> PrefixCode.ofLengths(new byte[] {1, 2}));
        assertThatIllegalArgumentException().isThrownBy(() -> PrefixCode.ofLengths(new byte[] {1, 1, 1}));
        assertThatIllegalArgumentException().isThrownBy(() -> PrefixCode.ofLengths(new byte[] {0}));
    }

    private static SymbolEncoder learned() {
        SymbolTraining training = new SymbolTraining();
        Random random = new Random(5);
        for (int i = 0; i < 3000; i++) {
            byte[] text = ascii("/sale/chairs-" + random.nextInt(1000));
            training.add(text, 0, text.length);
        }
        return training.learn();
    }

    private static byte[] noise(Random random) {
        byte[] text = new byte[1 + random.nextInt(40)];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) random.nextInt(SymbolTable.CHARACTERS);
        }
        return text;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CdnTagEncoderTest {

    /** The expected codes come from Python's hashlib: an app in any language must find the same. */
    @Test
    void aTagBecomesTheFirstEightyBitsOfItsSha256() {
        assertThat(CdnTagEncoder.encode("products").tag()).isEqualTo("0a3e27b8ca818264d75c");
        assertThat(CdnTagEncoder.encode("_N_T_/é, x/page").tag()).isEqualTo("07bd66290001df977264");
        assertThat(CdnTagEncoder.encode("Products")).isNotEqualTo(CdnTagEncoder.encode("products"));
    }

    @Test
    void theHeaderHoldsEachCodeOnceAndNoMoreThanTheCdnReads() {
        String one = CdnTagEncoder.encode("a").tag();
        assertThat(CdnTagEncoder.header(List.of("a", "b", "a")))
                .isEqualTo(one + "," + CdnTagEncoder.encode("b").tag());
        assertThat(CdnTagEncoder.header(Collections.nCopies(60, "a"))).isEqualTo(one);
        assertThatThrownBy(() -> CdnTagEncoder.header(
                        IntStream.range(0, 51).mapToObj(i -> "t" + i).toList()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("51");
    }

    @Test
    void textThatIsNoTagIsRefused() {
        assertThatThrownBy(() -> CdnTagEncoder.encode("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CdnTagEncoder.encode("\uD800")).isInstanceOf(IllegalArgumentException.class);
    }
}

package io.purgewise.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CdnTagTest {

    /** The expected codes come from Python's hashlib: an app in any language must find the same. */
    @Test
    void aTagBecomesTheFirstEightyBitsOfItsSha256() {
        assertThat(CdnTag.hashOf("products").tag()).isEqualTo("0a3e27b8ca818264d75c");
        assertThat(CdnTag.hashOf("_N_T_/é, x/page").tag()).isEqualTo("07bd66290001df977264");
        assertThat(CdnTag.hashOf("Products")).isNotEqualTo(CdnTag.hashOf("products"));
    }

    @Test
    void theHeaderHoldsEachCodeOnceAndNoMoreThanTheCdnReads() {
        String one = CdnTag.hashOf("a").tag();
        assertThat(CdnTag.headerOfHashes(List.of("a", "b", "a")))
                .isEqualTo(one + "," + CdnTag.hashOf("b").tag());
        assertThat(CdnTag.headerOfHashes(Collections.nCopies(60, "a"))).isEqualTo(one);
        assertThatThrownBy(() -> CdnTag.headerOfHashes(
                        IntStream.range(0, 51).mapToObj(i -> "t" + i).toList()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("51");
    }

    @Test
    void textThatIsNoTagIsRefused() {
        assertThatThrownBy(() -> CdnTag.hashOf("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CdnTag.hashOf("\uD800")).isInstanceOf(IllegalArgumentException.class);
    }
}

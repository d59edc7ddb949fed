package io.purgewise.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Every setting that makes no sense is refused when it is made, with the value in the message. */
class CdnSettingsTest {

    private static final Duration ZERO = Duration.ZERO;
    private static final Duration MINUS = Duration.ofSeconds(-1);

    private static void refused(ThrowingCallable setting, String value) {
        assertThatThrownBy(setting).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(value);
    }

    @Test
    void quotasArePositiveAndABatchFits() {
        refused(() -> quotas().itemsPerBatch(-1), "-1");
        refused(() -> quotas().wildcardsPerBatch(0), "wildcardsPerBatch");
        refused(() -> quotas().itemsInProgress(-5), "-5");
        refused(() -> quotas().itemsPerSecond(0), "itemsPerSecond");
        refused(() -> quotas().itemsPerBatch(11).itemsInProgress(10).build(), "11 items");
        refused(() -> quotas().wildcardsPerBatch(11).wildcardsInProgress(10).build(), "11 wildcards");
        refused(() -> quotas().itemsPerBatch(3001).build(), "3001");
        refused(() -> quotas().callInterval(MINUS), "PT-1S");
        assertThat(quotas().build()).isEqualTo(CdnQuotas.conservative()).isNotEqualTo(CdnQuotas.rateTable());
    }

    @Test
    void delaysArePositiveAndInOrder() {
        refused(() -> new Backoff(ZERO, Duration.ofSeconds(1)), "PT0S");
        refused(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)), "PT1S");
    }

    @Test
    void delaysGrowUpToTheLongestAndAreHalfRandom() {
        Backoff backoff = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1));
        Random random = new Random(3);
        for (int failures = 1; failures < 100; failures++) {
            long most = Math.min(60_000, 2000L << Math.min(failures - 1, 20));
            assertThat(backoff.after(failures, random).toMillis()).isBetween(most / 2, most);
        }
    }

    @Test
    void budgetsAreInOrderAndMoneyBuysTheFreePathsToo() {
        refused(() -> new Budget(-1, 1, Budget.Reaction.DEFER), "-1");
        refused(() -> new Budget(5, 4, Budget.Reaction.DEFER), "5 and 4");
        refused(() -> Budget.pathsFor(-7), "-7");
        assertThat(Budget.pathsFor(0)).isEqualTo(1000);
        assertThat(Budget.pathsFor(10_000_000)).isEqualTo(3000);
    }

    @Test
    void aCallerReferenceIsNotEmpty() {
        refused(() -> new CallerReference(""), "empty");
    }

    private static CdnQuotas.Builder quotas() {
        return CdnQuotas.conservative().toBuilder();
    }
}

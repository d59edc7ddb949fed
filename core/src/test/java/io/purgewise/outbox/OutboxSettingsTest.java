package io.purgewise.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.purgewise.cdn.Clearing;
import io.purgewise.revalidate.Change;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class OutboxSettingsTest {

    private static void refused(ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(message);
    }

    @Test
    void policiesHaveTheirLimitsInOrder() {
        Duration second = Duration.ofSeconds(1);
        refused(() -> DrainPolicy.builder().window(second.negated(), second), "PT-1S");
        refused(() -> DrainPolicy.builder().window(Duration.ofSeconds(3), second), "PT3S");
        refused(() -> DrainPolicy.builder().maxEntries(0), "take 0");
        refused(() -> DrainPolicy.builder().fewestItemsAt(0, second), "0 and PT1S");
        refused(() -> DrainPolicy.builder().giveUpAfter(second.negated()), "PT-1S");
        refused(() -> DrainPolicy.builder().everythingAt(5, Duration.ofDays(1)).build(), "5 changes");
        refused(() -> DrainPolicy.builder().everythingAt(1_000_000, second).build(), "PT1S");
    }

    @Test
    void aBacklogWidensByItsSizeAndByItsAge() {
        DrainPolicy policy = DrainPolicy.ofDefaults();
        assertThat(policy.escalation(1, Duration.ZERO)).isEqualTo(Clearing.Escalation.NONE);
        assertThat(policy.escalation(20_000, Duration.ZERO)).isEqualTo(Clearing.Escalation.FEWEST_ITEMS);
        assertThat(policy.escalation(1, Duration.ofMinutes(15))).isEqualTo(Clearing.Escalation.FEWEST_ITEMS);
        assertThat(policy.escalation(50_000, Duration.ZERO)).isEqualTo(Clearing.Escalation.EVERYTHING);
        assertThat(policy.escalation(1, Duration.ofHours(1))).isEqualTo(Clearing.Escalation.EVERYTHING);
    }

    /** A policy is a value: what its builder does later is none of its business. */
    @Test
    void aPolicyDoesNotChangeWithItsBuilder() {
        DrainPolicy.Builder builder = DrainPolicy.builder().maxEntries(7);
        DrainPolicy policy = builder.build();
        builder.maxEntries(8);
        assertThat(policy.maxEntries()).isEqualTo(7);
    }

    @Test
    void keysAreShortAndTheSameForTheSameChangeOfAnEvent() {
        refused(() -> new OutboxEntry.Key(""), "entry key");
        refused(() -> new OutboxEntry.Key("a b"), "a b");
        refused(() -> new OutboxEntry.Key("x".repeat(65)), "64");
        refused(() -> OutboxEntry.Key.of("", Change.tag("a")), "empty");
        OutboxEntry.Key key = OutboxEntry.Key.of("an event / of whatever name", Change.tag("a"));
        assertThat(key).isEqualTo(OutboxEntry.Key.of("an event / of whatever name", Change.tag("a")));
        assertThat(key).isNotEqualTo(OutboxEntry.Key.of("an event / of whatever name", Change.tag("b")));
        assertThat(key).isNotEqualTo(OutboxEntry.Key.of("another event", Change.tag("a")));
    }

    @Test
    void timesAreCutToTheMillisecondThatAStoreKeeps() {
        Instant now = Instant.parse("2026-11-23T10:00:00.123456789Z");
        assertThat(new OutboxEntry(new OutboxEntry.Key("a"), Change.tag("a"), now).acceptedAt())
                .isEqualTo(Instant.parse("2026-11-23T10:00:00.123Z"));
    }
}

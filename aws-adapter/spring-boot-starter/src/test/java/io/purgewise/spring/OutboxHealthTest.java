package io.purgewise.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Freshness;
import io.purgewise.outbox.DrainReport;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxEntry;
import io.purgewise.revalidate.Change;
import io.purgewise.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class OutboxHealthTest {

    private static final DistributionId LANE = DistributionId.of("E1EXAMPLE");
    private static final Duration MAX_AGE = Duration.ofMinutes(5);

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-25T10:00:00Z"));
    private final AtomicBoolean alive = new AtomicBoolean(true);
    private final OutboxHealth health =
            new OutboxHealth(Outbox.inMemory(clock), List.of(LANE), alive::get, MAX_AGE, clock);

    @Test
    void anOutboxThatDrainsIsUp() {
        assertThat(status()).isEqualTo(Status.UP);
    }

    @Test
    void aServiceWhoseDrainingThreadIsGoneIsDown() {
        alive.set(false);
        assertThat(status()).isEqualTo(Status.DOWN);
    }

    @Test
    void aRoundThatThrewAnErrorIsDownUntilOneSucceeds() {
        health.failed(new StackOverflowError("in a listener"));
        assertThat(status()).isEqualTo(Status.DOWN);
        health.drained(LANE, new DrainReport.Finished("d1", List.of(), List.of(), List.of()), Duration.ZERO);
        assertThat(status()).isEqualTo(Status.UP);
    }

    @Test
    void aBusyDistributionIsDownOnlyWhenChangesHaveWaitedTooLong() {
        health.waiting(LANE, DrainReport.Outcome.WAITING, "CloudFront is busy", Duration.ofMinutes(1));
        assertThat(status()).isEqualTo(Status.UP);
        clock.advance(Duration.ofMinutes(4));
        health.waiting(LANE, DrainReport.Outcome.WAITING, "CloudFront is busy", Duration.ofMinutes(1));
        assertThat(status()).isEqualTo(Status.UP);
        clock.advance(Duration.ofMinutes(1));
        assertThat(status()).isEqualTo(Status.DOWN);
        assertThat(health.health().getDetails()).containsEntry(LANE.toString(), "CloudFront is busy");
    }

    @Test
    void itSaysHowSoonReadersGotWhatWasAccepted() {
        assertThat(health.health().getDetails()).doesNotContainKey("fresh");
        looked(Duration.ofSeconds(4), Freshness.Verdict.FRESH);
        looked(Duration.ofSeconds(20), Freshness.Verdict.FRESH);
        looked(Duration.ofMinutes(4), Freshness.Verdict.FRESH);
        looked(Duration.ofSeconds(4), Freshness.Verdict.UNKNOWN);
        assertThat(health.health().getDetails())
                .containsEntry(
                        "fresh",
                        "of 4 changes 1 were proven fresh within 5 s, 2 within 30 s, 3 within 5 min; 1 were not proven");
    }

    private void looked(Duration after, Freshness.Verdict verdict) {
        Instant now = clock.instant();
        OutboxEntry entry = new OutboxEntry(new OutboxEntry.Key("k"), Change.tag("t"), now.minus(after));
        Freshness found = new Freshness(
                1,
                List.of(new Freshness.Finding(LANE, "/p", verdict, "the test says so", false)),
                List.of(),
                Set.of("FRA56-P1"),
                List.of());
        health.looked(LANE, new DrainReport.Finished("d", List.of(entry), List.of(), List.of()), found, now);
    }

    private Status status() {
        return health.health().getStatus();
    }
}

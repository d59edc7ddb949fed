package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.DistributionId;
import io.purgewise.outbox.NotAcceptedException;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.OutboxEntry;
import io.purgewise.revalidate.Change;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InMemoryOutboxTest extends OutboxContract {

    private final Outbox outbox = Outbox.inMemory(clock);

    @Override
    protected Outbox connect() {
        return outbox;
    }

    @Test
    void aFullOutboxAcceptsNothingMore() {
        Outbox small = Outbox.inMemory(clock, 2);
        Set<DistributionId> lanes = Set.of(DistributionId.of("E1"), DistributionId.of("E2"));
        OutboxEntry one = new OutboxEntry(new OutboxEntry.Key("a"), Change.tag("a"), clock.instant());
        OutboxEntry two = new OutboxEntry(new OutboxEntry.Key("b"), Change.tag("b"), clock.instant());
        small.append(List.of(one), lanes);

        assertThatThrownBy(() -> small.append(List.of(two), lanes)).isInstanceOf(NotAcceptedException.class);
        assertThat(small.append(List.of(one), lanes)).isEmpty();
    }

    /** An instance that accepted 200 changes a second remembered 17 million keys. */
    @Test
    void theKeysThatAreRememberedAreBounded() {
        Outbox small = Outbox.inMemory(clock, 2);
        Set<DistributionId> lanes = Set.of(DistributionId.of("E1"));
        Outbox.Lease lease = small.acquire(DistributionId.of("E1"), "test").orElseThrow();
        for (int i = 0; i < 10_100; i++) {
            OutboxEntry entry = new OutboxEntry(new OutboxEntry.Key("k" + i), Change.tag("a"), clock.instant());
            small.append(List.of(entry), lanes);
            small.remove(lease, List.of(entry), List.of());
        }

        OutboxEntry first = new OutboxEntry(new OutboxEntry.Key("k0"), Change.tag("a"), clock.instant());
        OutboxEntry late = new OutboxEntry(new OutboxEntry.Key("k10000"), Change.tag("a"), clock.instant());
        assertThat(small.append(List.of(first, late), lanes)).containsExactly(first.key());
    }
}

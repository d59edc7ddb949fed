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
}

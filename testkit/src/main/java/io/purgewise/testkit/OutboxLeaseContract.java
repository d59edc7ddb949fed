package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.outbox.LeaseLostException;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.Outbox.OpenDrain;
import io.purgewise.outbox.OutboxEntry;
import io.purgewise.revalidate.Change;
import io.purgewise.site.InvalidationItem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Says what every {@link Outbox} must do about leases and drains; {@link OutboxContract} adds what it must do about the changes
 * that wait.
 */
abstract class OutboxLeaseContract {

    /** In the future, since a table on DynamoDB Local forgets what has expired by the true time. */
    static final Instant START = Instant.parse("2096-11-23T10:00:00.123Z");

    static final DistributionId SHOP = DistributionId.of("E1SHOP");
    static final DistributionId TENANT = DistributionId.tenant("dt_1");
    static final Set<DistributionId> ONE_LANE = Set.of(SHOP);
    static final Set<DistributionId> BOTH_LANES = Set.of(SHOP, TENANT);
    static final int MANY = 1200;

    /** What the outboxes under test tell the time by. */
    protected final ManualClock clock = ManualClock.startingAt(START);

    Outbox first = unset();
    Outbox second = first;

    private static Outbox unset() {
        return Outbox.inMemory(ManualClock.startingAt(START));
    }

    /**
     * Connects an instance to the store under test, which is empty when a test starts.
     *
     * @return the instance, telling the time by {@link #clock}
     */
    protected abstract Outbox connect();

    @BeforeEach
    void connectTwice() {
        first = connect();
        second = connect();
    }

    static OutboxEntry entry(String key, Instant acceptedAt) {
        return new OutboxEntry(new OutboxEntry.Key(key), Change.tag("product:" + key), acceptedAt);
    }

    static OutboxEntry entry(String key) {
        return entry(key, START);
    }

    Outbox.Drain drain(String id, List<OutboxEntry> entries, String... items) {
        return new Outbox.Drain(id, SHOP, clock.instant(), entries, List.of(batch(id, items)));
    }

    static InvalidationBatch batch(String discriminator, String... items) {
        return InvalidationBatch.of(
                SHOP, List.of(items).stream().map(InvalidationItem::parse).toList(), discriminator);
    }

    static Outbox.Lease lease(Outbox outbox) {
        return outbox.acquire(SHOP, "test").orElseThrow();
    }

    @Test
    void oneInstanceAtATimeHoldsTheLeaseOfALane() {
        Outbox.Lease lease = lease(first);
        assertThat(second.acquire(SHOP, "other")).isEmpty();
        assertThat(second.acquire(TENANT, "other")).isPresent();

        first.release(lease);

        Outbox.Lease next = lease(second);
        assertThat(next.token()).isGreaterThan(lease.token());
        assertThat(first.acquire(SHOP, "test")).isEmpty();
    }

    @Test
    void aSignOfLifeKeepsTheLease() {
        Outbox.Lease lease = lease(first);
        assertThat(second.acquire(SHOP, "other")).isEmpty();
        clock.advance(first.leaseDuration().minusMillis(1));
        first.renew(lease);
        assertThat(second.acquire(SHOP, "other")).isEmpty();
        clock.advance(first.leaseDuration().minusMillis(1));

        assertThat(second.acquire(SHOP, "other")).isEmpty();
        first.renew(lease);
    }

    @Test
    void aSilentHolderLosesTheLeaseAndIsFencedOff() {
        OutboxEntry entry = entry("a");
        first.append(List.of(entry), ONE_LANE);
        Outbox.Lease paused = lease(first);
        assertThat(second.acquire(SHOP, "other")).isEmpty();
        clock.advance(first.leaseDuration());

        Outbox.Lease taken = second.acquire(SHOP, "other").orElseThrow();

        Outbox.Drain drain = drain("d1", List.of(entry), "/a");
        assertThatThrownBy(() -> first.renew(paused)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> first.openDrain(paused)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> first.open(paused, drain)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> first.remove(paused, List.of(entry), List.of()))
                .isInstanceOf(LeaseLostException.class);
        assertThat(second.openDrain(taken)).isEmpty();
        assertThat(second.read(taken, 10).entries()).containsExactly(entry);
        first.release(paused);
        second.renew(taken);
    }

    /** Two instances whose work takes longer than a lease would otherwise take turns for ever and finish nothing. */
    @Test
    void afterATakeoverWithoutProgressTheNextOneWaitsLonger() {
        OutboxEntry entry = entry("a");
        first.append(List.of(entry), ONE_LANE);
        lease(first);
        second.acquire(SHOP, "other");
        clock.advance(first.leaseDuration());
        Outbox.Lease slow = second.acquire(SHOP, "other").orElseThrow();
        assertThat(first.acquire(SHOP, "test")).isEmpty();

        clock.advance(first.leaseDuration());

        assertThat(first.acquire(SHOP, "test")).isEmpty();
        second.open(slow, drain("d1", List.of(entry), "/a"));
        assertThat(first.acquire(SHOP, "test")).isEmpty();
        clock.advance(first.leaseDuration());
        assertThat(first.acquire(SHOP, "test")).isPresent();
    }

    /** An operator or NTP sets the clock back by an hour. */
    @Test
    void aClockThatIsSetBackKeepsADeadHoldersLeaseNoLongerThanItsDuration() {
        lease(first);
        assertThat(second.acquire(SHOP, "other")).isEmpty();
        clock.setBack(Duration.ofHours(1));
        assertThat(second.acquire(SHOP, "other")).isEmpty();
        clock.advance(first.leaseDuration());
        assertThat(second.acquire(SHOP, "other")).isPresent();
    }

    @Test
    void anOpenDrainSurvivesItsHolderAndIsFinishedByTheNext() {
        OutboxEntry entry = entry("a");
        OutboxEntry later = entry("b", START.plusMillis(1));
        first.append(List.of(entry, later), ONE_LANE);
        Outbox.Lease dead = lease(first);
        Outbox.Drain drain = drain("d1", List.of(entry), "/a", "/a?*", "#t:1");
        first.open(dead, drain);
        assertThat(second.acquire(SHOP, "other")).isEmpty();
        clock.advance(first.leaseDuration());
        Outbox.Lease lease = second.acquire(SHOP, "other").orElseThrow();

        assertThat(second.openDrain(lease)).contains(new OpenDrain(drain, Set.of()));
        second.close(lease, drain, List.of());

        assertThat(second.openDrain(lease)).isEmpty();
        assertThat(second.read(lease, 10).entries()).containsExactly(later);
        assertThatThrownBy(() -> first.close(dead, drain, List.of())).isInstanceOf(LeaseLostException.class);
        assertThat(second.read(lease, 10).entries()).containsExactly(later);
    }

    @Test
    void whatTheCdnHasAcceptedIsToldToWhoeverResumesTheDrain() {
        OutboxEntry entry = entry("a");
        first.append(List.of(entry), ONE_LANE);
        Outbox.Lease lease = lease(first);
        List<InvalidationBatch> batches = List.of(batch("1", "/a"), batch("2", "/b"), batch("3", "/c"));
        Outbox.Drain drain = new Outbox.Drain("d1", SHOP, clock.instant(), List.of(entry), batches);
        first.open(lease, drain);
        first.accepted(lease, drain, batches.get(0).reference());
        first.accepted(lease, drain, batches.get(2).reference());
        first.release(lease);

        OpenDrain open = second.openDrain(lease(second)).orElseThrow();

        assertThat(open.drain()).isEqualTo(drain);
        assertThat(open.accepted())
                .containsExactlyInAnyOrder(
                        batches.get(0).reference(), batches.get(2).reference());
    }

    @Test
    void aDrainOfAnySizeIsWrittenDown() {
        List<OutboxEntry> entries = IntStream.range(0, MANY)
                .mapToObj(i -> entry("0123456789012345678901234567890123456789-" + i, START.plusMillis(i)))
                .toList();
        first.append(entries, ONE_LANE);
        List<InvalidationBatch> batches = IntStream.range(0, 10)
                .mapToObj(batch -> batch(
                        "d" + batch,
                        IntStream.range(0, 1000)
                                .mapToObj(i -> "/a-rather-long-category/with-a-product-that-has-a-name/"
                                        + Integer.toString(batch * 7919 + i * 104729, 36) + "/" + batch + "/" + i)
                                .toArray(String[]::new)))
                .toList();
        Outbox.Drain drain = new Outbox.Drain("d1", SHOP, clock.instant(), entries, batches);
        Outbox.Lease lease = lease(first);

        first.open(lease, drain);

        assertThat(first.openDrain(lease)).contains(new OpenDrain(drain, Set.of()));
        first.close(lease, drain, List.of());
        assertThat(first.waiting(SHOP)).isEmpty();
    }

    @Test
    void oneDrainAtATimeIsOpenInALane() {
        OutboxEntry entry = entry("a");
        first.append(List.of(entry), BOTH_LANES);
        Outbox.Lease lease = lease(first);
        first.open(lease, drain("d1", List.of(entry), "/a"));

        assertThatThrownBy(() -> first.open(lease, drain("d2", List.of(entry), "/a")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("d1");
        Outbox.Lease other = first.acquire(TENANT, "test").orElseThrow();
        assertThat(first.openDrain(other)).isEmpty();
    }

    @Test
    void closingTwiceIsHarmless() {
        OutboxEntry entry = entry("a");
        first.append(List.of(entry), ONE_LANE);
        Outbox.Lease lease = lease(first);
        Outbox.Drain drain = drain("d1", List.of(entry), "/a");
        first.open(lease, drain);
        first.close(lease, drain, List.of());
        first.append(List.of(entry("b")), ONE_LANE);

        first.close(lease, drain, List.of());

        assertThat(first.size(SHOP, 10)).isEqualTo(1);
    }
}

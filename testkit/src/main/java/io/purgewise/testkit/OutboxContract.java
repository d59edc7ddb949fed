package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.outbox.DeadLetter;
import io.purgewise.outbox.LeaseLostException;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.Outbox.Contents;
import io.purgewise.outbox.Outbox.OpenDrain;
import io.purgewise.outbox.OutboxEntry;
import io.purgewise.revalidate.Change;
import io.purgewise.site.InvalidationItem;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Says what every {@link Outbox} must do.
 *
 * <p>Extend it for an implementation of your own. Two instances on one store stand for two machines; an implementation for one
 * process returns the same instance twice.
 */
public abstract class OutboxContract {

    /** In the future, since a table on DynamoDB Local forgets what has expired by the true time. */
    private static final Instant START = Instant.parse("2096-11-23T10:00:00.123Z");

    private static final DistributionId SHOP = DistributionId.of("E1SHOP");
    private static final DistributionId TENANT = DistributionId.tenant("dt_1");
    private static final Set<DistributionId> ONE_LANE = Set.of(SHOP);
    private static final Set<DistributionId> BOTH_LANES = Set.of(SHOP, TENANT);
    private static final int MANY = 1200;

    /** What the outboxes under test tell the time by. */
    protected final ManualClock clock = ManualClock.startingAt(START);

    private Outbox first = unset();
    private Outbox second = first;

    /** Creates the contract; JUnit does so for each test. */
    protected OutboxContract() {}

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

    private static OutboxEntry entry(String key, Instant acceptedAt) {
        return new OutboxEntry(new OutboxEntry.Key(key), Change.tag("product:" + key), acceptedAt);
    }

    private static OutboxEntry entry(String key) {
        return entry(key, START);
    }

    private Outbox.Drain drain(String id, List<OutboxEntry> entries, String... items) {
        return new Outbox.Drain(id, SHOP, clock.instant(), entries, List.of(batch(id, items)));
    }

    private static InvalidationBatch batch(String discriminator, String... items) {
        return InvalidationBatch.of(
                SHOP, List.of(items).stream().map(InvalidationItem::parse).toList(), discriminator);
    }

    private DeadLetter letter(Change change, String reason) {
        return new DeadLetter(SHOP, change.toString(), reason, clock.instant(), true);
    }

    private static Outbox.Lease lease(Outbox outbox) {
        return outbox.acquire(SHOP, "test").orElseThrow();
    }

    private static List<OutboxEntry> waitingIn(Outbox outbox, DistributionId lane) {
        Outbox.Lease lease = outbox.acquire(lane, "look").orElseThrow();
        List<OutboxEntry> entries = outbox.read(lease, 10_000).entries();
        outbox.release(lease);
        return entries;
    }

    @Test
    void whatWasAppendedIsReadBackWithTheOldestFirst() {
        OutboxEntry late = new OutboxEntry(
                new OutboxEntry.Key("late"), Change.tag("caf\u00e9 & \"cr\u00e8me\""), START.plusMillis(2));
        OutboxEntry early = new OutboxEntry(new OutboxEntry.Key("early"), Change.path("/a/b"), START);
        assertThat(first.append(List.of(late), ONE_LANE)).containsExactly(late.key());
        assertThat(second.append(List.of(early), ONE_LANE)).containsExactly(early.key());

        Contents contents = second.read(lease(second), 10);

        assertThat(contents.entries()).containsExactly(early, late);
        assertThat(contents.unreadable()).isEmpty();
        assertThat(contents.more()).isFalse();
        assertThat(first.size(SHOP, 10)).isEqualTo(2);
    }

    @Test
    void aChangeIsInEveryLaneAndEachLaneIsAQueueOfItsOwn() {
        OutboxEntry entry = entry("a");
        first.append(List.of(entry), BOTH_LANES);
        Outbox.Lease shop = lease(first);
        first.remove(shop, List.of(entry), List.of());

        assertThat(first.read(shop, 10).entries()).isEmpty();
        assertThat(waitingIn(second, TENANT)).containsExactly(entry);
        assertThat(first.waiting(SHOP)).isEmpty();
        assertThat(first.waiting(TENANT)).isPresent();
    }

    @Test
    void aKeyIsAcceptedOnceADayThoughItsChangeWasCarriedThroughMeanwhile() {
        OutboxEntry entry = entry("a");
        first.append(List.of(entry), ONE_LANE);
        Outbox.Lease lease = lease(first);
        first.remove(lease, List.of(entry), List.of());
        clock.advance(Duration.ofHours(23));

        OutboxEntry again = entry("a", clock.instant());
        assertThat(second.append(List.of(again), ONE_LANE)).isEmpty();
        assertThat(second.waiting(SHOP)).isEmpty();
        clock.advance(Duration.ofHours(2));
        assertThat(second.append(List.of(again), ONE_LANE)).containsExactly(again.key());
    }

    @Test
    void whereAnAcceptedChangeIsByNowIsToldByItsKey() {
        OutboxEntry entry = entry("a");
        first.append(List.of(entry), BOTH_LANES);
        clock.advance(Duration.ofMinutes(10));
        second.append(List.of(entry("a", clock.instant())), BOTH_LANES);

        OutboxEntry.Key unknown = entry("b").key();
        assertThat(second.find(List.of(entry.key(), unknown), BOTH_LANES))
                .containsExactly(
                        Map.entry(entry.key(), new Outbox.Known(START.truncatedTo(ChronoUnit.MILLIS), BOTH_LANES)));
        Outbox.Lease lease = lease(first);
        first.remove(lease, List.of(entry), List.of());
        assertThat(second.find(List.of(entry.key()), BOTH_LANES).values())
                .extracting(Outbox.Known::waitingIn)
                .containsExactly(Set.of(TENANT));
    }

    /** A webhook that is delivered again, alone or with others, is no new change. */
    @Test
    void knownKeysAreSkippedAmongNewOnes() {
        first.append(List.of(entry("a"), entry("b"), entry("c")), BOTH_LANES);

        List<OutboxEntry> mixed = List.of(entry("d"), entry("c"), entry("a"), entry("e"), entry("e"));
        assertThat(second.append(mixed, BOTH_LANES))
                .containsExactly(entry("d").key(), entry("e").key());

        assertThat(waitingIn(second, TENANT))
                .containsExactlyInAnyOrder(entry("a"), entry("b"), entry("c"), entry("d"), entry("e"));
    }

    @Test
    void manyEntriesAreAppendedAndRemoved() {
        List<OutboxEntry> entries = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            entries.add(entry(String.format("e%05d", i), START.plusMillis(i)));
        }
        assertThat(first.append(entries, ONE_LANE)).hasSize(MANY);
        Outbox.Lease lease = lease(first);

        Contents some = first.read(lease, MANY / 2);
        assertThat(some.entries()).isEqualTo(entries.subList(0, MANY / 2));
        assertThat(some.more()).isTrue();
        assertThat(first.size(SHOP, MANY)).isEqualTo(MANY);
        Outbox.Drain drain = drain("d1", some.entries(), "/p/*");
        first.open(lease, drain);
        first.close(lease, drain, List.of());

        assertThat(first.read(lease, MANY).entries()).isEqualTo(entries.subList(MANY / 2, MANY));
    }

    /** DynamoDB takes 400 KB a row and 4 MB a transaction, in bytes and not in characters. */
    @Test
    void manyLargeChangesAreAppended() {
        List<OutboxEntry> entries = IntStream.range(0, 150)
                .mapToObj(i -> new OutboxEntry(
                        new OutboxEntry.Key("k" + i), Change.path("/" + i + "/" + "\u6f22".repeat(900)), START))
                .toList();
        first.append(entries, BOTH_LANES);
        assertThat(waitingIn(first, TENANT)).containsExactlyInAnyOrderElementsOf(entries);
    }

    @Test
    void theTwoEndsOfALaneAreTold() {
        assertThat(first.waiting(SHOP)).isEmpty();
        first.append(List.of(entry("b", START.plusMillis(5))), ONE_LANE);
        Outbox.Waiting one = first.waiting(SHOP).orElseThrow();
        assertThat(one.oldest()).isEqualTo(one.newest());
        first.append(List.of(entry("a", START.plusMillis(9))), ONE_LANE);
        Outbox.Waiting two = second.waiting(SHOP).orElseThrow();
        assertThat(two.oldest()).isEqualTo(one.oldest());
        assertThat(two.newest()).isGreaterThan(one.newest());
        assertThat(two.oldestAcceptedAt()).isEqualTo(START.plusMillis(5));
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

    @Test
    void deadLettersAreKeptOnceForEachChangeAndLaneUntilTheyAreRemoved() {
        OutboxEntry entry = entry("a");
        OutboxEntry other = entry("b");
        first.append(List.of(entry, other), ONE_LANE);
        Outbox.Lease lease = lease(first);
        first.remove(lease, List.of(other), List.of(letter(other.change(), "no such page")));
        Outbox.Drain drain = drain("d1", List.of(entry), "/a");
        first.open(lease, drain);
        DeadLetter older = letter(entry.change(), "/x': InvalidArgument");
        first.close(lease, drain, List.of(older));
        clock.advance(Duration.ofHours(1));
        DeadLetter newer = letter(entry.change(), "/x': InvalidArgument, again");
        first.remove(lease, List.of(), List.of(newer));

        DeadLetter noSuchPage = second.deadLetters().stream()
                .filter(each -> each.change().equals(other.change().toString()))
                .findFirst()
                .orElseThrow();
        assertThat(second.deadLetters()).containsExactlyInAnyOrder(newer, noSuchPage);
        second.removeDeadLetter(newer);
        assertThat(first.deadLetters()).containsExactly(noSuchPage);
        assertThat(first.waiting(SHOP)).isEmpty();
    }
}

package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Drain;
import io.purgewise.cdn.EntryKey;
import io.purgewise.cdn.InMemoryOutbox;
import io.purgewise.cdn.InvalidationBatch;
import io.purgewise.cdn.Lease;
import io.purgewise.cdn.LeaseLostException;
import io.purgewise.cdn.Outbox;
import io.purgewise.cdn.OutboxContents;
import io.purgewise.cdn.OutboxEntry;
import io.purgewise.cdn.PoisonedEntry;
import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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

    private static final Instant START = Instant.parse("2026-11-23T10:00:00.123Z");
    private static final DistributionId SITE = DistributionId.of("E1SITE");
    private static final int MANY = 1200;

    /** What the outboxes under test tell the time by. */
    protected final ManualClock clock = ManualClock.startingAt(START);

    private Outbox first = unset();
    private Outbox second = first;

    /** Creates the contract; JUnit does so for each test. */
    protected OutboxContract() {}

    private static Outbox unset() {
        return new InMemoryOutbox(ManualClock.startingAt(START));
    }

    /**
     * Connects an instance to the store under test, which is empty when a test starts.
     *
     * @return the instance, telling the time by {@link #clock}
     */
    protected abstract Outbox connect();

    /**
     * Returns how long a lease lasts without a sign of life.
     *
     * @return the time
     */
    protected abstract Duration leaseDuration();

    @BeforeEach
    void connectTwice() {
        first = connect();
        second = connect();
    }

    private static OutboxEntry entry(String id, Instant acceptedAt, String... clears) {
        Set<UrlPattern> patterns =
                List.of(clears).stream().map(UrlPattern::parse).collect(Collectors.toSet());
        return new OutboxEntry(id, acceptedAt, acceptedAt.plusMillis(1500), patterns, Set.of());
    }

    private Drain drain(String id, List<OutboxEntry> entries, String... items) {
        InvalidationBatch batch = InvalidationBatch.of(
                SITE, List.of(items).stream().map(InvalidationItem::parse).toList(), id);
        return new Drain(
                id,
                clock.instant(),
                START,
                entries.stream().map(OutboxEntry::key).toList(),
                List.of(batch));
    }

    private Lease lease(Outbox outbox) {
        return outbox.acquire("test").orElseThrow();
    }

    @Test
    void whatWasAppendedIsReadBackWholeWithTheOldestFirst() {
        OutboxEntry late = new OutboxEntry(
                "late",
                START.plusMillis(2),
                START.plusMillis(2),
                Set.of(UrlPattern.parse("/%C3%A9?a=1&b=2*"), UrlPattern.parse("/x'y")),
                Set.of(new CdnTag("t1")));
        OutboxEntry early = entry("early", START, "/a", "/a?*");
        first.append(List.of(late));
        second.append(List.of(early));

        OutboxContents contents = second.read(lease(second), 10);

        assertThat(contents.entries()).containsExactly(early, late);
        assertThat(contents.poisoned()).isEmpty();
        assertThat(contents.more()).isFalse();
        assertThat(first.size()).isEqualTo(2);
        assertThat(first.keys()).containsExactlyInAnyOrder(early.key(), late.key());
    }

    @Test
    void theSameEntryAppendedTwiceIsThereOnce() {
        first.append(List.of(entry("a", START, "/a")));
        first.append(List.of(entry("a", START, "/a")));
        assertThat(first.size()).isEqualTo(1);
    }

    /** A second change under the same key would put the first one out of sight. */
    @Test
    void anotherChangeUnderTheSameKeyIsRefusedAndOverwritesNothing() {
        first.append(List.of(entry("a", START, "/a")));

        assertThatThrownBy(() -> second.append(List.of(entry("a", START, "/b"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an ID of its own");
        assertThatThrownBy(() -> second.append(List.of(entry("c", START, "/c"), entry("c", START, "/d"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(first.read(lease(first), 10).entries()).contains(entry("a", START, "/a"));
    }

    @Test
    void manyEntriesAreAppendedAndRemoved() {
        List<OutboxEntry> entries = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            entries.add(entry(String.format("e%05d", i), START.plusMillis(i), "/p/" + i, "/p/" + i + "?*"));
        }
        first.append(entries);
        Lease lease = lease(first);

        OutboxContents some = first.read(lease, MANY / 2);
        assertThat(some.entries()).isEqualTo(entries.subList(0, MANY / 2));
        assertThat(some.more()).isTrue();
        Drain drain = drain("d1", some.entries(), "/p/*");
        first.open(lease, drain);
        first.close(lease, drain);

        assertThat(first.read(lease, MANY).entries()).isEqualTo(entries.subList(MANY / 2, MANY));
    }

    @Test
    void aChangeOfAnySizeIsKept() {
        Set<String> paths = IntStream.range(0, 12_000)
                .mapToObj(i -> "/a-rather-long-category/with-a-product-that-has-a-name/" + i)
                .collect(Collectors.toSet());
        OutboxEntry large = entry("x".repeat(128), START, paths.toArray(String[]::new));

        first.append(List.of(large));

        Set<String> read = new TreeSet<>();
        OutboxContents contents = first.read(lease(first), 1000);
        contents.entries().forEach(part -> read.addAll(part.spellings()));
        assertThat(read).isEqualTo(large.spellings());
        assertThat(contents.poisoned()).isEmpty();
    }

    @Test
    void oneInstanceAtATimeHoldsTheLease() {
        Lease lease = lease(first);
        assertThat(second.acquire("other")).isEmpty();

        first.release(lease);

        Lease next = lease(second);
        assertThat(next.token()).isGreaterThan(lease.token());
        assertThat(first.acquire("test")).isEmpty();
    }

    @Test
    void aSignOfLifeKeepsTheLease() {
        Lease lease = lease(first);
        assertThat(second.acquire("other")).isEmpty();
        clock.advance(leaseDuration().minusMillis(1));
        first.renew(lease);
        assertThat(second.acquire("other")).isEmpty();
        clock.advance(leaseDuration().minusMillis(1));

        assertThat(second.acquire("other")).isEmpty();
        first.renew(lease);
    }

    @Test
    void aSilentHolderLosesTheLeaseAndIsFencedOff() {
        OutboxEntry entry = entry("a", START, "/a");
        first.append(List.of(entry));
        Lease paused = lease(first);
        assertThat(second.acquire("other")).isEmpty();
        clock.advance(leaseDuration());

        Lease taken = second.acquire("other").orElseThrow();

        Drain drain = drain("d1", List.of(entry), "/a");
        assertThatThrownBy(() -> first.renew(paused)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> first.openDrain(paused)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> first.open(paused, drain)).isInstanceOf(LeaseLostException.class);
        assertThat(second.openDrain(taken)).isEmpty();
        first.release(paused);
        second.renew(taken);
    }

    @Test
    void anOpenDrainSurvivesItsHolderAndIsFinishedByTheNext() {
        OutboxEntry entry = entry("a", START, "/a");
        OutboxEntry later = entry("b", START.plusMillis(1), "/b");
        first.append(List.of(entry, later));
        Lease dead = lease(first);
        Drain drain = drain("d1", List.of(entry), "/a", "/a?*");
        first.open(dead, drain);
        assertThat(second.acquire("other")).isEmpty();
        clock.advance(leaseDuration());
        Lease lease = second.acquire("other").orElseThrow();

        assertThat(second.openDrain(lease)).contains(drain);
        second.close(lease, drain);

        assertThat(second.isIdle()).isFalse();
        assertThat(second.openDrain(lease)).isEmpty();
        assertThat(second.keys()).containsExactly(later.key());
        assertThatThrownBy(() -> first.close(dead, drain)).isInstanceOf(LeaseLostException.class);
        assertThat(second.keys()).containsExactly(later.key());
    }

    @Test
    void aDrainOfAnySizeIsWrittenDown() {
        List<OutboxEntry> entries = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            entries.add(entry("0123456789012345678901234567890123456789-" + i, START.plusMillis(i), "/" + i));
        }
        first.append(entries);
        List<InvalidationBatch> batches = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int batch = i;
            List<InvalidationItem> items = IntStream.range(0, 1000)
                    .<InvalidationItem>mapToObj(item -> InvalidationItem.parse(
                            "/a-rather-long-category/with-a-product-that-has-a-name/" + batch + "/" + item))
                    .toList();
            batches.add(InvalidationBatch.of(i % 2 == 0 ? SITE : DistributionId.tenant("dt_1"), items, "d" + i));
        }
        List<EntryKey> keys = entries.stream().map(OutboxEntry::key).toList();
        Drain drain = new Drain("d1", clock.instant(), START, keys, batches);
        Lease lease = lease(first);

        first.open(lease, drain);

        assertThat(first.openDrain(lease)).contains(drain);
        first.close(lease, drain);
        assertThat(first.size()).isZero();
    }

    @Test
    void oneDrainAtATimeIsOpen() {
        OutboxEntry entry = entry("a", START, "/a");
        first.append(List.of(entry));
        Lease lease = lease(first);
        first.open(lease, drain("d1", List.of(entry), "/a"));

        assertThatThrownBy(() -> first.open(lease, drain("d2", List.of(entry), "/a")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("d1");
    }

    @Test
    void anOutboxIsIdleWhenNothingWaitsAndNoDrainIsOpen() {
        assertThat(first.isIdle()).isTrue();
        OutboxEntry entry = entry("a", START, "/a");
        first.append(List.of(entry));
        assertThat(second.isIdle()).isFalse();
        Lease lease = lease(first);
        Drain drain = drain("d1", List.of(entry), "/a");
        first.open(lease, drain);
        assertThat(second.isIdle()).isFalse();
        first.close(lease, drain);
        assertThat(second.isIdle()).isTrue();
    }

    @Test
    void closingTwiceIsHarmless() {
        OutboxEntry entry = entry("a", START, "/a");
        first.append(List.of(entry));
        Lease lease = lease(first);
        Drain drain = drain("d1", List.of(entry), "/a");
        first.open(lease, drain);
        first.close(lease, drain);
        first.append(List.of(entry("b", START, "/b")));

        first.close(lease, drain);

        assertThat(first.size()).isEqualTo(1);
    }

    @Test
    void whatIsSetAsideIsKeptOncePerId() {
        Lease lease = lease(first);
        first.setAside(lease, new PoisonedEntry("d1.0", "/x': InvalidArgument"));
        first.setAside(lease, new PoisonedEntry("d1.0", "/x': InvalidArgument"));

        assertThat(second.poisoned()).containsExactly(new PoisonedEntry("d1.0", "/x': InvalidArgument"));
    }
}

package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cdn.DistributionId;
import io.purgewise.outbox.DeadLetter;
import io.purgewise.outbox.Outbox;
import io.purgewise.outbox.Outbox.Contents;
import io.purgewise.outbox.OutboxEntry;
import io.purgewise.revalidate.Change;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Says what every {@link Outbox} must do.
 *
 * <p>Extend it for an implementation of your own. Two instances on one store stand for two machines; an implementation for one
 * process returns the same instance twice.
 */
public abstract class OutboxContract extends OutboxLeaseContract {

    /** Creates the contract; JUnit does so for each test. */
    protected OutboxContract() {}

    private DeadLetter letter(Change change, String reason) {
        return new DeadLetter(SHOP, change.toString(), reason, clock.instant(), true);
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

package io.purgewise.outbox;

import io.purgewise.cdn.Clearing;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Problem;
import io.purgewise.revalidate.Receipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a lane from growing without end while its open drain cannot be finished, as at a distribution that refuses for weeks:
 * from the backlog on at which a plan would clear everything, what waits is marked and becomes one change of the whole site. Used
 * by one thread, once.
 */
final class BlockedLane {

    private static final Duration COUNTED_FROM = Duration.ofMinutes(30);

    private final Lane lane;
    private final Outbox.Lease lease;
    private final Heartbeat heartbeat;

    BlockedLane(Lane lane, Outbox.Lease lease, Heartbeat heartbeat) {
        this.lane = lane;
        this.lease = lease;
        this.heartbeat = heartbeat;
    }

    /**
     * Shortens the lane if it is too long.
     *
     * @param open the drain that stays open, whose own entries stay too
     */
    void shorten(Outbox.Drain open) {
        long limit = lane.policy.countedEntries();
        // Counting has its price, and no lane is too long after a short time.
        if (lane.backlog.age().compareTo(COUNTED_FROM) < 0 || lane.outbox.size(lane.id(), limit) < limit) {
            return;
        }
        Change everything = Change.everything();
        Set<OutboxEntry> inDrain = Set.copyOf(open.entries());
        List<OutboxEntry> others = lane.outbox.read(lease, lane.policy.maxEntries() + inDrain.size()).entries().stream()
                .filter(entry -> !inDrain.contains(entry) && !entry.change().equals(everything))
                .toList();
        // The same key as long as the same drain is open: then what it names waits still.
        OutboxEntry.Key key = OutboxEntry.Key.of("blocked-" + open.id(), everything);
        OutboxEntry one = new OutboxEntry(key, everything, lane.ambient.clock().instant());
        if (!isMarked(lane.marks.find(List.of(one), heartbeat).get(one))) {
            return; // It would die, and what it stands for with it.
        }
        lane.outbox.append(List.of(one), Set.of(lane.id()));
        List<OutboxEntry> marked = new ArrayList<>();
        Map<OutboxEntry, Receipt.OfChange> receipts = lane.marks.find(others, heartbeat);
        receipts.forEach((entry, receipt) -> {
            if (isMarked(receipt)) {
                marked.add(entry);
            }
        });
        lane.outbox.remove(lease, marked, List.of());
        lane.marks.failed(others);
        lane.marks.failed(List.of(one));
        String reason =
                marked.size() + " of at least " + limit + " changes that wait for a drain which cannot be finished"
                        + " are marked, and become one change of the whole site";
        lane.listeners.tell(listener -> listener.widened(lane.id(), Clearing.Escalation.EVERYTHING, List.of(reason)));
    }

    private static boolean isMarked(Receipt.@Nullable OfChange receipt) {
        return receipt != null
                && receipt.problems().stream().allMatch(problem -> problem.kind() == Problem.Kind.NOT_RENDERED);
    }
}

package io.purgewise.outbox;

import io.purgewise.cdn.Cleared;
import io.purgewise.cdn.Planned;
import io.purgewise.cdn.Wanted;
import io.purgewise.revalidate.Receipt;
import io.purgewise.site.CdnTag;
import io.purgewise.site.InvalidationItem;
import io.purgewise.site.UrlPattern;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what of a drain is not cleared, and finds the changes that die of it. Used by one thread, once. */
final class Refusals {

    private record Refused(String item, String reason) {}

    private final Lane lane;
    private final Outbox.Drain drain;
    private final Map<OutboxEntry, Receipt.OfChange> receipts;
    private final Map<OutboxEntry, DeadLetter> dead = new LinkedHashMap<>();
    private final List<Refused> refused = new ArrayList<>();

    /**
     * Starts with the changes that die anyway.
     *
     * @param receipts what was found for the drain's changes; nothing if another instance planned it
     */
    Refusals(
            Lane lane,
            Outbox.Drain drain,
            Map<OutboxEntry, Receipt.OfChange> receipts,
            Map<OutboxEntry, DeadLetter> dead) {
        this.lane = lane;
        this.drain = drain;
        this.receipts = new HashMap<>(receipts);
        dead.forEach((entry, letter) -> {
            if (drain.entries().contains(entry)) {
                this.dead.put(entry, letter);
            }
        });
    }

    void addLeft(List<Planned.Left> left) {
        left.forEach(each -> refused.add(new Refused(each.item(), each.reason())));
    }

    void addRejected(List<Cleared.Rejected> rejected) {
        rejected.forEach(each -> refused.add(new Refused(each.item().spelling(), each.reason())));
    }

    /** Returns a dead letter for each change that wanted something cleared that is not. */
    List<DeadLetter> letters(Heartbeat heartbeat) {
        if (!refused.isEmpty()) {
            if (receipts.isEmpty()) {
                receipts.putAll(lane.marks.find(drain.entries(), heartbeat));
            }
            refused.forEach(this::kill);
        }
        return List.copyOf(dead.values());
    }

    private void kill(Refused one) {
        InvalidationItem item = InvalidationItem.parse(one.item());
        List<OutboxEntry> whose = drain.entries().stream()
                .filter(entry -> wants(receipts.get(entry), item))
                .toList();
        Instant now = lane.ambient.clock().instant();
        // An item that no change is known to want stands for all of them.
        for (OutboxEntry entry : whose.isEmpty() ? drain.entries() : whose) {
            String reason = one.item() + " is not cleared: " + one.reason();
            dead.putIfAbsent(entry, new DeadLetter(lane.id(), entry.change().toString(), reason, now, true));
        }
    }

    private boolean wants(Receipt.@Nullable OfChange receipt, InvalidationItem item) {
        if (receipt == null) {
            return false;
        }
        Wanted wanted = receipt.wantedAt(lane.id());
        if (item instanceof UrlPattern cleared) {
            return wanted.patterns().stream().anyMatch(cleared::covers);
        }
        return item instanceof CdnTag tag && wanted.mayBeClearedBy(tag);
    }
}

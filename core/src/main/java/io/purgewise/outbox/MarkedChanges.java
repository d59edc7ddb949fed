package io.purgewise.outbox;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.CdnListener;
import io.purgewise.internal.SteadyTime;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Receipt;
import io.purgewise.revalidate.Revalidator;
import io.purgewise.revalidate.Revalidator.Marked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Takes changes through the steps before the CDN: marks them, lets the caches settle, renders. Each change goes through them
 * once, though every lane asks for it, as long as it is remembered; doing it again is harmless. Thread-safe.
 */
final class MarkedChanges {

    /** What fails of a call is done again; so many changes at most. */
    private static final int CHANGES_OF_A_CALL = 250;

    private static final int MOST_PAGES_REMEMBERED = 200_000;

    /** How far a change has come. */
    private record Step(Receipt.OfChange receipt, Duration settledAt, boolean rendered, int lanesToCome) {}

    private final Revalidator revalidator;
    private final int lanes;
    private final SteadyTime time;
    private final Ambient.Pause pause;
    private final LinkedHashMap<OutboxEntry.Key, Step> steps = new LinkedHashMap<>();
    private long pagesRemembered;

    MarkedChanges(Revalidator revalidator, int lanes, SteadyTime time, Ambient.Pause pause) {
        this.revalidator = revalidator;
        this.lanes = lanes;
        this.time = time;
        this.pause = pause;
    }

    /**
     * Marks changes, waits until their caches have settled, and renders their pages.
     *
     * @param until when to stop waiting
     * @return what has to be cleared for each entry, or empty if the caches settle only after {@code until}; then the next call
     *     need not mark again
     */
    Optional<Map<OutboxEntry, Receipt.OfChange>> prepare(List<OutboxEntry> entries, Heartbeat heartbeat, Duration until)
            throws InterruptedException {
        Map<OutboxEntry, Step> marked = mark(entries, heartbeat);
        Duration settledAt = marked.values().stream()
                .map(Step::settledAt)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        if (settledAt.compareTo(until) > 0) {
            return Optional.empty();
        }
        if (!time.until(settledAt).isZero()) {
            revalidator.clearings().get(0).walk(CdnListener.Stage.SETTLE, () -> settle(settledAt, heartbeat));
        }
        render(marked, heartbeat);
        Map<OutboxEntry, Receipt.OfChange> receipts = new LinkedHashMap<>();
        entries.forEach(entry ->
                receipts.put(entry, Objects.requireNonNull(marked.get(entry)).receipt()));
        return Optional.of(receipts);
    }

    private Duration settle(Duration settledAt, Heartbeat heartbeat) throws InterruptedException {
        for (Duration left = time.until(settledAt); !left.isZero(); left = time.until(settledAt)) {
            time.pause(left.compareTo(heartbeat.interval()) < 0 ? left : heartbeat.interval(), pause::waitFor);
            heartbeat.run();
        }
        return settledAt;
    }

    /** Finds what has to be cleared for entries that another instance has marked and planned; marking them again is harmless. */
    Map<OutboxEntry, Receipt.OfChange> find(List<OutboxEntry> entries, Heartbeat heartbeat) {
        Map<OutboxEntry, Receipt.OfChange> receipts = new LinkedHashMap<>();
        mark(entries, heartbeat).forEach((entry, step) -> receipts.put(entry, step.receipt()));
        return receipts;
    }

    /** Returns how long the caches of remembered changes take to settle. */
    Duration settlingTime(List<OutboxEntry> entries) {
        return time.until(remembered(entries).values().stream()
                .map(Step::settledAt)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO));
    }

    private Map<OutboxEntry, Step> mark(List<OutboxEntry> entries, Heartbeat heartbeat) {
        Map<OutboxEntry, Step> marked = remembered(entries);
        Set<Change> changes = new LinkedHashSet<>();
        entries.stream().filter(entry -> !marked.containsKey(entry)).forEach(entry -> changes.add(entry.change()));
        Map<Change, Step> byChange = new HashMap<>();
        for (List<Change> some : pieces(changes)) {
            Marked report = revalidator.mark(some, heartbeat);
            Duration settledAt = time.elapsed().plus(report.settle());
            report.changes()
                    .forEach(receipt -> byChange.put(receipt.change(), new Step(receipt, settledAt, false, lanes)));
            heartbeat.run();
        }
        for (OutboxEntry entry : entries) {
            Step step = byChange.get(entry.change());
            if (step != null && !marked.containsKey(entry)) {
                marked.put(entry, step);
                remember(entry.key(), step);
            }
        }
        return marked;
    }

    private void render(Map<OutboxEntry, Step> marked, Heartbeat heartbeat) {
        Map<Change, Receipt.OfChange> open = new LinkedHashMap<>();
        marked.values().stream()
                .filter(step -> !step.rendered())
                .forEach(step -> open.put(step.receipt().change(), step.receipt()));
        Map<Change, Receipt.OfChange> rendered = new HashMap<>();
        for (List<Receipt.OfChange> some : pieces(open.values())) {
            revalidator
                    .render(new Marked(some, Duration.ZERO), heartbeat)
                    .changes()
                    .forEach(receipt -> rendered.put(receipt.change(), receipt));
            heartbeat.run();
        }
        marked.replaceAll((entry, step) -> {
            Receipt.OfChange receipt = rendered.get(entry.change());
            if (step.rendered() || receipt == null) {
                return step;
            }
            Step done = new Step(receipt, step.settledAt(), true, step.lanesToCome());
            remember(entry.key(), done);
            return done;
        });
    }

    private static <T> List<List<T>> pieces(Collection<T> all) {
        List<T> list = List.copyOf(all);
        List<List<T>> pieces = new ArrayList<>();
        for (int from = 0; from < list.size(); from += CHANGES_OF_A_CALL) {
            pieces.add(list.subList(from, Math.min(list.size(), from + CHANGES_OF_A_CALL)));
        }
        return pieces;
    }

    private synchronized Map<OutboxEntry, Step> remembered(List<OutboxEntry> entries) {
        Map<OutboxEntry, Step> known = new LinkedHashMap<>();
        for (OutboxEntry entry : entries) {
            Step step = steps.get(entry.key());
            if (step != null) {
                known.put(entry, step);
            }
        }
        return known;
    }

    private synchronized void remember(OutboxEntry.Key key, Step step) {
        forget(key);
        steps.put(key, step);
        pagesRemembered += weight(step);
        while (pagesRemembered > MOST_PAGES_REMEMBERED) {
            forget(steps.keySet().iterator().next());
        }
    }

    private static long weight(Step step) {
        return 1L + step.receipt().pages().size();
    }

    private void forget(OutboxEntry.Key key) {
        Step step = steps.remove(key);
        if (step != null) {
            pagesRemembered -= weight(step);
        }
    }

    /** Forgets changes that every lane has taken, now that one more has. */
    synchronized void taken(Collection<OutboxEntry> entries) {
        for (OutboxEntry entry : entries) {
            Step step = steps.get(entry.key());
            if (step != null && step.lanesToCome() <= 1) {
                forget(entry.key());
            } else if (step != null) {
                steps.put(
                        entry.key(),
                        new Step(step.receipt(), step.settledAt(), step.rendered(), step.lanesToCome() - 1));
            }
        }
    }

    /** Forgets changes that failed, so that they are marked again. */
    synchronized void failed(Collection<OutboxEntry> entries) {
        entries.forEach(entry -> forget(entry.key()));
    }
}

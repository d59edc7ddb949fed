package io.purgewise.outbox;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.internal.SteadyTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Follows the changes of one event through the outbox, until none of them waits. Used by one thread, once. */
final class EventProgress {

    /** By how much the clocks of two machines may differ: that of who accepted a change, and that of who gave it up. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    private final Outbox outbox;
    private final Set<DistributionId> lanes;
    private final Acceptance acceptance;
    private final Set<OutboxEntry.Key> keys;
    private final List<Invalidation> invalidations = new ArrayList<>();

    EventProgress(Outbox outbox, Set<DistributionId> lanes, Acceptance acceptance) {
        this.outbox = outbox;
        this.lanes = lanes;
        this.acceptance = acceptance;
        this.keys = acceptance.entries().stream().map(OutboxEntry::key).collect(Collectors.toUnmodifiableSet());
    }

    /** Drains, and waits for others that drain, until the event is done or time is over. */
    EventReport follow(Goal goal, SteadyTime time, Duration end, Ambient.Pause pause) throws InterruptedException {
        while (true) {
            EventReport report = look();
            Duration left = time.until(end);
            if (report.waiting().isEmpty() || left.isZero()) {
                return report;
            }
            if (drain(goal, end)) {
                return look();
            }
            left = time.until(end);
            time.pause(left.compareTo(Lanes.LOOK_AGAIN) < 0 ? left : Lanes.LOOK_AGAIN, pause::waitFor);
        }
    }

    /** Returns whether all that waited is taken. */
    private boolean drain(Goal goal, Duration end) {
        goal.run(end).lanes().stream()
                .flatMap(lane -> lane.finished().stream())
                .filter(drain -> drain.entries().stream().anyMatch(entry -> keys.contains(entry.key())))
                .forEach(drain -> invalidations.addAll(drain.invalidations()));
        return goal.isReached();
    }

    private EventReport look() {
        Map<OutboxEntry.Key, Outbox.Known> known = outbox.find(keys, lanes);
        Set<OutboxEntry.Key> waiting = new HashSet<>(keys);
        waiting.removeIf(key -> {
            Outbox.Known found = known.get(key);
            return found != null && found.waitingIn().isEmpty();
        });
        return new EventReport(acceptance, waiting, deadLetters(known), invalidations);
    }

    private List<DeadLetter> deadLetters(Map<OutboxEntry.Key, Outbox.Known> known) {
        List<DeadLetter> all = outbox.deadLetters();
        List<DeadLetter> ours = new ArrayList<>();
        for (OutboxEntry entry : acceptance.entries()) {
            all.stream()
                    .filter(letter -> isOf(letter, entry, known.get(entry.key())))
                    .forEach(ours::add);
        }
        return ours;
    }

    private boolean isOf(DeadLetter letter, OutboxEntry entry, Outbox.@Nullable Known known) {
        Instant acceptedAt = known == null ? entry.acceptedAt() : known.acceptedAt();
        return lanes.contains(letter.lane())
                && (known == null || !known.waitingIn().contains(letter.lane()))
                && letter.change().equals(entry.change().toString())
                && !letter.diedAt().isBefore(acceptedAt.minus(CLOCKS_DIFFER));
    }
}

package io.purgewise.cdn;

import java.util.Collection;

/** Lets changes into the outbox, or says why not before anything of them is accepted. Thread-safe. */
final class ChangeDoor {

    private final DrainParts parts;
    private final BudgetGuard guard;

    ChangeDoor(DrainParts parts, BudgetGuard guard) {
        this.parts = parts;
        this.guard = guard;
    }

    void append(Collection<OutboxEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        try {
            guard.requireOpenDoor();
            requireTagsAreRead(entries);
            parts.backlog().requireRoom(entries.size(), parts.policy().capacity());
        } catch (BudgetExceededException | OutboxFullException | CacheTagsNotReadException e) {
            parts.listener().refused(String.valueOf(e.getMessage()));
            throw e;
        }
        parts.outbox().append(entries);
        parts.backlog().added(entries.size());
        parts.sightings().see(entries, parts.now());
    }

    private void requireTagsAreRead(Collection<OutboxEntry> entries) {
        if (entries.stream().allMatch(entry -> entry.tags().isEmpty())) {
            return;
        }
        for (DistributionId distribution : parts.distributions()) {
            if (parts.submitter().surelyReadsNoTags(distribution)) {
                throw new CacheTagsNotReadException(distribution);
            }
        }
    }
}

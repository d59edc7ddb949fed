package io.purgewise.testkit;

import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/** Holds a table that may lag and fail, but does not, to the contract of the port. */
class FlakyTagCacheTest extends TagCacheContract {

    private final InMemoryTagCache table = InMemoryTagCache.create();
    private final TagCache cache = FlakyTagCache.of(
            LaggingTagCache.of(table, ManualClock.startingAt(Instant.parse("2026-11-23T09:00:00Z")), Duration.ZERO), 1);

    @Override
    protected TagCache cache() {
        return cache;
    }

    @Override
    protected void put(Collection<TagRow> rows) {
        table.seed(rows);
    }
}

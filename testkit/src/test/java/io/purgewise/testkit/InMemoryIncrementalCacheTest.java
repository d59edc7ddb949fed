package io.purgewise.testkit;

import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.StoredEntry.FetchEntry;
import io.purgewise.site.BuildId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

class InMemoryIncrementalCacheTest extends IncrementalCacheContract {

    private static final Instant TIME = Instant.parse("2026-11-23T10:00:00Z");

    private final InMemoryIncrementalCache cache = InMemoryIncrementalCache.withSlicesOf(3);

    @Override
    protected IncrementalCache cache() {
        return cache;
    }

    @Override
    protected void putPage(BuildId build, CacheKey key, List<String> tags) {
        cache.put(
                build,
                new CacheEntry(key, CacheEntry.Kind.APP, tags, Duration.ofHours(1), 200, null, false, TIME, "\"e\""));
    }

    @Override
    protected void putFetch(BuildId build, String hash) {
        cache.put(build, new ListedEntry(new FetchEntry(hash), hash, TIME, "\"e\"", 1));
    }
}

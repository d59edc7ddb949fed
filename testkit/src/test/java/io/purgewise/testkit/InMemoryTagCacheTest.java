package io.purgewise.testkit;

import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import java.util.Collection;

class InMemoryTagCacheTest extends TagCacheContract {

    private final InMemoryTagCache cache = InMemoryTagCache.create();

    @Override
    protected TagCache cache() {
        return cache;
    }

    @Override
    protected void put(Collection<TagRow> rows) {
        cache.seed(rows);
    }
}

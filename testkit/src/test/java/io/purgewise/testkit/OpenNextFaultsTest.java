package io.purgewise.testkit;

import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.cdn.Cdn;
import java.util.Collection;

/** Shows on the fakes, with the strictest quotas, that none of OpenNext's faults is repeated. */
class OpenNextFaultsTest extends OpenNextFaultsContract {

    private final FakeCloudFront account = FakeCloudFront.builder(clock)
            .quotas(FakeQuotas.strict())
            .distribution(SITE)
            .build();
    private final InMemoryTagCache table = InMemoryTagCache.create();

    @Override
    protected Cdn cdn() {
        return account;
    }

    @Override
    protected TagCache tagCache() {
        return table;
    }

    @Override
    protected void put(Collection<TagRow> rows) {
        table.seed(rows);
    }
}

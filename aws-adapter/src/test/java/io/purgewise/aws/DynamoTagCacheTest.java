package io.purgewise.aws;

import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.testkit.TagCacheContract;
import java.util.Collection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;

class DynamoTagCacheTest extends TagCacheContract {

    private final LocalTagTable table = new LocalTagTable();
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final DynamoTagCache cache = DynamoTagCache.builder(table.client(), table.name())
            .executor(executor)
            .build();

    @AfterEach
    void close() {
        executor.shutdownNow();
        table.close();
    }

    @Override
    protected TagCache cache() {
        return cache;
    }

    @Override
    protected void put(Collection<TagRow> rows) {
        table.put(rows);
    }
}

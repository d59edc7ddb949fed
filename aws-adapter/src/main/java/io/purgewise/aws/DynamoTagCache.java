package io.purgewise.aws;

import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport;
import io.purgewise.cdn.Ambient;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/**
 * Reads and writes OpenNext's tag table in DynamoDB (OpenNext 2.2.0 and newer):
 *
 * <ul>
 *   <li>{@code tag}, a string: partition key
 *   <li>{@code path}, a string: sort key
 *   <li>{@code revalidatedAt}, a number of milliseconds; {@code stale} and {@code expire}, numbers of milliseconds, optional
 *   <li>index {@code revalidate}: {@code path} as partition key, {@code revalidatedAt} as sort key, all attributes
 * </ul>
 *
 * <p>Marks are conditional, so that no writer takes back another's newer mark. BatchWriteItem, which OpenNext uses, knows no
 * conditions; one PutItem a row would need 25 times the calls; a transaction costs twice the write units and fails as a
 * whole. So marks go out as PartiQL statements, 25 in a BatchExecuteStatement, each with its own condition and its own
 * answer, at the price of a plain write. Where a table's endpoint or IAM policy knows no PartiQL, conditional puts do the
 * same, one row a call. Needed actions: {@code dynamodb:Query} on table and index, and {@code dynamodb:PartiQLUpdate},
 * {@code dynamodb:PartiQLInsert} or {@code dynamodb:PutItem}.
 *
 * <p>The client is the caller's and is not closed. This class is thread-safe.
 */
public final class DynamoTagCache implements TagCache {

    private final DynamoDbClient client;
    private final String table;
    private final Executor executor;
    private final Ambient.Pause pause;
    private final int maxCalls;
    private final Fanout reads;
    private final MarkCalls writes;

    private DynamoTagCache(Builder builder) {
        client = builder.client;
        table = builder.table;
        executor = builder.executor;
        pause = builder.pause;
        maxCalls = builder.maxCalls;
        // One read after the other would take minutes for a large tag.
        reads = new Fanout(executor, maxCalls);
        writes = new MarkCalls(client, table);
    }

    /**
     * Starts the description of a table.
     *
     * @param client the caller's client; it stays open
     * @param table the table's name or ARN, what {@code CACHE_DYNAMO_TABLE} says
     * @return a builder
     */
    public static Builder builder(DynamoDbClient client, String table) {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(table, "table");
        return new Builder(client, table);
    }

    @Override
    public List<TagRow> rowsOfTag(String tag) {
        Objects.requireNonNull(tag, "tag");
        return query(ofTag(tag).build(), Long.MAX_VALUE);
    }

    @Override
    public List<TagRow> rowsOfTag(String tag, int limit) {
        Objects.requireNonNull(tag, "tag");
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, but was " + limit);
        }
        return query(ofTag(tag).limit(limit).build(), limit);
    }

    private QueryRequest.Builder ofTag(String tag) {
        return QueryRequest.builder()
                .tableName(table)
                .consistentRead(true)
                .keyConditionExpression("#key = :key")
                .expressionAttributeNames(Map.of("#key", TagItems.TAG))
                .expressionAttributeValues(Map.of(":key", AttributeValue.fromS(tag)));
    }

    @Override
    public List<TagRow> rowsOfPath(String path) {
        Objects.requireNonNull(path, "path");
        return query(
                QueryRequest.builder()
                        .tableName(table)
                        .indexName(TagItems.INDEX)
                        .keyConditionExpression("#key = :key")
                        .expressionAttributeNames(Map.of("#key", TagItems.PATH))
                        .expressionAttributeValues(Map.of(":key", AttributeValue.fromS(path)))
                        .build(),
                Long.MAX_VALUE);
    }

    @Override
    public Map<String, List<TagRow>> rowsOfTags(Collection<String> tags) {
        Objects.requireNonNull(tags, "tags");
        return reads.each(tags, this::rowsOfTag);
    }

    @Override
    public Map<String, List<TagRow>> rowsOfPaths(Collection<String> paths) {
        Objects.requireNonNull(paths, "paths");
        return reads.each(paths, this::rowsOfPath);
    }

    private List<TagRow> query(QueryRequest request, long limit) {
        return CacheErrors.calling(
                "reading table",
                table,
                () -> client.queryPaginator(request).items().stream()
                        .map(TagItems::row)
                        .limit(limit)
                        .toList());
    }

    @Override
    public WriteReport write(Collection<TagRow> marks) {
        Objects.requireNonNull(marks, "marks");
        Map<List<String>, TagRow> distinct = new LinkedHashMap<>();
        for (TagRow mark : marks) {
            distinct.merge(
                    List.of(mark.tag(), mark.path()), mark, (a, b) -> b.over(a).orElse(a));
        }
        List<MarkStatement> statements =
                distinct.values().stream().map(MarkStatement::new).toList();
        return new MarkWriter(writes, executor, pause, maxCalls, statements).write();
    }

    /**
     * Reads the time from the header {@code Date} of the answer to a Query that finds nothing.
     *
     * @return the time; empty if the answer has no such header
     * @throws io.purgewise.cache.CacheAccessException if there is no answer
     */
    @Override
    public Optional<Instant> time() {
        return ServerTime.asking(
                "asking for the time of table",
                table,
                () -> client.query(query -> query.tableName(table)
                        .limit(1)
                        .keyConditionExpression("#key = :key")
                        .expressionAttributeNames(Map.of("#key", TagItems.TAG))
                        .expressionAttributeValues(Map.of(":key", AttributeValue.fromS("__purgewise_time")))));
    }

    /** Collects the settings of a table. This class is not thread-safe. */
    public static final class Builder {

        private final DynamoDbClient client;
        private final String table;
        private Executor executor = Runnable::run;
        private Ambient.Pause pause = duration -> Thread.sleep(duration.toMillis());
        private int maxCalls = 64;

        private Builder(DynamoDbClient client, String table) {
            if (table.isBlank()) {
                throw new IllegalArgumentException("table name must not be blank");
            }
            this.client = client;
            this.table = table;
        }

        /**
         * Sets where calls run, so that many are under way at a time.
         *
         * @param executor the caller's executor, virtual threads fit; it stays open. Default: the calling thread, one call
         *     after the other
         * @return this builder
         */
        public Builder executor(Executor executor) {
            Objects.requireNonNull(executor, "executor");
            this.executor = executor;
            return this;
        }

        /**
         * Sets how throttled writes wait.
         *
         * @param pause the wait; default {@link Thread#sleep(long)}
         * @return this builder
         */
        public Builder pause(Ambient.Pause pause) {
            Objects.requireNonNull(pause, "pause");
            this.pause = pause;
            return this;
        }

        /**
         * Limits the calls of one write that are under way at a time. The SDK's HTTP client needs as many connections.
         *
         * @param maxCalls at least 1; default 64
         * @return this builder
         * @throws IllegalArgumentException if {@code maxCalls} is less than 1
         */
        public Builder maxCalls(int maxCalls) {
            if (maxCalls < 1) {
                throw new IllegalArgumentException("calls at a time must be at least 1, but were " + maxCalls);
            }
            this.maxCalls = maxCalls;
            return this;
        }

        /**
         * Finishes the description.
         *
         * @return the table
         */
        public DynamoTagCache build() {
            return new DynamoTagCache(this);
        }
    }
}

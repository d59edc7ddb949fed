package io.purgewise.examples;

import com.amazonaws.services.dynamodbv2.local.embedded.DynamoDBEmbedded;
import com.amazonaws.services.dynamodbv2.local.shared.access.AmazonDynamoDBLocal;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Runs DynamoDB Local in this process, with OpenNext's tag table as a deploy leaves it. */
final class LocalTagTable implements AutoCloseable {

    static final String NAME = "next-tags";

    private static final int BATCH = 25;

    private final AmazonDynamoDBLocal dynamo;

    private LocalTagTable(AmazonDynamoDBLocal dynamo) {
        this.dynamo = dynamo;
    }

    static LocalTagTable seeded(List<SampleBuild.Row> rows) {
        boolean withoutTelemetry = true;
        LocalTagTable table = new LocalTagTable(DynamoDBEmbedded.create(withoutTelemetry));
        create(table.client(), rows);
        return table;
    }

    /** Creates the table on any DynamoDB and puts the seed rows in. */
    static void create(DynamoDbClient client, List<SampleBuild.Row> rows) {
        create(client);
        List<WriteRequest> puts = rows.stream().map(LocalTagTable::put).toList();
        for (int from = 0; from < puts.size(); from += BATCH) {
            List<WriteRequest> batch = puts.subList(from, Math.min(puts.size(), from + BATCH));
            client.batchWriteItem(request -> request.requestItems(Map.of(NAME, batch)));
        }
    }

    DynamoDbClient client() {
        return dynamo.dynamoDbClient();
    }

    private static void create(DynamoDbClient client) {
        client.createTable(CreateTableRequest.builder()
                .tableName(NAME)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        attribute("tag", ScalarAttributeType.S),
                        attribute("path", ScalarAttributeType.S),
                        attribute("revalidatedAt", ScalarAttributeType.N))
                .keySchema(key("tag", KeyType.HASH), key("path", KeyType.RANGE))
                .globalSecondaryIndexes(List.of(GlobalSecondaryIndex.builder()
                        .indexName("revalidate")
                        .keySchema(key("path", KeyType.HASH), key("revalidatedAt", KeyType.RANGE))
                        .projection(Projection.builder()
                                .projectionType(ProjectionType.ALL)
                                .build())
                        .build()))
                .build());
    }

    private static WriteRequest put(SampleBuild.Row row) {
        Map<String, AttributeValue> item = Map.of(
                "tag", AttributeValue.fromS(row.tag()),
                "path", AttributeValue.fromS(row.path()),
                "revalidatedAt", AttributeValue.fromN(Long.toString(row.revalidatedAt())));
        return WriteRequest.builder().putRequest(put -> put.item(item)).build();
    }

    private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    @Override
    public void close() {
        // A plain shutdown leaves a thread that sleeps for minutes and keeps the JVM alive.
        dynamo.shutdownNow();
    }
}

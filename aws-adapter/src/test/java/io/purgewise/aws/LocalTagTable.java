package io.purgewise.aws;

import io.purgewise.cache.TagRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Makes a tag table of its own in DynamoDB Local, as OpenNext's infrastructure makes it. */
final class LocalTagTable implements AutoCloseable {

    private final String name = "revalidation-" + UUID.randomUUID();
    private final DynamoDbClient client = DynamoServer.shared().client();

    LocalTagTable() {
        create(name);
    }

    String name() {
        return name;
    }

    DynamoDbClient client() {
        return client;
    }

    private void create(String table) {
        client.createTable(CreateTableRequest.builder()
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(List.of(
                        attribute("tag", ScalarAttributeType.S),
                        attribute("path", ScalarAttributeType.S),
                        attribute("revalidatedAt", ScalarAttributeType.N)))
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

    /** Puts rows over what stands, as OpenNext does. */
    void put(Collection<TagRow> rows) {
        List<WriteRequest> puts = rows.stream()
                .map(row -> WriteRequest.builder()
                        .putRequest(put -> put.item(TagItems.item(row)))
                        .build())
                .toList();
        for (int i = 0; i < puts.size(); i += 25) {
            List<WriteRequest> batch = puts.subList(i, Math.min(i + 25, puts.size()));
            client.batchWriteItem(write -> write.requestItems(Map.of(name, batch)));
        }
    }

    List<TagRow> rows() {
        List<TagRow> rows = new ArrayList<>();
        client.scanPaginator(scan -> scan.tableName(name)).items().forEach(item -> rows.add(TagItems.row(item)));
        return rows;
    }

    @Override
    public void close() {
        client.deleteTable(delete -> delete.tableName(name));
        client.close();
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
}

package io.purgewise.aws;

import com.amazonaws.services.dynamodbv2.local.embedded.DynamoDBEmbedded;
import com.amazonaws.services.dynamodbv2.local.shared.access.AmazonDynamoDBLocal;
import io.purgewise.cache.TagRow;
import java.util.ArrayList;
import java.util.List;
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

/** Runs DynamoDB Local in process with a table as OpenNext's infrastructure makes it. */
final class LocalTagTable implements AutoCloseable {

    static final String TABLE = "revalidation";

    private final AmazonDynamoDBLocal local = DynamoDBEmbedded.create();

    LocalTagTable() {
        create(TABLE);
    }

    DynamoDbClient client() {
        return local.dynamoDbClient();
    }

    private void create(String table) {
        client().createTable(CreateTableRequest.builder()
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
    void put(Iterable<TagRow> rows) {
        rows.forEach(row -> client().putItem(put -> put.tableName(TABLE).item(TagItems.item(row))));
    }

    List<TagRow> rows() {
        List<TagRow> rows = new ArrayList<>();
        client().scanPaginator(scan -> scan.tableName(TABLE)).items().forEach(item -> rows.add(TagItems.row(item)));
        return rows;
    }

    @Override
    public void close() {
        local.shutdown();
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

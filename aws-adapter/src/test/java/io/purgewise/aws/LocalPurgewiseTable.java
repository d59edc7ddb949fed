package io.purgewise.aws;

import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Makes a table of its own in DynamoDB Local, as {@link PurgewiseTable} makes it. */
final class LocalPurgewiseTable implements AutoCloseable {

    final PurgewiseTable table = new PurgewiseTable("purgewise-" + UUID.randomUUID());
    private final DynamoDbClient client = DynamoServer.shared().client();

    LocalPurgewiseTable() {
        table.create(client);
    }

    DynamoDbClient client() {
        return client;
    }

    @Override
    public void close() {
        client.deleteTable(request -> request.tableName(table.name()));
        client.close();
    }
}

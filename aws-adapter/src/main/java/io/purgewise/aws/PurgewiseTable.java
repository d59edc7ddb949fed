package io.purgewise.aws;

import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * Names Purgewise's own DynamoDB table, which holds outboxes, their leases and the ledger. One table serves any number of
 * sites and accounts.
 *
 * <p>Keys: {@code pk} (string, partition) and {@code sk} (string, sort); time to live on {@code expiresAt}. Items:
 *
 * <ul>
 *   <li>an accepted change: {@code pk = outbox#NAME#entry}, {@code sk = MILLIS#ID}; {@code settle} (milliseconds),
 *       {@code clears} (a line each). A change of more than 300,000 characters is several items
 *   <li>the lease: {@code pk = outbox#NAME#lease}, {@code sk = lease}; {@code holder} (absent when free), {@code fence} (grows
 *       with each holder), {@code beat} (grows with each sign of life), {@code nonce}, {@code openDrain} and {@code parts}
 *   <li>a drain: {@code pk = outbox#NAME#drain}, {@code sk = ID#PART}; {@code content} (a line for each entry, batch and
 *       item), {@code fence} of whoever wrote it
 *   <li>what a distribution is owed: {@code pk = outbox#NAME#owed}, {@code sk = REFERENCE#PART}; {@code content}, {@code parts},
 *       {@code expiresAt}
 *   <li>what was set aside: {@code pk = outbox#NAME#poison}, {@code sk = ID}; {@code reason}, and the item as it was
 *   <li>the count of a month: {@code pk = ledger#ACCOUNT}, {@code sk = month#YYYY-MM}; {@code pathCount}
 *   <li>an invalidation that is counted: {@code pk = ledger#ACCOUNT#YYYY-MM}, {@code sk = DISTRIBUTION#REFERENCE};
 *       {@code quantity}, {@code invalidationId}, {@code expiresAt}; {@code reserved} while its batch is not counted yet
 * </ul>
 *
 * <p>Counted invalidations expire 400 days after their creation, and so does what a distribution is owed, since no CDN keeps
 * a page for more than a year; changes and drains are removed when they are done with, and never before.
 *
 * <p>Needed actions on the table: {@code dynamodb:GetItem}, {@code PutItem}, {@code UpdateItem}, {@code DeleteItem},
 * {@code BatchWriteItem} and {@code Query}; {@code DescribeTable} for {@link #check}; {@code CreateTable} and
 * {@code UpdateTimeToLive} for {@link #create}.
 *
 * <p>Instances are immutable and thread-safe.
 *
 * @param name the table's name or ARN
 */
public record PurgewiseTable(String name) {

    /** The partition key, a string. */
    public static final String PARTITION_KEY = "pk";

    /** The sort key, a string. */
    public static final String SORT_KEY = "sk";

    /** The attribute from which DynamoDB's time to live reads, in seconds since 1970. */
    public static final String EXPIRES_AT = "expiresAt";

    /** The table as a CloudFormation resource. */
    public static final String CLOUD_FORMATION = """
            PurgewiseTable:
              Type: AWS::DynamoDB::Table
              Properties:
                BillingMode: PAY_PER_REQUEST
                AttributeDefinitions:
                  - { AttributeName: pk, AttributeType: S }
                  - { AttributeName: sk, AttributeType: S }
                KeySchema:
                  - { AttributeName: pk, KeyType: HASH }
                  - { AttributeName: sk, KeyType: RANGE }
                TimeToLiveSpecification: { AttributeName: expiresAt, Enabled: true }
            """;

    /**
     * Creates a table's name.
     *
     * @param name the table's name or ARN
     * @throws IllegalArgumentException if DynamoDB allows no table of that name (3 to 255 letters, digits, {@code _ . -})
     */
    public PurgewiseTable {
        Objects.requireNonNull(name, "name");
        if (!name.startsWith("arn:") && !name.matches("[A-Za-z0-9_.-]{3,255}")) {
            throw new IllegalArgumentException(
                    "table name must have 3 to 255 letters, digits, _ . or -, or be an ARN, but was \"" + name + "\"");
        }
    }

    /**
     * Creates the table, unless it exists, and waits until it can be used.
     *
     * @param client the caller's client
     * @throws io.purgewise.cdn.OutboxAccessException if DynamoDB refuses
     * @throws TableSchemaException if the table exists and is another one
     */
    public void create(DynamoDbClient client) {
        Objects.requireNonNull(client, "client");
        TableErrors.calling("creating table", name, () -> {
            try {
                client.createTable(request -> request.tableName(name)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(List.of(string(PARTITION_KEY), string(SORT_KEY)))
                        .keySchema(List.of(key(PARTITION_KEY, KeyType.HASH), key(SORT_KEY, KeyType.RANGE))));
                try (var waiter = client.waiter()) {
                    waiter.waitUntilTableExists(request -> request.tableName(name));
                }
                client.updateTimeToLive(request -> request.tableName(name)
                        .timeToLiveSpecification(
                                ttl -> ttl.attributeName(EXPIRES_AT).enabled(true)));
            } catch (ResourceInUseException e) {
                // Made before, or by another instance at the same time.
                return name;
            }
            return name;
        });
        check(client);
    }

    /**
     * Checks that the table exists and has these keys.
     *
     * @param client the caller's client
     * @throws io.purgewise.cdn.OutboxAccessException if there is no such table, or DynamoDB does not say
     * @throws TableSchemaException if it has other keys
     */
    public void check(DynamoDbClient client) {
        Objects.requireNonNull(client, "client");
        TableDescription table = TableErrors.calling(
                "describing table",
                name,
                () -> client.describeTable(request -> request.tableName(name)).table());
        List<KeySchemaElement> expected = List.of(key(PARTITION_KEY, KeyType.HASH), key(SORT_KEY, KeyType.RANGE));
        if (!table.keySchema().equals(expected)
                || !table.attributeDefinitions().containsAll(List.of(string(PARTITION_KEY), string(SORT_KEY)))) {
            throw new TableSchemaException(name, table.keySchema() + " of " + table.attributeDefinitions());
        }
    }

    private static AttributeDefinition string(String attribute) {
        return AttributeDefinition.builder()
                .attributeName(attribute)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement key(String attribute, KeyType type) {
        return KeySchemaElement.builder().attributeName(attribute).keyType(type).build();
    }
}

package io.purgewise.aws;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.waiters.DynamoDbWaiter;

/**
 * Names Purgewise's own DynamoDB table, which holds outboxes, their leases and the ledger. One table serves any number of
 * sites and accounts.
 *
 * <p>Keys: {@code pk} (string, partition) and {@code sk} (string, sort); time to live on {@code expiresAt} (seconds since 1970).
 * Rows, where LANE is a distribution's ID, or {@code tenant/} and a tenant's:
 *
 * <ul>
 *   <li>an accepted change in a lane: {@code pk = outbox#NAME#lane#LANE}, {@code sk = MILLIS#KEY}; {@code version},
 *       {@code change}
 *   <li>a key that was accepted: {@code pk = outbox#NAME#key#KEY}, {@code sk = key}; {@code acceptedAt}
 *       (milliseconds), {@code expiresAt} a day later
 *   <li>a lane's lease: {@code pk = outbox#NAME#lease#LANE}, {@code sk = lease}; {@code holder} (absent when free),
 *       {@code fence} (grows with each holder), {@code beat} (grows with each sign of life), {@code nonce}, {@code takeovers}
 *       (since a drain was last opened or closed), and of the open drain {@code openDrain} and {@code parts}
 *   <li>a drain: {@code pk = outbox#NAME#drain#ID}, {@code sk = part#NUMBER}; {@code content} (bytes, compressed),
 *       {@code expiresAt}; and for each batch that the CDN has accepted {@code sk = accepted#REFERENCE}, {@code expiresAt}
 *   <li>a dead letter: {@code pk = outbox#NAME#dead}, {@code sk = LANE#DIGEST}; {@code change}, {@code reason}, {@code diedAt}
 *       (milliseconds), {@code repeatable}, {@code expiresAt} 90 days later
 *   <li>a row that could not be read, as it was: {@code pk = outbox#NAME#unreadable}, {@code sk = LANE#SK};
 *       {@code expiresAt} 90 days later
 *   <li>the count of a month: {@code pk = ledger#ACCOUNT}, {@code sk = month#YYYY-MM}; {@code pathCount}
 *   <li>an invalidation that is counted: {@code pk = ledger#ACCOUNT#YYYY-MM}, {@code sk = DISTRIBUTION#REFERENCE};
 *       {@code quantity}, {@code invalidationId}, {@code expiresAt}; {@code reserved} while its batch is not counted yet
 * </ul>
 *
 * <p>Accepted changes never expire; they are removed when they are carried through. Drains are removed when they are closed; what
 * a killed process leaves of one expires after 400 days, as counted invalidations do, since no CDN keeps a page for more than a
 * year.
 *
 * <p>Needed actions on the table: {@code dynamodb:GetItem}, {@code PutItem}, {@code UpdateItem}, {@code DeleteItem},
 * {@code BatchWriteItem} and {@code Query}; {@code DescribeTable} for {@link #check}; {@code CreateTable},
 * {@code DescribeTimeToLive} and {@code UpdateTimeToLive} for {@link #create}.
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

    /** The attribute of an accepted change with its version of these rules. */
    public static final String VERSION = "version";

    /** The attribute of an accepted change, or of a dead letter, that says what changed. */
    public static final String CHANGE = "change";

    /** The version of these rules; rows of another one are not read, but moved to the dead letters. */
    static final int CURRENT_VERSION = 2;

    private static final Duration LONGEST_CREATION = Duration.ofMinutes(5);

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
     * Creates the table, unless it exists, waits until it can be used, and turns its time to live on, if it is not. So an instance
     * finishes what another one began, and repairs what a killed one left undone.
     *
     * @param client the caller's client
     * @throws io.purgewise.StoreAccessException if DynamoDB refuses, or the table is not ready after 5 minutes
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
            } catch (ResourceInUseException e) {
                // Made before, or by another instance at this moment.
            }
            return waitUntilActive(client);
        });
        check(client);
        TableErrors.calling("turning on the time to live of table", name, () -> expires(client) || letExpire(client));
    }

    private TableDescription waitUntilActive(DynamoDbClient client) {
        WaiterOverrideConfiguration everySecond = WaiterOverrideConfiguration.builder()
                .backoffStrategyV2(BackoffStrategy.fixedDelay(Duration.ofSeconds(1)))
                .maxAttempts((int) LONGEST_CREATION.toSeconds())
                .build();
        try (DynamoDbWaiter waiter = DynamoDbWaiter.builder()
                .client(client)
                .overrideConfiguration(everySecond)
                .build()) {
            return waiter.waitUntilTableExists(request -> request.tableName(name))
                    .matched()
                    .response()
                    .orElseThrow()
                    .table();
        }
    }

    private boolean expires(DynamoDbClient client) {
        TimeToLiveDescription ttl =
                client.describeTimeToLive(request -> request.tableName(name)).timeToLiveDescription();
        boolean on = ttl.timeToLiveStatus() == TimeToLiveStatus.ENABLED
                || ttl.timeToLiveStatus() == TimeToLiveStatus.ENABLING;
        if (on && !EXPIRES_AT.equals(ttl.attributeName())) {
            throw new TableSchemaException(
                    name, "time to live on " + ttl.attributeName() + " instead of " + EXPIRES_AT);
        }
        return on;
    }

    private boolean letExpire(DynamoDbClient client) {
        try {
            client.updateTimeToLive(request -> request.tableName(name)
                    .timeToLiveSpecification(
                            ttl -> ttl.attributeName(EXPIRES_AT).enabled(true)));
            return true;
        } catch (DynamoDbException e) {
            if (expires(client)) {
                return true; // Turned on by another instance at the same moment.
            }
            throw e;
        }
    }

    /**
     * Checks that the table exists and has these keys.
     *
     * @param client the caller's client
     * @throws io.purgewise.StoreAccessException if there is no such table, or DynamoDB does not say
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

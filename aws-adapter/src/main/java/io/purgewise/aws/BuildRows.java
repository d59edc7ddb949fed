package io.purgewise.aws;

import io.purgewise.site.BuildId;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/** Finds and deletes the rows that builds have in the tag table, by reading the whole table. */
record BuildRows(DynamoDbClient dynamo, String table) {

    /** The key of a page keeps its leading slash behind the build; that of a fetch is its hash. */
    private static final Pattern METADATA_KEY = Pattern.compile("/.*|[0-9a-f]{64}", Pattern.DOTALL);

    /** Names what stands before the first slash of any row's tag: the builds that have rows of tags. */
    Set<String> builds() {
        ScanRequest scan = ScanRequest.builder()
                .tableName(table)
                .projectionExpression("#tag")
                .expressionAttributeNames(Map.of("#tag", TagItems.TAG))
                .build();
        return CacheErrors.calling("reading the rows of table", table, () -> {
            Set<String> builds = new HashSet<>();
            for (Map<String, AttributeValue> row : dynamo.scanPaginator(scan).items()) {
                String tag =
                        row.getOrDefault(TagItems.TAG, AttributeValue.fromS("")).s();
                int slash = tag == null ? -1 : tag.indexOf('/');
                if (slash > 0) {
                    builds.add(tag.substring(0, slash));
                }
            }
            return builds;
        });
    }

    /** Deletes all rows of a build and says how many they were. */
    long delete(BuildId build, LongConsumer progress) {
        ScanRequest scan = ScanRequest.builder()
                .tableName(table)
                .consistentRead(true)
                .projectionExpression("#tag, #path")
                .filterExpression("begins_with(#tag, :rows) OR begins_with(#tag, :metadata)")
                .expressionAttributeNames(Map.of("#tag", TagItems.TAG, "#path", TagItems.PATH))
                .expressionAttributeValues(Map.of(
                        ":rows", AttributeValue.fromS(build + "/"),
                        ":metadata", AttributeValue.fromS("__meta_" + build + "_")))
                .build();
        return CacheErrors.calling("deleting rows from table", table, () -> {
            long rows = 0;
            for (Map<String, AttributeValue> key : dynamo.scanPaginator(scan).items()) {
                if (!ownedBy(
                        build,
                        key.getOrDefault(TagItems.TAG, AttributeValue.fromS("")).s())) {
                    continue;
                }
                dynamo.deleteItem(delete -> delete.tableName(table).key(key));
                progress.accept(++rows);
            }
            return rows;
        });
    }

    /** Tells the metadata of build {@code B} from that of a build {@code B_2}, which starts the same. */
    private static boolean ownedBy(BuildId build, String tag) {
        String metadata = "__meta_" + build + "_";
        return !tag.startsWith(metadata)
                || METADATA_KEY.matcher(tag.substring(metadata.length())).matches();
    }
}

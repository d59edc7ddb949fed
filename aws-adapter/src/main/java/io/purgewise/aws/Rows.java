package io.purgewise.aws;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads and writes attributes of rows in Purgewise's table. A row that lacks one is an {@link IllegalArgumentException}. */
final class Rows {

    private Rows() {}

    static AttributeValue string(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    static String text(Map<String, AttributeValue> row, String name) {
        AttributeValue value = row.get(name);
        if (value == null || value.s() == null) {
            throw new IllegalArgumentException("the row has no text " + name);
        }
        return value.s();
    }

    static long count(Map<String, AttributeValue> row, String name) {
        AttributeValue value = row.get(name);
        if (value == null || value.n() == null) {
            throw new IllegalArgumentException("the row has no number " + name);
        }
        return Long.parseLong(value.n());
    }

    static Map<String, AttributeValue> key(String partition, String sort) {
        return Map.of(PurgewiseTable.PARTITION_KEY, string(partition), PurgewiseTable.SORT_KEY, string(sort));
    }

    /** Returns the key of a row that was read. */
    static Map<String, AttributeValue> key(Map<String, AttributeValue> row) {
        return key(text(row, PurgewiseTable.PARTITION_KEY), text(row, PurgewiseTable.SORT_KEY));
    }

    /** Returns about how many bytes a row has, as DynamoDB counts them: names and values in UTF-8. */
    static int bytes(Map<String, AttributeValue> row) {
        int bytes = 100;
        for (Map.Entry<String, AttributeValue> each : row.entrySet()) {
            bytes += bytes(each.getKey()) + bytes(each.getValue());
        }
        return bytes;
    }

    private static int bytes(AttributeValue value) {
        if (value.s() != null) {
            return bytes(value.s());
        }
        return value.b() == null ? 25 : value.b().asByteArrayUnsafe().length;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}

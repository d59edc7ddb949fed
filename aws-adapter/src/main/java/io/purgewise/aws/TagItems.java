package io.purgewise.aws;

import io.purgewise.cache.TagRow;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Turns rows of OpenNext's tag table into items and back. */
final class TagItems {

    /** Partition key, a string. */
    static final String TAG = "tag";

    /** Sort key, a string; partition key of the index. */
    static final String PATH = "path";

    /** A number of milliseconds; sort key of the index. */
    static final String REVALIDATED_AT = "revalidatedAt";

    /** A number of milliseconds, optional. */
    static final String STALE = "stale";

    /** A number of milliseconds, optional. */
    static final String EXPIRE = "expire";

    /** The index on {@link #PATH} and {@link #REVALIDATED_AT}, with all attributes. */
    static final String INDEX = "revalidate";

    private TagItems() {}

    static Map<String, AttributeValue> item(TagRow row) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put(TAG, AttributeValue.fromS(row.tag()));
        item.put(PATH, AttributeValue.fromS(row.path()));
        item.put(REVALIDATED_AT, number(row.revalidatedAt()));
        if (row.stale() != null) {
            item.put(STALE, number(row.stale()));
        }
        if (row.expire() != null) {
            item.put(EXPIRE, number(row.expire()));
        }
        return item;
    }

    /** Reads an item; a row without a readable time counts as never marked, so that it is marked rather than skipped. */
    static TagRow row(Map<String, AttributeValue> item) {
        Instant revalidatedAt = time(item.get(REVALIDATED_AT));
        return new TagRow(
                text(item, TAG),
                text(item, PATH),
                revalidatedAt == null ? Instant.EPOCH : revalidatedAt,
                time(item.get(STALE)),
                time(item.get(EXPIRE)));
    }

    private static String text(Map<String, AttributeValue> item, String attribute) {
        AttributeValue value = item.get(attribute);
        if (value == null || value.s() == null) {
            throw new IllegalArgumentException(
                    "the table's keys must be the strings tag and path, but an item is " + item.keySet());
        }
        return value.s();
    }

    static AttributeValue number(Instant time) {
        return AttributeValue.fromN(Long.toString(time.toEpochMilli()));
    }

    private static @Nullable Instant time(@Nullable AttributeValue value) {
        return value == null || value.n() == null ? null : Instant.ofEpochMilli(new BigDecimal(value.n()).longValue());
    }
}

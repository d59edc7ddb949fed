package io.purgewise.aws;

import io.purgewise.cache.TagRow;
import io.purgewise.cache.WriteReport.Outcome;
import io.purgewise.cache.WriteReport.Result;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * Is one mark on its way into the table: the next statement to try, given what the last one met.
 *
 * <p>The first try guesses what stands in the table: for an expiry any older mark, otherwise a row that was never marked. If
 * the guess is wrong, DynamoDB answers with the row that stands, and the next try writes {@link TagRow#over} on condition
 * that exactly this row still stands. This class is not thread-safe.
 */
final class MarkStatement {

    private static final String STALE_OF = "\"" + TagItems.STALE + "\"";
    private static final String EXPIRE_OF = "\"" + TagItems.EXPIRE + "\"";
    private static final String TIME_OF = "\"" + TagItems.REVALIDATED_AT + "\"";

    private final TagRow mark;
    private TagRow target;
    private @Nullable TagRow standing;
    private boolean absent;
    private int tries;

    MarkStatement(TagRow mark) {
        this.mark = mark;
        this.target = mark;
    }

    TagRow mark() {
        return mark;
    }

    int tries() {
        return tries;
    }

    void tried() {
        tries++;
    }

    /** Takes in the row that stood in the way; answers the end of this mark if there is nothing left to write. */
    Optional<Result> met(@Nullable Map<String, AttributeValue> item) {
        if (item == null || item.isEmpty()) {
            absent = true;
            standing = null;
            target = mark;
            return Optional.empty();
        }
        absent = false;
        TagRow found = TagItems.row(item);
        standing = found;
        Optional<TagRow> next = mark.over(found);
        if (next.isEmpty()) {
            // A lost answer to an earlier try leaves this very mark behind.
            return Optional.of(new Result(mark, found.equals(mark) ? Outcome.WRITTEN : Outcome.NEWER, null));
        }
        target = next.get();
        return Optional.empty();
    }

    /** Forgets that the row was missing: somebody wrote it meanwhile, and which it is must be asked. */
    void appeared() {
        absent = false;
        standing = null;
        target = mark;
    }

    /** Writes the statement in PartiQL, 25 of which fit into one call. */
    BatchStatementRequest partiQl(String table) {
        List<AttributeValue> values = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        if (absent) {
            text.append("INSERT INTO \"").append(table).append("\" VALUE {");
            String separator = "";
            for (Map.Entry<String, AttributeValue> attribute :
                    TagItems.item(target).entrySet()) {
                text.append(separator).append('\'').append(attribute.getKey()).append("': ?");
                values.add(attribute.getValue());
                separator = ", ";
            }
            text.append('}');
        } else {
            text.append("UPDATE \"").append(table).append('"');
            set(text, values, TIME_OF, target.revalidatedAt());
            set(text, values, STALE_OF, target.stale());
            set(text, values, EXPIRE_OF, target.expire());
            text.append(" WHERE \"")
                    .append(TagItems.TAG)
                    .append("\" = ? AND \"")
                    .append(TagItems.PATH)
                    .append("\" = ?");
            values.add(AttributeValue.fromS(target.tag()));
            values.add(AttributeValue.fromS(target.path()));
            condition(text, values);
        }
        return BatchStatementRequest.builder()
                .statement(text.toString())
                .parameters(values)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    /** Writes the same as a conditional put, for tables that do not take PartiQL. */
    PutItemRequest put(String table) {
        Map<String, AttributeValue> values = new HashMap<>();
        String condition;
        TagRow seen = standing;
        if (seen != null) {
            condition = equal(TagItems.REVALIDATED_AT, known(seen.revalidatedAt()), values)
                    + " AND " + equal(TagItems.STALE, seen.stale(), values)
                    + " AND " + equal(TagItems.EXPIRE, seen.expire(), values);
        } else {
            values.put(":limit", TagItems.number(limit()));
            condition =
                    "attribute_not_exists(" + TagItems.REVALIDATED_AT + ") OR " + TagItems.REVALIDATED_AT + " < :limit";
        }
        return PutItemRequest.builder()
                .tableName(table)
                .item(TagItems.item(target))
                .conditionExpression(condition)
                .expressionAttributeValues(values.isEmpty() ? null : values)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    private void condition(StringBuilder text, List<AttributeValue> values) {
        TagRow seen = standing;
        if (seen == null) {
            text.append(" AND ").append(TIME_OF).append(" < ?");
            values.add(TagItems.number(limit()));
            return;
        }
        equal(text, values, TIME_OF, known(seen.revalidatedAt()));
        equal(text, values, STALE_OF, seen.stale());
        equal(text, values, EXPIRE_OF, seen.expire());
    }

    /** Returns the time before which a standing row may be written over unseen. */
    private Instant limit() {
        boolean expiry = mark.expire() == null || mark.expire().equals(mark.revalidatedAt());
        return expiry ? mark.revalidatedAt() : TagRow.REGISTERED.plusMillis(1);
    }

    /** A row that has no time was read as one from the epoch. */
    private static @Nullable Instant known(Instant revalidatedAt) {
        return revalidatedAt.equals(Instant.EPOCH) ? null : revalidatedAt;
    }

    private static void set(StringBuilder text, List<AttributeValue> values, String attribute, @Nullable Instant time) {
        if (time == null) {
            text.append(" REMOVE ").append(attribute);
        } else {
            text.append(" SET ").append(attribute).append(" = ?");
            values.add(TagItems.number(time));
        }
    }

    private static void equal(
            StringBuilder text, List<AttributeValue> values, String attribute, @Nullable Instant time) {
        text.append(" AND ").append(attribute);
        if (time == null) {
            text.append(" IS MISSING");
        } else {
            text.append(" = ?");
            values.add(TagItems.number(time));
        }
    }

    private static String equal(String attribute, @Nullable Instant time, Map<String, AttributeValue> values) {
        if (time == null) {
            return "attribute_not_exists(" + attribute + ")";
        }
        values.put(":" + attribute, TagItems.number(time));
        return attribute + " = :" + attribute;
    }
}

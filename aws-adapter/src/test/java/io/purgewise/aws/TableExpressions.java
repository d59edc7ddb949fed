package io.purgewise.aws;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Reads those of DynamoDB's expressions that {@link TableInMemory} knows: conditions that are joined by {@code AND} or by {@code OR}, and
 * updates by {@code SET}, {@code ADD} and {@code REMOVE}. What it does not know it refuses.
 */
final class TableExpressions {

    private static final Pattern EXISTS = Pattern.compile("attribute_exists\\((\\w+)\\)");
    private static final Pattern EXISTS_NOT = Pattern.compile("attribute_not_exists\\((\\w+)\\)");
    private static final Pattern COMPARED = Pattern.compile("(\\w+) (=|<=|<) (:\\w+)");
    private static final Pattern CLAUSE = Pattern.compile("(SET|ADD|REMOVE) (.+?)(?= SET | ADD | REMOVE |$)");
    private static final Pattern ASSIGNED = Pattern.compile("(\\w+) = (?:(\\w+) \\+ )?(:\\w+)");

    private TableExpressions() {}

    static boolean holds(
            @Nullable String condition, @Nullable Map<String, AttributeValue> row, Map<String, AttributeValue> values) {
        if (condition == null) {
            return true;
        }
        Map<String, AttributeValue> known = row == null ? Map.of() : row;
        return condition.contains(" OR ")
                ? Arrays.stream(condition.split(" OR ", -1)).anyMatch(part -> holdsOne(part, known, values))
                : Arrays.stream(condition.split(" AND ", -1)).allMatch(part -> holdsOne(part, known, values));
    }

    private static boolean holdsOne(String part, Map<String, AttributeValue> row, Map<String, AttributeValue> values) {
        Matcher matcher = EXISTS.matcher(part);
        if (matcher.matches()) {
            return row.containsKey(matcher.group(1));
        }
        matcher = EXISTS_NOT.matcher(part);
        if (matcher.matches()) {
            return !row.containsKey(matcher.group(1));
        }
        matcher = COMPARED.matcher(part);
        if (!matcher.matches()) {
            throw new UnsupportedOperationException("no such condition: " + part);
        }
        AttributeValue standing = row.get(matcher.group(1));
        AttributeValue value = Objects.requireNonNull(values.get(matcher.group(3)), part);
        if (standing == null) {
            return false;
        }
        return switch (matcher.group(2)) {
            case "=" -> standing.equals(value);
            case "<" -> number(standing) < number(value);
            default -> number(standing) <= number(value);
        };
    }

    private static long number(@Nullable AttributeValue value) {
        return value == null ? 0 : Long.parseLong(value.n());
    }

    static void update(Map<String, AttributeValue> row, String expression, Map<String, AttributeValue> values) {
        Matcher clauses = CLAUSE.matcher(expression);
        int end = 0;
        while (clauses.find()) {
            for (String part : clauses.group(2).split(", ", -1)) {
                switch (clauses.group(1)) {
                    case "SET" -> assign(row, part, values);
                    case "ADD" -> add(row, part.split(" ", -1), values);
                    default -> row.remove(part);
                }
            }
            end = clauses.end();
        }
        if (end != expression.length()) {
            throw new UnsupportedOperationException("no such update: " + expression);
        }
    }

    private static void assign(Map<String, AttributeValue> row, String part, Map<String, AttributeValue> values) {
        Matcher matcher = ASSIGNED.matcher(part);
        if (!matcher.matches()) {
            throw new UnsupportedOperationException("no such assignment: " + part);
        }
        AttributeValue value = Objects.requireNonNull(values.get(matcher.group(3)), part);
        String base = matcher.group(2);
        row.put(matcher.group(1), base == null ? value : Rows.number(number(row.get(base)) + number(value)));
    }

    private static void add(Map<String, AttributeValue> row, String[] part, Map<String, AttributeValue> values) {
        row.put(part[0], Rows.number(number(row.get(part[0])) + number(values.get(part[1]))));
    }

    static Map<String, AttributeValue> projected(Map<String, AttributeValue> row, @Nullable String projection) {
        if (projection == null) {
            return row;
        }
        Map<String, AttributeValue> some = new HashMap<>(row);
        some.keySet().retainAll(Arrays.asList(projection.split(", ", -1)));
        return some;
    }
}

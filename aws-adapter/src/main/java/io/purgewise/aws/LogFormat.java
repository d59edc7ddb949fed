package io.purgewise.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fields of a request in a line of CloudFront's standard logs ("Log file fields", CloudFront Developer Guide; legacy and v2
 * have the same names). Used by one thread.
 */
abstract class LogFormat {

    /** What is needed of a line, in the order of {@link #field}. */
    static final List<String> FIELDS =
            List.of("cs-method", "cs-uri-stem", "sc-status", "cs-uri-query", "x-edge-result-type");

    static final int METHOD = 0;
    static final int STEM = 1;
    static final int STATUS = 2;
    static final int QUERY = 3;
    static final int RESULT = 4;

    /** How many of the fields a line must have. */
    private static final int NEEDED = 3;

    private final byte[][] in = new byte[FIELDS.size()][];
    private final int[] from = new int[FIELDS.size()];
    private final int[] to = new int[FIELDS.size()];

    /** Tells what is wrong with a line, or null; then its fields can be asked for. */
    @Nullable
    String read(byte[] bytes, int start, int end) {
        Arrays.fill(in, null);
        String wrong = split(bytes, start, end);
        for (int field = 0; field < NEEDED && wrong == null; field++) {
            wrong = in[field] == null ? "has no " + FIELDS.get(field) : null;
        }
        return wrong;
    }

    abstract @Nullable String split(byte[] bytes, int start, int end);

    final void put(int field, byte[] bytes, int start, int end) {
        in[field] = bytes;
        from[field] = start;
        to[field] = end;
    }

    /** Returns the bytes that hold a field, or null where the line has none. */
    final byte @Nullable [] field(int field) {
        return in[field];
    }

    final int from(int field) {
        return from[field];
    }

    final int to(int field) {
        return to[field];
    }

    final boolean is(int field, String text) {
        byte[] bytes = in[field];
        if (bytes == null || to[field] - from[field] != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[from[field] + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Is for tab-separated lines, whose fields a line that starts with {@code #Fields:} names. */
    static final class Tabs extends LogFormat {

        /** Which of the fields stands in each column, or -1. */
        private final int[] columns;

        private final int last;

        Tabs(byte[] bytes, int start, int end) {
            String header = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
            String[] names = header.substring(header.indexOf(':') + 1).strip().split("\\s+", -1);
            columns = Arrays.stream(names).mapToInt(FIELDS::indexOf).toArray();
            int needed = 0;
            for (int column = 0; column < columns.length; column++) {
                needed = columns[column] < 0 ? needed : column;
            }
            last = needed;
        }

        @Override
        @Nullable
        String split(byte[] bytes, int start, int end) {
            int column = 0;
            int begun = start;
            for (int i = start; i <= end && column <= last; i++) {
                if (i == end || bytes[i] == '\t') {
                    if (columns[column] >= 0) {
                        put(columns[column], bytes, begun, i);
                    }
                    column++;
                    begun = i + 1;
                }
            }
            return column <= last ? "has " + column + " fields, but should have " + columns.length : null;
        }
    }

    /** Is for lines each of which is a JSON object. */
    static final class Json extends LogFormat {

        private static final JsonFactory FACTORY = new JsonFactory();

        @Override
        @Nullable
        String split(byte[] bytes, int start, int end) {
            try (JsonParser json = FACTORY.createParser(bytes, start, end - start)) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    return "is no JSON object";
                }
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    int field = FIELDS.indexOf(json.currentName());
                    JsonToken value = json.nextToken();
                    if (value.isStructStart()) {
                        json.skipChildren();
                    } else if (field >= 0 && value != JsonToken.VALUE_NULL) {
                        byte[] text = json.getText().getBytes(StandardCharsets.UTF_8);
                        put(field, text, 0, text.length);
                    }
                }
                return json.currentToken() == JsonToken.END_OBJECT ? null : "is a JSON object that does not end";
            } catch (IOException e) {
                return Excerpt.ofMessage(e, "is no JSON");
            }
        }
    }
}

package io.purgewise.examples.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Takes fields out of a JSON object, with an error that names the field that is wrong. */
final class JsonFields {

    private static final int LONGEST = 300;

    private JsonFields() {}

    /** Refuses fields that the form does not know, which are mostly misspelt ones. */
    static void only(JsonNode object, String... known) {
        object.fieldNames().forEachRemaining(field -> {
            if (!List.of(known).contains(field)) {
                throw new IllegalArgumentException("field " + quoted(TextNode.valueOf(field))
                        + " is not known; known are " + String.join(", ", known));
            }
        });
    }

    /** Returns a value as JSON, or the start of it if it is long. */
    static String quoted(JsonNode value) {
        return shortened(value.toString());
    }

    /** Returns a text, or the start of it if it is long. */
    static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    static String text(JsonNode object, String field) {
        return optionalText(object, field)
                .orElseThrow(
                        () -> new IllegalArgumentException("field \"" + field + "\" is missing in " + quoted(object)));
    }

    static Optional<String> optionalText(JsonNode object, String field) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException("field \"" + field + "\" must be a string, but was " + quoted(value));
        }
        return Optional.of(value.textValue());
    }

    static boolean flag(JsonNode object, String field, boolean otherwise) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw new IllegalArgumentException(
                    "field \"" + field + "\" must be true or false, but was " + quoted(value));
        }
        return value.booleanValue();
    }

    static JsonNode object(JsonNode object, String field) {
        JsonNode value = object.get(field);
        if (value == null || !value.isObject()) {
            throw new IllegalArgumentException("field \"" + field + "\" must be an object in " + quoted(object));
        }
        return value;
    }

    /** Throws if an object holds a field that nobody reads, which is a typing error as a rule. */
    static void onlyFields(JsonNode object, Set<String> known) {
        object.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                throw new IllegalArgumentException(
                        "field \"" + field + "\" is not known here; the fields are " + new TreeSet<>(known));
            }
        });
    }

    static List<JsonNode> objects(JsonNode object, String field) {
        JsonNode value = object.get(field);
        List<JsonNode> objects = new ArrayList<>();
        if (value == null || value.isNull()) {
            return objects;
        }
        if (!value.isArray()) {
            throw new IllegalArgumentException("field \"" + field + "\" must be a list, but was " + value);
        }
        for (JsonNode element : value) {
            if (!element.isObject()) {
                throw new IllegalArgumentException("field \"" + field + "\" must hold objects, but holds " + element);
            }
            objects.add(element);
        }
        return objects;
    }

    static List<String> texts(JsonNode object, String field) {
        JsonNode value = object.get(field);
        List<String> texts = new ArrayList<>();
        if (value == null || value.isNull()) {
            return texts;
        }
        if (!value.isArray()) {
            throw new IllegalArgumentException("field \"" + field + "\" must be a list, but was " + quoted(value));
        }
        for (JsonNode element : value) {
            if (!element.isTextual()) {
                throw new IllegalArgumentException(
                        "field \"" + field + "\" must hold strings, but holds " + quoted(element));
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    static <E extends Enum<E>> E choice(JsonNode object, String field, Class<E> type) {
        String name = text(object, field);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("field \"" + field + "\" must be one of " + List.of(type.getEnumConstants())
                + ", but was " + quoted(object.get(field)));
    }
}

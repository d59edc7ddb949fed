package io.purgewise.spring.webhook;

import io.purgewise.revalidate.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Reads {@code {"tags": ["product:7"], "paths": ["/gallery"]}}, the default payload; at least one of the two must be there. */
final class TagsAndPaths implements WebhookMapping {

    @Override
    public List<Change> changes(WebhookRequest request) {
        JsonNode payload = request.json();
        if (!payload.isObject() || payload.isEmpty()) {
            throw new IllegalArgumentException("the body must be an object with at least one of tags and paths");
        }
        List<Change> changes = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : payload.properties()) {
            Function<String, Change> kind = switch (field.getKey()) {
                case "tags" -> Change::tag;
                case "paths" -> Change::path;
                default ->
                    throw new IllegalArgumentException(
                            "the body may hold tags and paths, but not \"" + field.getKey() + "\"");
            };
            texts(field.getKey(), field.getValue()).forEach(text -> changes.add(kind.apply(text)));
        }
        return changes;
    }

    private static List<String> texts(String name, JsonNode values) {
        if (!values.isArray()) {
            throw new IllegalArgumentException(name + " must be a list of strings");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode value : values) {
            if (!value.isString()) {
                throw new IllegalArgumentException(name + " must be a list of strings");
            }
            texts.add(value.stringValue());
        }
        return texts;
    }
}

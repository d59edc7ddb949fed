package io.purgewise.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CorruptEntryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a {@code .cache} object says about its page (OpenNext 2.3.0 and newer), passing over its text. A field that is
 * read here and has another form than OpenNext gives it makes the object corrupt: to pass over it might lose the page's tags.
 */
final class EntryReader {

    /** Lower-case name of the header in which Next.js lists a page's tags. */
    private static final String TAGS = "x-next-cache-tags";

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final String name;
    private String type = "";
    private List<String> tags = List.of();
    private @Nullable Duration revalidate;
    private int status = 200;
    private @Nullable String sourceRoute;
    private boolean fallback;

    private EntryReader(String name) {
        this.name = name;
    }

    static CacheEntry read(String name, CacheKey key, byte[] text, Instant lastModified, String eTag) {
        EntryReader reader = new EntryReader(name);
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new CorruptEntryException(name, "it is no JSON object");
            }
            reader.object(json);
            if (json.nextToken() != null) {
                throw new CorruptEntryException(name, "something follows its end");
            }
        } catch (IOException e) {
            throw new CorruptEntryException(name, "it is no JSON (" + Excerpt.ofMessage(e, "it is cut off") + ")");
        }
        return new CacheEntry(
                key,
                reader.kind(),
                reader.tags,
                reader.revalidate,
                reader.status,
                reader.sourceRoute,
                reader.fallback,
                lastModified,
                eTag);
    }

    private CacheEntry.Kind kind() {
        for (CacheEntry.Kind kind : CacheEntry.Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(type)) {
                return kind;
            }
        }
        throw new CorruptEntryException(name, "its type is \"" + Excerpt.of(type) + "\"");
    }

    private void object(JsonParser json) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "type" -> type = text(json, field);
                case "revalidate" -> revalidate = seconds(json, value);
                case "meta" -> {
                    if (isObject(value, field)) {
                        meta(json);
                    }
                }
                default -> json.skipChildren();
            }
        }
    }

    private void meta(JsonParser json) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "status" -> status = status(json, value);
                case "headers" -> {
                    if (isObject(value, field)) {
                        headers(json);
                    }
                }
                case "routeCache" -> {
                    if (isObject(value, field)) {
                        routeCache(json);
                    }
                }
                default -> json.skipChildren();
            }
        }
    }

    private void headers(JsonParser json) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            if (field.equalsIgnoreCase(TAGS)) {
                tags = Arrays.stream(text(json, field).split(",", -1))
                        .filter(tag -> !tag.isEmpty())
                        .toList();
            } else {
                json.skipChildren();
            }
        }
    }

    private void routeCache(JsonParser json) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "isFallback" -> {
                    if (!value.isBoolean() && value != JsonToken.VALUE_NULL) {
                        throw odd(field);
                    }
                    fallback = value == JsonToken.VALUE_TRUE;
                }
                case "owner" -> {
                    if (isObject(value, field)) {
                        owner(json);
                    }
                }
                default -> json.skipChildren();
            }
        }
    }

    private void owner(JsonParser json) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals("sourceRoute")) {
                sourceRoute = text(json, field);
            } else {
                json.skipChildren();
            }
        }
    }

    private boolean isObject(JsonToken value, String field) {
        if (value != JsonToken.START_OBJECT && value != JsonToken.VALUE_NULL) {
            throw odd(field);
        }
        return value == JsonToken.START_OBJECT;
    }

    private String text(JsonParser json, String field) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw odd(field);
        }
        String text = json.getText();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new CorruptEntryException(name, "its " + field + " holds half of a surrogate pair");
        }
        return text;
    }

    private @Nullable Duration seconds(JsonParser json, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_FALSE || value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (!value.isNumeric() || json.getDoubleValue() < 0) {
            throw odd("revalidate");
        }
        return Duration.ofMillis((long) (json.getDoubleValue() * 1000));
    }

    private int status(JsonParser json, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return status;
        }
        if (value != JsonToken.VALUE_NUMBER_INT) {
            throw odd("status");
        }
        return json.getIntValue();
    }

    private CorruptEntryException odd(String field) {
        return new CorruptEntryException(name, "its field " + field + " has another form than OpenNext gives it");
    }
}

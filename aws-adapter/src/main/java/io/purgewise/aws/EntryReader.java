package io.purgewise.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CorruptEntryException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what a {@code .cache} object says about its page (OpenNext 2.3.0 and newer), passing over its text. */
final class EntryReader {

    /** Lower-case name of the header in which Next.js lists a page's tags. */
    private static final String TAGS = "x-next-cache-tags";

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
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
        } catch (IOException e) {
            throw new CorruptEntryException(name, "it is no JSON (" + e.getMessage() + ")");
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
        throw new CorruptEntryException(name, "its type is \"" + type + "\"");
    }

    private void object(JsonParser json) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (field.equals("type") && value == JsonToken.VALUE_STRING) {
                type = json.getText();
            } else if (field.equals("revalidate") && value.isNumeric()) {
                revalidate = Duration.ofMillis((long) (json.getDoubleValue() * 1000));
            } else if (field.equals("meta") && value == JsonToken.START_OBJECT) {
                meta(json);
            } else {
                json.skipChildren();
            }
        }
    }

    private void meta(JsonParser json) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (field.equals("status") && value == JsonToken.VALUE_NUMBER_INT) {
                status = json.getIntValue();
            } else if (field.equals("headers") && value == JsonToken.START_OBJECT) {
                headers(json);
            } else if (field.equals("routeCache") && value == JsonToken.START_OBJECT) {
                routeCache(json);
            } else {
                json.skipChildren();
            }
        }
    }

    private void headers(JsonParser json) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (field.equalsIgnoreCase(TAGS) && value == JsonToken.VALUE_STRING) {
                tags = Arrays.stream(json.getText().split(",", -1))
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
            if (field.equals("isFallback")) {
                fallback = value == JsonToken.VALUE_TRUE;
            } else if (field.equals("sourceRoute") && value == JsonToken.VALUE_STRING) {
                sourceRoute = json.getText();
            } else if (field.equals("owner") && value == JsonToken.START_OBJECT) {
                routeCache(json);
            } else {
                json.skipChildren();
            }
        }
    }
}

package io.purgewise.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.TagIndex;
import io.purgewise.site.BuildId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a tag index as compressed JSON, whose checksum tells damage:
 * {@code ["purgewise tag index", 1, build, number of pages, key, ETag, [tags], key, ...]}.
 */
final class TagIndexFormat {

    private static final String NAME = "purgewise tag index";
    private static final int VERSION = 1;
    private static final JsonFactory JSON = new JsonFactory();

    private TagIndexFormat() {}

    static byte[] encode(TagIndex index) {
        Map<String, TagIndex.State> pages = new TreeMap<>();
        index.state().forEach((key, state) -> pages.put(key.value(), state));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(new GZIPOutputStream(bytes))) {
            json.writeStartArray();
            json.writeString(NAME);
            json.writeNumber(VERSION);
            json.writeString(index.build().value());
            json.writeNumber(pages.size());
            for (Map.Entry<String, TagIndex.State> page : pages.entrySet()) {
                json.writeString(page.getKey());
                json.writeString(page.getValue().eTag());
                json.writeStartArray();
                for (String tag : page.getValue().tags()) {
                    json.writeString(tag);
                }
                json.writeEndArray();
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    /** Reads an index; empty if it is that of another build, which a deploy leaves behind. */
    static Optional<TagIndex> decode(String place, byte[] bytes, BuildId build) {
        try (JsonParser json = JSON.createParser(new GZIPInputStream(new ByteArrayInputStream(bytes)))) {
            expect(json, JsonToken.START_ARRAY);
            if (!text(json).equals(NAME)) {
                throw new IOException("it is something else");
            }
            int version = number(json);
            if (version != VERSION) {
                throw new IOException("its version is " + version + ", but this release reads " + VERSION);
            }
            if (!text(json).equals(build.value())) {
                return Optional.empty();
            }
            int size = number(json);
            Map<CacheKey, TagIndex.State> pages = new HashMap<>();
            // A tag stands on many pages; one copy of it does.
            Map<String, String> known = new HashMap<>();
            for (int i = 0; i < size; i++) {
                CacheKey key = new CacheKey(text(json));
                String eTag = text(json);
                pages.put(key, new TagIndex.State(eTag, tags(json, known)));
            }
            expect(json, JsonToken.END_ARRAY);
            // Reading to the end of the stream compares its checksum.
            if (json.nextToken() != null) {
                throw new IOException("something follows its end");
            }
            return Optional.of(TagIndex.of(build, pages));
        } catch (IOException | IllegalArgumentException e) {
            throw new IndexFileException(
                    place, "is no sound tag index (" + e.getMessage() + "); delete it and build the index again", e);
        }
    }

    private static List<String> tags(JsonParser json, Map<String, String> known) throws IOException {
        expect(json, JsonToken.START_ARRAY);
        List<String> tags = new ArrayList<>();
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            String tag = json.getText();
            tags.add(known.computeIfAbsent(tag, same -> same));
        }
        if (json.currentToken() != JsonToken.END_ARRAY) {
            throw new IOException("a list of tags is cut off");
        }
        return tags;
    }

    private static String text(JsonParser json) throws IOException {
        expect(json, JsonToken.VALUE_STRING);
        return json.getText();
    }

    private static int number(JsonParser json) throws IOException {
        expect(json, JsonToken.VALUE_NUMBER_INT);
        return json.getIntValue();
    }

    private static void expect(JsonParser json, JsonToken token) throws IOException {
        JsonToken found = json.nextToken();
        if (found != token) {
            throw new IOException("it is cut off or of another form");
        }
    }
}

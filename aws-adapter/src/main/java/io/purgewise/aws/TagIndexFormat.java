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
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.Deflater;
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

    /**
     * How large an index may be once unpacked. A small file that unpacks to gigabytes was made to fill the memory; what
     * {@link #encode} writes is never packed more densely than this.
     */
    static long mostUnpacked(long packed) {
        return 32_000_000 + 40 * packed;
    }

    static byte[] encode(TagIndex index) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        long unpacked = write(index, packed, Deflater.DEFAULT_COMPRESSION);
        if (unpacked > mostUnpacked(packed.size())) {
            packed.reset();
            write(index, packed, Deflater.NO_COMPRESSION);
        }
        return packed.toByteArray();
    }

    /** Writes an index and says how large it is before it is packed. */
    private static long write(TagIndex index, ByteArrayOutputStream bytes, int level) {
        Map<String, TagIndex.State> pages = new TreeMap<>();
        index.state().forEach((key, state) -> pages.put(key.value(), state));
        long[] unpacked = new long[1];
        try (JsonGenerator json = JSON.createGenerator(gzip(bytes, level, unpacked))) {
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
        return unpacked[0];
    }

    private static OutputStream gzip(OutputStream out, int level, long[] unpacked) throws IOException {
        return new GZIPOutputStream(out) {
            {
                def.setLevel(level);
            }

            @Override
            public synchronized void write(byte[] bytes, int from, int length) throws IOException {
                unpacked[0] += length;
                super.write(bytes, from, length);
            }
        };
    }

    /** Unpacks, and stops where more comes out than {@link #encode} would have put in. */
    private static InputStream gunzip(byte[] packed) throws IOException {
        long most = mostUnpacked(packed.length);
        return new GZIPInputStream(new ByteArrayInputStream(packed)) {
            private long unpacked;

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                int read = super.read(bytes, from, length);
                unpacked += Math.max(0, read);
                if (unpacked > most) {
                    throw new IOException("it unpacks to more than " + most + " bytes, from " + packed.length);
                }
                return read;
            }
        };
    }

    /** Reads an index; empty if it is that of another build, which a deploy leaves behind. */
    static Optional<TagIndex> decode(String place, byte[] bytes, BuildId build) {
        try (JsonParser json = JSON.createParser(gunzip(bytes))) {
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
                if (pages.put(key, new TagIndex.State(eTag, tags(json, known))) != null) {
                    throw new IOException("a page stands there twice");
                }
            }
            expect(json, JsonToken.END_ARRAY);
            // Reading to the end of the stream compares its checksum.
            if (json.nextToken() != null) {
                throw new IOException("something follows its end");
            }
            return Optional.of(TagIndex.of(build, pages));
        } catch (IOException | IllegalArgumentException e) {
            throw new IndexFileException(
                    place,
                    "is no sound tag index (" + Excerpt.ofMessage(e, "it is cut off")
                            + "); delete it and build the index again",
                    e);
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

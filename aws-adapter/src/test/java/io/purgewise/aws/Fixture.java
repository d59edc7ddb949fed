package io.purgewise.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.purgewise.cache.TagRow;
import io.purgewise.site.BuildId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Is one of the real builds under {@code fixtures/}: a (plain), b (base path and trailing slash), c (locales, Pages Router
 * alone) with Next.js 16.4.6 and OpenNext 4.1.12, o (plain) with 16.3.7 and 4.0.3. The texts of pages are cut short.
 */
final class Fixture {

    static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    private Fixture(Path folder) {
        this.folder = folder;
    }

    static Fixture of(String name) {
        return new Fixture(resource("/fixtures/" + name));
    }

    /** Reads the trace of a real server. */
    static List<JsonNode> trace(String name) {
        return lines(resource("/traces/opennext-" + name + ".jsonl"));
    }

    Path folder() {
        return folder;
    }

    BuildId buildId() {
        return BuildId.of(text("BUILD_ID").strip());
    }

    List<TagRow> seedRows() {
        List<TagRow> rows = new ArrayList<>();
        for (JsonNode item : json("dynamodb-cache.json")) {
            rows.add(new TagRow(
                    item.at("/tag/S").textValue(),
                    item.at("/path/S").textValue(),
                    Instant.ofEpochMilli(
                            Long.parseLong(item.at("/revalidatedAt/N").textValue())),
                    null,
                    null));
        }
        return rows;
    }

    /** Returns the S3 objects by their keys. */
    Map<String, String> objects() {
        Map<String, String> objects = new LinkedHashMap<>();
        lines(folder.resolve("s3-objects.jsonl"))
                .forEach(line -> objects.put(
                        line.get("key").textValue(), line.get("body").textValue()));
        return objects;
    }

    JsonNode json(String file) {
        try {
            return JSON.readTree(text(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> lines(Path file) {
        List<JsonNode> lines = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                lines.add(JSON.readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(Fixture.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}

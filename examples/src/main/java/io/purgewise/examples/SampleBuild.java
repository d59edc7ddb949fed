package io.purgewise.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.ObjectKeys;
import io.purgewise.cache.StoredEntry;
import io.purgewise.site.BuildId;
import io.purgewise.site.NextVersion;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads the real build that lies in {@code fixture-a}: a sample app of both routers, built with Next.js 16.4.6 and
 * OpenNext 4.1.12.
 *
 * @param site the site as its manifests describe it
 * @param pages its pages by cache key, in the order of its S3 objects
 * @param objects its S3 objects by key
 * @param rows the rows with which a deploy seeds the tag table: tag, path
 */
record SampleBuild(Site site, Map<CacheKey, Page> pages, Map<String, String> objects, List<Row> rows) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String FOLDER = "/fixture-a/";

    /** Is a row of the seed file. */
    record Row(String tag, String path, long revalidatedAt) {}

    static SampleBuild read() {
        BuildId buildId = BuildId.of(text("BUILD_ID").strip());
        Site site = Site.builder(buildId)
                .nextVersion(NextVersion.parse("16.4.6"))
                .basePath(json("routes-manifest.json").path("basePath").asText())
                .build();
        Map<String, String> objects = new LinkedHashMap<>();
        Map<CacheKey, Page> pages = new LinkedHashMap<>();
        for (String line : text("s3-objects.jsonl").lines().toList()) {
            JsonNode object = parse(line);
            String key = object.get("key").asText();
            objects.put(key, object.get("body").asText());
            page(site, key).ifPresent(page -> pages.put(page.getKey(), page.getValue()));
        }
        List<Row> rows = new ArrayList<>();
        for (JsonNode row : json("dynamodb-cache.json")) {
            rows.add(new Row(
                    row.at("/tag/S").asText(),
                    row.at("/path/S").asText(),
                    row.at("/revalidatedAt/N").asLong()));
        }
        return new SampleBuild(site, pages, objects, rows);
    }

    private static Optional<Map.Entry<CacheKey, Page>> page(Site site, String objectKey) {
        if (new ObjectKeys("_cache").parse(site.cacheBuildId(), objectKey) instanceof StoredEntry.PageEntry entry
                && entry.key().router().isPresent()) {
            return entry.key().page(site, Router.APP_PAGE).map(page -> Map.entry(entry.key(), page));
        }
        return Optional.empty();
    }

    private static JsonNode json(String name) {
        return parse(text(name));
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String name) {
        try (InputStream in = Objects.requireNonNull(SampleBuild.class.getResourceAsStream(FOLDER + name), name);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            StringBuilder text = new StringBuilder();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                text.append(line).append('\n');
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

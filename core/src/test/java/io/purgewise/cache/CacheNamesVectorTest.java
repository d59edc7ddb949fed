package io.purgewise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.Vectors;
import io.purgewise.site.BuildId;
import io.purgewise.site.Router;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows the names in the caches on answers of Next.js 16.4.6 and OpenNext 4.1.12 themselves. */
class CacheNamesVectorTest {

    @Test
    void implicitTagsAreThoseOfNext() {
        for (JsonNode line : Vectors.read("implicit-tags.jsonl")) {
            assertThat(PathTags.implicit(
                            line.get("page").asText(), line.get("pathname").asText()))
                    .as(line.toString())
                    .isEqualTo(texts(line.get("tags")));
        }
    }

    @Test
    void revalidatePathExpiresTheTagsOfNext() {
        for (JsonNode line : Vectors.read("revalidate-path.jsonl")) {
            PathTags.Scope scope = line.get("type").isNull()
                    ? null
                    : PathTags.Scope.valueOf(line.get("type").asText().toUpperCase(java.util.Locale.ROOT));
            assertThat(PathTags.revalidatePath(line.get("path").asText(), scope))
                    .as(line.toString())
                    .isEqualTo(texts(line.get("tags")));
        }
    }

    @Test
    void tagsAreEncodedLikeNextEncodesThem() {
        for (JsonNode line : Vectors.read("revalidate-tag.jsonl")) {
            String encoded = CacheTag.encodeHeaderSafe(line.get("tag").asText());
            assertThat(encoded)
                    .as(line.toString())
                    .isEqualTo(line.get("encoded").asText());
            assertThat(CacheTag.encodeHeaderSafe(encoded)).isEqualTo(encoded);
        }
    }

    @Test
    void tagsOfAFetchAreKeptLikeNextKeepsThem() {
        for (JsonNode line : Vectors.read("validate-tags.jsonl")) {
            if (line.has("input")) {
                assertThat(CacheTag.keep(texts(line.get("input"))))
                        .as(line.toString())
                        .isEqualTo(texts(line.get("output")));
            } else {
                List<String> input = new ArrayList<>();
                for (int i = 0; i < line.get("inputCount").asInt(); i++) {
                    input.add("t" + i);
                }
                assertThat(CacheTag.keep(input))
                        .as(line.toString())
                        .hasSize(line.get("outputCount").asInt());
            }
        }
    }

    @Test
    void routeScopedKeysAreThoseOfNextAndOpenNext() {
        for (JsonNode line : Vectors.read("route-cache-keys.jsonl")) {
            String pathname = line.get("pathname").asText();
            Router router = Router.valueOf(line.get("kind").asText());
            CacheKey key = CacheKey.routeScoped(router, line.get("sourceRoute").asText(), pathname);
            assertThat("/" + key)
                    .as(line.toString())
                    .isEqualTo(line.get("key").asText())
                    .isEqualTo(line.get("openNextKey").asText())
                    .endsWith("$" + line.get("pathFromKey").asText());
            assertThat(key.pathname()).isEqualTo(pathname);
            assertThat(key.router()).contains(router);
            assertThat(key.routeHash())
                    .contains(CacheKey.hashOf(line.get("sourceRoute").asText()));
            assertThat(CacheKey.plain(pathname).pathname()).isEqualTo(pathname);
        }
    }

    @Test
    void pathsAreNormalisedLikeNextNormalisesThem() {
        for (JsonNode line : Vectors.read("page-path-normalize.jsonl")) {
            String path = line.get("path").asText();
            JsonNode normal = line.get("normalizePagePath");
            if (normal.isObject()) {
                assertThatThrownBy(() -> CacheKey.normalizePagePath(path))
                        .as(line.toString())
                        .isInstanceOf(IllegalArgumentException.class);
            } else {
                assertThat(CacheKey.normalizePagePath(path)).as(line.toString()).isEqualTo(normal.asText());
            }
            if (line.get("denormalizePagePath").isTextual()) {
                assertThat(CacheKey.denormalizePagePath(path))
                        .as(line.toString())
                        .isEqualTo(line.get("denormalizePagePath").asText());
            }
        }
    }

    @Test
    void tableKeysAreThoseOfOpenNextAndNeverLeaveTheirBuild() {
        for (JsonNode line : Vectors.read("dynamo-keys.jsonl")) {
            BuildId build = BuildId.of(line.get("buildId").asText());
            String tag = line.get("tag").asText();
            String stored = line.get("stored").asText();
            if (stored.equals(build.value()) || stored.startsWith(build + "/")) {
                assertThat(TableKey.of(build, tag)).as(line.toString()).isEqualTo(stored);
                assertThat(TableKey.ofTag(build, tag)).isEqualTo(stored);
            } else {
                assertThatThrownBy(() -> TableKey.of(build, tag))
                        .as(line.toString())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("leaves build BID")
                        .hasMessageContaining("\"" + stored + "\"");
            }
        }
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : list) {
            if (element.isTextual()) {
                texts.add(element.asText());
            }
        }
        return texts;
    }
}

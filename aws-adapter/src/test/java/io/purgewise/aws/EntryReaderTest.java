package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CorruptEntryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryReaderTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<JsonNode> ODD = List.of(
            NODES.nullNode(),
            NODES.booleanNode(true),
            NODES.numberNode(-1),
            NODES.numberNode(1e300),
            NODES.textNode(""),
            NODES.textNode("x-next-cache-tags"),
            NODES.arrayNode().addNull(),
            NODES.objectNode(),
            NODES.objectNode().put("x-next-cache-tags", "other").put("type", "page"));

    /** One such object ended the inspection of a whole build, or lost a page's tags without a word. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"type\":\"app\"}{}",
                "{\"type\":\"fetch\"}",
                "{\"type\":1}",
                "{\"type\":\"app\",\"type\":\"app\"}",
                "{\"type\":\"app\",\"meta\":[]}",
                "{\"type\":\"app\",\"meta\":{\"headers\":\"x\"}}",
                "{\"type\":\"app\",\"meta\":{\"headers\":{\"x-next-cache-tags\":[\"t\"]}}}",
                "{\"type\":\"app\",\"meta\":{\"headers\":{\"x-next-cache-tags\":\"\\ud800\"}}}",
                "{\"type\":\"app\",\"meta\":{\"routeCache\":{\"isFallback\":[null]}}}",
                "{\"type\":\"app\",\"meta\":{\"routeCache\":{\"isFallback\":{}},\"headers\":{\"x-next-cache-tags\":\"t\"}}}",
                "{\"type\":\"app\",\"meta\":{\"status\":1e99}}",
                "{\"type\":\"app\",\"meta\":{\"status\":99999999999}}",
                "{\"type\":\"app\",\"revalidate\":\"60\"}",
            })
    void anOddObjectIsToldByItsName(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOfSatisfying(
                        CorruptEntryException.class,
                        odd -> assertThat(odd.name()).isEqualTo("_cache/B/x.cache"));
    }

    @Test
    void aLongTypeIsQuotedInShort() {
        assertThatThrownBy(() -> read("{\"type\":\"" + "x\\n".repeat(100_000) + "\"}"))
                .isInstanceOf(CorruptEntryException.class)
                .satisfies(odd -> assertThat(odd.getMessage()).hasSizeLessThan(1_200));
        assertThatThrownBy(() -> read("{\"type\":" + "y".repeat(100_000)))
                .isInstanceOf(CorruptEntryException.class)
                .satisfies(odd -> assertThat(odd.getMessage()).hasSizeLessThan(1_200));
    }

    @Test
    void fieldsThatAreLeftOutOrNullHaveTheirDefaults() {
        CacheEntry entry = read(
                "{\"type\":\"app\",\"meta\":{\"status\":null,\"headers\":null,\"routeCache\":null},\"revalidate\":null}");
        assertThat(entry.tags()).isEmpty();
        assertThat(entry.status()).isEqualTo(200);
        assertThat(entry.revalidate()).isNull();
    }

    /** Whatever is put in the place of a value, the entry keeps its tags or is told to be corrupt. */
    @Test
    void noOddValueLosesThePagesTags() throws IOException {
        Random random = new Random(21);
        int read = 0;
        for (String body : bodies()) {
            JsonNode original = Fixture.JSON.readTree(body);
            for (int i = 0; i < 40; i++) {
                JsonNode mutant = original.deepCopy();
                mutate(mutant, random);
                String text = mutant.toString();
                Optional<CacheEntry> entry = readIfSound(text);
                if (entry.isPresent()) {
                    read++;
                    assertThat(entry.get().tags()).as(text).isEqualTo(tagsOf(mutant));
                }
            }
        }
        assertThat(read).isGreaterThan(1_000);
    }

    /** Whatever happens to the bytes of an object, it is an entry or told to be corrupt, and nothing else is thrown. */
    @Test
    void noDamagedObjectIsAnythingElseThanCorrupt() {
        Random random = new Random(22);
        int corrupt = 0;
        for (String body : bodies()) {
            for (int i = 0; i < 200; i++) {
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                int at = random.nextInt(bytes.length);
                switch (random.nextInt(4)) {
                    case 0 -> bytes = java.util.Arrays.copyOf(bytes, at);
                    case 1 -> bytes[at] = (byte) random.nextInt(256);
                    case 2 -> bytes[at] = (byte) "{}[]\",:\\\u0000".charAt(random.nextInt(9));
                    default -> System.arraycopy(bytes, 0, bytes, at, Math.min(at, bytes.length - at));
                }
                corrupt += readIfSound(bytes).isPresent() ? 0 : 1;
            }
        }
        assertThat(corrupt).isGreaterThan(10_000);
    }

    private static List<String> bodies() {
        List<String> bodies = new ArrayList<>();
        for (String name : List.of("a", "c", "o")) {
            Fixture.of(name).objects().forEach((key, body) -> {
                if (key.endsWith(".cache")) {
                    bodies.add(body);
                }
            });
        }
        return bodies;
    }

    /** Puts an odd value in the place of a value that is chosen on a random walk down from the root. */
    private static void mutate(JsonNode node, Random random) {
        List<String> names = new ArrayList<>();
        for (Iterator<String> it = node.fieldNames(); it.hasNext(); ) {
            names.add(it.next());
        }
        if (node instanceof ObjectNode object && !names.isEmpty()) {
            String name = names.get(random.nextInt(names.size()));
            JsonNode value = object.get(name);
            if (value.isContainerNode() && !value.isEmpty() && random.nextInt(3) > 0) {
                mutate(value, random);
            } else if (random.nextInt(8) == 0) {
                object.remove(name);
            } else {
                object.set(name, ODD.get(random.nextInt(ODD.size())).deepCopy());
            }
        } else if (node instanceof ArrayNode array && !array.isEmpty()) {
            array.set(
                    random.nextInt(array.size()),
                    ODD.get(random.nextInt(ODD.size())).deepCopy());
        }
    }

    private static List<String> tagsOf(JsonNode entry) {
        String tags = entry.at("/meta/headers/x-next-cache-tags").asText();
        return List.of(tags.split(",")).stream().filter(tag -> !tag.isEmpty()).toList();
    }

    private static Optional<CacheEntry> readIfSound(String text) {
        return readIfSound(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<CacheEntry> readIfSound(byte[] bytes) {
        try {
            return Optional.of(read(bytes));
        } catch (CorruptEntryException odd) {
            assertThat(odd.name()).isEqualTo("_cache/B/x.cache");
            assertThat(odd.getMessage()).hasSizeLessThan(1_200);
            return Optional.empty();
        }
    }

    private static CacheEntry read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static CacheEntry read(byte[] bytes) {
        return EntryReader.read("_cache/B/x.cache", CacheKey.plain("/x"), bytes, Instant.EPOCH, "e");
    }
}

package io.purgewise.spring.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.revalidate.Change;
import io.purgewise.site.BuildId;
import io.purgewise.site.Site;
import io.purgewise.spring.webhook.WebhookRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Keeps {@code docs/spring-boot.md} to what is compiled and what there is. */
class GuideTest {

    private static final Path GUIDE = Path.of("../../docs/spring-boot.md");
    private static final Path SOURCES = Path.of("src/test/java/io/purgewise/spring/guide");

    @Test
    void everyBlockOfJavaIsCompiled() throws IOException {
        String compiled = withoutIndent(Files.readString(SOURCES.resolve("ProductService.java"))
                + Files.readString(SOURCES.resolve("ShopWebhook.java")));
        List<String> blocks = blocks("java");
        assertThat(blocks).isNotEmpty();
        assertThat(blocks).allSatisfy(block -> assertThat(compiled).contains(withoutIndent(block)));
    }

    @Test
    void everyPropertyIsOneAndEveryOneIsThere() throws IOException {
        Set<String> known = properties();
        Set<String> described = new TreeSet<>();
        Matcher row = Pattern.compile("(?m)^\\| `(purgewise\\.[a-z.-]+)` \\|").matcher(Files.readString(GUIDE));
        while (row.find()) {
            described.add(row.group(1));
        }
        assertThat(described).isEqualTo(known);

        List<String> used = blocks("properties").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("purgewise."))
                .map(line -> line.substring(0, line.indexOf('=')))
                .toList();
        assertThat(used).isNotEmpty();
        assertThat(known).containsAll(used);
    }

    @Test
    void theMappingOfTheGuideReadsWhatContentfulSends() {
        String published = """
                {"sys": {"type": "Entry", "id": "7", "contentType": {"sys": {"id": "product"}}}, "fields": {}}""";

        List<Change> changes = new ShopWebhook()
                .contentful()
                .changes(WebhookRequest.of("/purgewise/webhook", Map.of(), published.getBytes(UTF_8)));

        assertThat(changes).containsExactly(Change.tag("product:7"));
        assertThat(new ShopWebhook()
                        .shop()
                        .customize(Site.builder(BuildId.of("b1")))
                        .build()
                        .trailingSlash())
                .isTrue();
    }

    private static Set<String> properties() throws IOException {
        try (InputStream metadata = Objects.requireNonNull(
                GuideTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            Set<String> names = new TreeSet<>();
            JsonMapper.shared()
                    .readTree(metadata)
                    .get("properties")
                    .forEach(property -> names.add(property.get("name").stringValue()));
            return names;
        }
    }

    private static List<String> blocks(String language) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher block =
                Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```$").matcher(Files.readString(GUIDE));
        while (block.find()) {
            blocks.add(block.group(1));
        }
        return blocks;
    }

    private static String withoutIndent(String code) {
        return code.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }
}

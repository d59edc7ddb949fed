package io.purgewise.examples.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/lambda.md} to the function that is compiled and tested. */
class GuideTest {

    private static final Path SOURCES = Path.of("src/main/java/io/purgewise/examples/lambda");

    @Test
    void everyBlockOfJavaIsPartOfTheFunction() throws IOException {
        String function = withoutIndent(Files.readString(SOURCES.resolve("RevalidationHandler.java")));
        List<String> blocks = new ArrayList<>();
        Matcher block = Pattern.compile("(?ms)^```java\\n(.*?)^```$")
                .matcher(Files.readString(Path.of("../../docs/lambda.md")));
        while (block.find()) {
            blocks.add(withoutIndent(block.group(1)));
        }
        assertThat(blocks).hasSize(3).allSatisfy(code -> assertThat(function).contains(code));
    }

    @Test
    void everySettingIsDescribed() throws IOException {
        Matcher variable =
                Pattern.compile("\"([A-Z_]+)\"").matcher(Files.readString(SOURCES.resolve("FunctionSettings.java")));
        String guide = Files.readString(Path.of("../../docs/lambda.md"));
        int settings = 0;
        while (variable.find()) {
            settings++;
            assertThat(guide).contains("| `" + variable.group(1) + "` |");
        }
        assertThat(settings).isEqualTo(4);
    }

    private static String withoutIndent(String code) {
        return code.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }
}

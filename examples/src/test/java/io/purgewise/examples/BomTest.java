package io.purgewise.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BomTest {

    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(purgewise-[^<]*)</artifactId>");

    @Test
    void theBomNamesEveryPublishedLibraryAndNothingElse() throws IOException {
        String bom = Files.readString(Path.of("../core/bom/pom.xml"));
        List<String> managed = names(bom.substring(bom.indexOf("<dependencies>"), bom.indexOf("</dependencies>")))
                .toList();

        String parent = Files.readString(Path.of("../pom.xml"));
        List<String> published = Pattern.compile("<module>(.*?)</module>")
                .matcher(parent.substring(0, parent.indexOf("</modules>")))
                .results()
                .map(module -> read(Path.of("..", module.group(1), "pom.xml")))
                .filter(pom -> !pom.contains("<unpublished>true</unpublished>") && !pom.contains("<packaging>pom"))
                .flatMap(pom -> names(pom).limit(1))
                .toList();

        assertThat(published).hasSize(4).containsExactlyInAnyOrderElementsOf(managed);
    }

    private static Stream<String> names(String pom) {
        return ARTIFACT.matcher(pom).results().map(found -> found.group(1));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

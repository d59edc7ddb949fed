package io.purgewise.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Draws the packages and what they use from the compiled classes, and holds the picture in CONTRIBUTING.md to that. */
class ArchitecturePictureTest {

    private static final List<String> PACKAGES = List.of("site", "cache", "plan", "cdn", "revalidate", "outbox");
    private static final Map<String, String> OUTSIDE = Map.of(
            "software.amazon.awssdk", "AWS SDK",
            "com.fasterxml.jackson", "jackson-core",
            "io.micrometer", "Micrometer, optional",
            "org.assertj", "AssertJ",
            "org.junit.jupiter", "JUnit Jupiter");

    @Test
    void thePictureShowsWhatTheClassesUse() throws IOException {
        String contributing = Files.readString(Path.of("..", "CONTRIBUTING.md"));
        assertThat(contributing)
                .as("CONTRIBUTING.md must hold the picture that the classes draw:%n%n%s", picture())
                .contains("```mermaid\n" + picture() + "```\n");
    }

    private static String picture() {
        Set<String> arrows = new TreeSet<>();
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.purgewise").stream()
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .flatMap(ArchitecturePictureTest::arrow)
                        .forEach(arrows::add);
        String packages = PACKAGES.stream().map(name -> "    " + name + "\n").collect(Collectors.joining());
        return "flowchart RL\n  subgraph core\n" + packages + "  end\n  " + String.join("\n  ", arrows) + "\n";
    }

    private static Stream<String> arrow(Dependency dependency) {
        return box(dependency.getOriginClass().getPackageName())
                .filter(from -> !from.contains("["))
                .flatMap(from -> box(dependency.getTargetClass().getPackageName())
                        .filter(to -> !from.equals(to))
                        // Seen from outside core is one box.
                        .map(to -> from + " --> " + (PACKAGES.contains(to) && !PACKAGES.contains(from) ? "core" : to)));
    }

    private static Stream<String> box(String packageName) {
        String name = packageName.replaceFirst("^io\\.purgewise\\.", "");
        if (PACKAGES.contains(name)) {
            return Stream.of(name);
        }
        if (name.equals("aws") || name.equals("testkit")) {
            return Stream.of(name.equals("aws") ? "aws-adapter" : name);
        }
        return OUTSIDE.entrySet().stream()
                .filter(library -> packageName.startsWith(library.getKey()))
                .map(library -> library.getKey().replaceAll(".*\\.", "") + "[" + library.getValue() + "]");
    }
}

package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the testkit as it was compiled, against JUnit 6, on JUnit 5.14: its extension, a contract and the assertions.
 *
 * <p>It needs a process of its own, since this one has JUnit 6. The build copies JUnit 5 to {@code target/junit5}.
 */
class JUnit5Test {

    private static final List<Class<?>> CLASSES = List.of(
            WithSiteTest.class,
            SiteExtensionTest.class,
            SiteInMemoryTest.class,
            PurgewiseAssertionsTest.class,
            InMemoryTagCacheTest.class,
            FakeCloudFrontTest.class);
    private static final Pattern SUCCESSFUL = Pattern.compile("\\[\\s*(\\d+) tests successful");
    private static final Pattern STARTED = Pattern.compile("\\[\\s*(\\d+) tests found");

    @Test
    void theTestkitRunsOnJUnit5(@TempDir Path folder) throws Exception {
        Path junit5 = Path.of(System.getProperty("junit5.jar", "target/junit5/junit5.jar"));
        assertThat(junit5).as("run mvn generate-test-resources first").exists();
        Path output = folder.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                junit5.toString(),
                "execute",
                "--disable-banner",
                "--disable-ansi-colors",
                "--class-path",
                classPathWithoutJUnit()));
        CLASSES.forEach(type -> command.add("--select-class=" + type.getName()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("JUnit 5 ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        String report = Files.readString(output);
        assertThat(process.exitValue()).as(report).isZero();
        assertThat(number(SUCCESSFUL, report)).as(report).isGreaterThan(60).isEqualTo(number(STARTED, report));
    }

    private static String classPathWithoutJUnit() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(all.split(File.pathSeparator))
                .filter(entry -> !entry.contains("junit") && !entry.contains("opentest4j"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static int number(Pattern pattern, String report) {
        Matcher matcher = pattern.matcher(report);
        assertThat(matcher.find()).as(report).isTrue();
        return Integer.parseInt(matcher.group(1));
    }
}

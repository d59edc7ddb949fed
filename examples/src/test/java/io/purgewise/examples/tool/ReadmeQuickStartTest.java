package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cdn.DistributionId;
import io.purgewise.examples.SampleTables;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles the quick start out of README and runs it on a real build in emulators. */
class ReadmeQuickStartTest {

    private static final Pattern BLOCK =
            Pattern.compile("```java\\n((?:import [^\\n]*\\n)+)\\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void theQuickStartCompilesAndClearsPages() throws Exception {
        Matcher block = BLOCK.matcher(Files.readString(Path.of("../README.md")));
        assertThat(block.find())
                .as("README starts with code that shows its imports")
                .isTrue();
        List<String> lines =
                block.group(2).lines().filter(line -> !line.isBlank()).toList();
        assertThat(lines).hasSizeLessThanOrEqualTo(6);
        assertThat(block.group(1).lines()).as("types that a reader must know").hasSizeLessThanOrEqualTo(4);
        Path source = Files.writeString(
                folder.resolve("QuickStart.java"),
                block.group(1) + "public class QuickStart { public static void main(String[] args) throws Exception {\n"
                        + block.group(2) + "}}\n");
        String classPath = System.getProperty("java.class.path");
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        System.out,
                        System.err,
                        "-cp",
                        classPath,
                        "-proc:none",
                        "-d",
                        folder.toString(),
                        source.toString());
        assertThat(compiled).isZero();
        try (Emulators emulators = new Emulators()) {
            SampleTables.load(emulators.dynamoEndpoint(), emulators.s3Endpoint());
            emulators.put(SampleTables.BUCKET, "_assets/BUILD_ID", "MaapgHFmNtvUxnGut-fkK");
            Path output = folder.resolve("output");
            ProcessBuilder process = new ProcessBuilder(
                            System.getProperty("java.home") + "/bin/java",
                            "-cp",
                            folder + File.pathSeparator + classPath,
                            "QuickStart")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            process.environment().putAll(emulators.environment());
            process.environment().put("CACHE_DYNAMO_TABLE", SampleTables.TABLE);
            process.environment().put("CACHE_BUCKET_NAME", SampleTables.BUCKET);
            process.environment().put("CLOUDFRONT_DISTRIBUTION_ID", "E1README");
            assertThat(process.start().waitFor()).as(() -> read(output)).isZero();
            assertThat(emulators.account.accepted(DistributionId.of("E1README")).stream()
                            .flatMap(invalidation -> invalidation.paths().stream())
                            .collect(Collectors.joining(" ")))
                    .contains("/gallery")
                    .contains("/products/7");
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

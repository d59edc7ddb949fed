package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds the pages that people read to the code: Java stands word for word in a source that the build compiles, commands are such
 * that the tool takes, data can be parsed, and links lead somewhere. README's quick start is compiled and run by
 * {@link ReadmeQuickStartTest}; what is printed is held to its page by the test that prints it.
 */
class DocsTest {

    private static final Path ROOT = Path.of("..");

    /** Is a fenced block of a page. */
    private record Block(Path page, int line, String language, List<String> lines) {

        String text() {
            return String.join("\n", lines);
        }

        @Override
        public String toString() {
            return ROOT.relativize(page) + ":" + line + " " + language;
        }
    }

    @TestFactory
    Stream<DynamicTest> everyBlockIsTrue() throws IOException {
        List<String> sources = sources();
        List<String> code = sources.stream().map(DocsTest::words).toList();
        List<DynamicTest> tests = new ArrayList<>();
        for (Path page : pages()) {
            blocks(page)
                    .forEach(block ->
                            tests.add(DynamicTest.dynamicTest(block.toString(), () -> check(block, sources, code))));
        }
        assertThat(tests).as("blocks found").hasSizeGreaterThan(20);
        return tests.stream();
    }

    @Test
    void everyLinkToAFileLeadsSomewhere() throws IOException {
        Pattern link = Pattern.compile("]\\((?!https?:|#)([^)#]+)");
        for (Path page : pages()) {
            Matcher links = link.matcher(Files.readString(page));
            while (links.find()) {
                assertThat(page.resolveSibling(links.group(1)))
                        .as("a link in " + page)
                        .exists();
            }
        }
    }

    /** The first thing that readers of the Javadoc see is README's quick start, which {@link ReadmeQuickStartTest} runs. */
    @Test
    void theOverviewOfTheJavadocBeginsWithTheQuickStart() throws IOException {
        Matcher code = Pattern.compile("<body>\\s*<pre>\\{@code\\n(.*?)\\n}</pre>", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("docs/overview.html")));
        assertThat(code.find()).as("the overview begins with code").isTrue();
        assertThat(blocks(ROOT.resolve("README.md")))
                .filteredOn(block -> block.language().equals("java"))
                .extracting(Block::text)
                .containsExactly(code.group(1));
    }

    private static void check(Block block, List<String> sources, List<String> code) {
        switch (block.language()) {
            case "java", "kotlin" -> {
                String words = words(block.text());
                boolean quickStart = words.startsWith("import") && block.page().endsWith("README.md");
                assertThat(quickStart || code.stream().anyMatch(source -> source.contains(words)))
                        .as("the block stands in a source that the build compiles")
                        .isTrue();
            }
            case "json" ->
                assertThatCode(() -> JsonLines.JSON.readTree(block.text())).doesNotThrowAnyException();
            case "yaml", "hcl" ->
                assertThat(block.page())
                        .as("held to the code by InfrastructureTest")
                        .hasFileName("infrastructure.md");
            case "xml", "kts" -> assertThat(dependencies(block.text())).allSatisfy(DocsTest::isPublished);
            case "properties" ->
                assertThatCode(() -> new Properties().load(new StringReader(block.text())))
                        .doesNotThrowAnyException();
            case "sh" -> commands(block).forEach(DocsTest::isTaken);
            case "js" -> {
                if (block.lines().get(0).startsWith("// ")) {
                    assertThat(block.text())
                            .isEqualTo(handler(block.lines().get(0).substring(3)));
                    return;
                }
                assertThat(sources.stream()
                                .anyMatch(source ->
                                        block.lines().stream().allMatch(line -> source.contains(line.strip()))))
                        .as("the lines stand in the Javadoc of what they go with")
                        .isTrue();
            }
            case "mermaid", "" -> assertThat(block.lines()).isNotEmpty();
            default -> throw new AssertionError("no rule for a block of " + block.language() + "; add one");
        }
    }

    /** Returns a file of the site that a real Next.js builds and runs, which a page shows whole and by its name. */
    private static String handler(String file) {
        return read("aws-adapter/src/test/readers/endpoint/" + file).stripTrailing();
    }

    /** Leaves out Javadoc, and white space, since the formatter breaks lines where a page does not. */
    private static String words(String code) {
        return code.replaceAll("(?s)/\\*\\*.*?\\*/|\\s+", "");
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            List<String> sources = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().matches(".*\\.(java|kt)"))
                    .filter(path -> !path.toString().contains("target"))
                    .toList()) {
                sources.add(Files.readString(file));
            }
            return sources;
        }
    }

    /** Joins continued lines and leaves out comments. */
    private static List<String> commands(Block block) {
        return Stream.of(block.text().replaceAll("\\\\\n\\s*", "").split("\n", -1))
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    /** Finds dependencies as {@code group:artifact} or {@code group:artifact:version}, in a POM or a Gradle script. */
    private static List<String> dependencies(String text) {
        return Pattern.compile(
                        "<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)</artifactId>(?:\\s*<version>(.*?)</version>)?"
                                + "|\"([^\":]+):([^\":]+)(?::([^\":]+))?\"")
                .matcher(text)
                .results()
                .map(found -> IntStream.rangeClosed(1, found.groupCount())
                        .mapToObj(found::group)
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining(":")))
                .toList();
    }

    /** The project's own libraries are there in the version that is built, and others in the one that it is built with. */
    private static void isPublished(String dependency) {
        String poms = read("pom.xml") + read("core/bom/pom.xml") + read("examples/lambda/pom.xml");
        String[] parts = dependency.split(":", -1);
        if (!parts[1].equals("url-connection-client")) {
            assertThat(poms).contains("<artifactId>" + parts[1] + "</artifactId>");
        }
        if (parts.length == 3) {
            assertThat(poms).containsPattern("<(awssdk\\.)?version>" + Pattern.quote(parts[2]) + "</");
        }
    }

    private static String read(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void isTaken(String command) {
        List<String> words = List.of(command.split("\\s+", -1));
        if (words.get(0).equals("mvn")) {
            assertThat(words.get(words.indexOf("-pl") + 1).split(",", -1))
                    .allSatisfy(module ->
                            assertThat(ROOT.resolve(module).resolve("pom.xml")).exists());
            return;
        }
        assertThat(words.get(0)).as("the command of " + command).isEqualTo("purgewise");
        assertThatCode(() -> Purgewise.commandLine()
                        .parseArgs(words.subList(1, words.size()).toArray(String[]::new)))
                .as(command)
                .doesNotThrowAnyException();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md")
                                    .map(ROOT::resolve),
                            docs.filter(path -> path.toString().endsWith(".md")).sorted())
                    .toList();
        }
    }

    private static List<Block> blocks(Path page) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(page);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("```")) {
                continue;
            }
            int end = i + 1;
            while (!lines.get(end).startsWith("```")) {
                end++;
            }
            String language = lines.get(i).substring(3).strip();
            blocks.add(new Block(page, i + 1, language, lines.subList(i + 1, end)));
            i = end;
        }
        return blocks;
    }
}

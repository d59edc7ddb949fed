package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.examples.SampleTables;
import io.purgewise.examples.tool.ToolProcess.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Does what the help texts say. */
class HelpTextTest {

    private static final Pattern JSON_EXAMPLE = Pattern.compile("(\\{.*?}) -> (\\{.*})");
    private static final Pattern ONE_ANSWER = Pattern.compile("Out: (\\{.*?})(?: or .*)?");

    @TempDir
    private Path folder;

    @Test
    void everyExampleOfACommandIsDone() throws Exception {
        List<String> examples = texts().filter(line -> line.startsWith("Example: purgewise "))
                .map(line -> line.substring("Example: purgewise ".length()))
                .toList();
        assertThat(examples).hasSizeGreaterThanOrEqualTo(5);
        BuildFixture.copyTo(Files.createDirectory(folder.resolve("app")));
        Files.writeString(folder.resolve("plan.json"), "{\"requirements\":[\"/a\",\"/b\"]}");
        try (Emulators emulators = new Emulators()) {
            SampleTables.load(emulators.dynamoEndpoint(), emulators.s3Endpoint());
            emulators.put(SampleTables.BUCKET, "_assets/BUILD_ID", "MaapgHFmNtvUxnGut-fkK");
            for (String example : examples) {
                List<String> args = Arrays.stream(example.split(" "))
                        .map(word -> word.equals("next-tags") ? SampleTables.TABLE : word)
                        .map(word -> word.equals("site") ? SampleTables.BUCKET : word)
                        .map(word -> word.replace("s3://site/", "s3://" + SampleTables.BUCKET + "/"))
                        .toList();
                Run run = ToolProcess.run(emulators.environment(), folder, args);
                assertThat(run.exitCode()).as("%s: %s", example, run).isZero();
            }
        }
        assertThat(folder.resolve("urls.index")).exists();
        assertThat(folder.resolve("report.html")).exists();
    }

    @Test
    void everyQuestionOfNamesIsAnsweredAsShown() throws Exception {
        int shown = 0;
        for (String line : (Iterable<String>) texts()::iterator) {
            Matcher example = JSON_EXAMPLE.matcher(line.replace("%%", "%"));
            if (example.find()) {
                shown++;
                assertAnswer(NamesCommand::answer, example.group(1), example.group(2));
            }
        }
        assertThat(shown).isEqualTo(6);
    }

    @Test
    void theProblemOfPlanAndThePageOfUrlsAreAnsweredAsShown() throws Exception {
        Map<String, UnaryOperator<JsonNode>> commands =
                Map.of("plan", PlanCommand::answer, "urls", UrlsCommand::answer);
        for (Map.Entry<String, UnaryOperator<JsonNode>> command : commands.entrySet()) {
            CommandLine spec = Purgewise.commandLine().getSubcommands().get(command.getKey());
            String in = "";
            String out = "";
            for (String line :
                    Objects.requireNonNull(spec).getCommandSpec().usageMessage().description()) {
                Matcher answer = ONE_ANSWER.matcher(line);
                if (line.startsWith("In:  ")) {
                    in = line.substring("In:  ".length());
                } else if (answer.matches()) {
                    out = answer.group(1);
                }
            }
            assertAnswer(command.getValue(), in, out);
        }
    }

    /** Compares with what is shown, in which {@code ...} stands for anything. */
    private static void assertAnswer(UnaryOperator<JsonNode> command, String question, String shown) throws Exception {
        String answer = command.apply(JsonLines.JSON.readTree(question)).toString();
        String pattern = Arrays.stream(shown.split("\\.\\.\\.", -1))
                .map(Pattern::quote)
                .reduce((a, b) -> a + ".*" + b)
                .orElseThrow();
        assertThat(answer).as(question).matches(pattern);
    }

    private static Stream<String> texts() {
        List<String> lines = new ArrayList<>();
        for (CommandLine command : Purgewise.commandLine().getSubcommands().values()) {
            CommandLine.Model.UsageMessageSpec usage = command.getCommandSpec().usageMessage();
            lines.addAll(List.of(usage.description()));
            lines.addAll(List.of(usage.footer()));
        }
        return lines.stream();
    }
}

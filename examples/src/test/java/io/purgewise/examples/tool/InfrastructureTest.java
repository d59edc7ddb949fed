package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.aws.PurgewiseTable;
import io.purgewise.examples.tool.TableCommand.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * Holds the templates to the policy in {@code docs/permissions.md}, which another test compares with the calls that the code makes,
 * and to the table that the code makes.
 */
class InfrastructureTest {

    private static final Path DOCS = Path.of("../docs");

    private static final Set<String> NOT_NEEDED_BY_A_FUNCTION = Set.of("Index", "Collect", "CollectRows");

    @Test
    void cloudFormationAllowsWhatThePolicyDoesAndMakesTheTable() throws IOException {
        String template = block("infrastructure.md", "yaml");
        JsonNode resources =
                JsonLines.JSON.valueToTree(new Yaml().load(template)).get("Resources");
        Map<String, List<String>> allowed = new LinkedHashMap<>();
        resources
                .at("/Policy/Properties/PolicyDocument/Statement")
                .forEach(statement -> allowed.put(statement.get("Sid").asText(), texts(statement.get("Action"))));

        assertThat(allowed).isEqualTo(policy());
        assertThat(template).contains(PurgewiseTable.CLOUD_FORMATION.indent(2));
        assertThat(resources.at("/FromQueue/Properties/FunctionResponseTypes/0").asText())
                .isEqualTo("ReportBatchItemFailures");
    }

    @Test
    void terraformAllowsWhatThePolicyDoesAndMakesTheTable() throws IOException {
        String configuration = block("infrastructure.md", "hcl");
        Map<String, List<String>> allowed = new LinkedHashMap<>();
        Pattern.compile("sid\\s*=\\s*\"(\\w+)\"\\s*actions\\s*=\\s*\\[(.*?)]", Pattern.DOTALL)
                .matcher(configuration)
                .results()
                .forEach(statement -> allowed.put(
                        statement.group(1),
                        Pattern.compile("\"(.*?)\"")
                                .matcher(statement.group(2))
                                .results()
                                .map(action -> action.group(1))
                                .toList()));

        assertThat(allowed).isEqualTo(policy());
        assertThat(configuration).contains(TableCommand.text(new PurgewiseTable("purgewise"), Form.terraform));
        assertThat(configuration.chars().filter(c -> c == '{').count())
                .isEqualTo(configuration.chars().filter(c -> c == '}').count());
    }

    private static Map<String, List<String>> policy() throws IOException {
        Map<String, List<String>> policy = new LinkedHashMap<>();
        for (JsonNode statement : JsonLines.JSON.readTree(block("permissions.md", "json"))) {
            policy.put(statement.get("Sid").asText(), texts(statement.get("Action")));
        }
        policy.keySet().removeAll(NOT_NEEDED_BY_A_FUNCTION);
        return policy;
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).collect(Collectors.toList());
    }

    private static String block(String page, String language) throws IOException {
        return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCS.resolve(page)))
                .results()
                .map((MatchResult block) -> block.group(1))
                .findFirst()
                .orElseThrow();
    }
}

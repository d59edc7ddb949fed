package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A field that a form does not know is mostly a misspelt one, which was once passed over. */
class JsonFieldsTest {

    @Test
    void anUnknownFieldIsAnErrorThatNamesIt() throws Exception {
        assertRefused(PlanCommand::answer, "{\"requirements\":[],\"refilPrice\":1}", "refilPrice");
        assertRefused(NamesCommand::answer, "{\"op\":\"encodeTag\",\"tag\":\"a\",\"path\":\"/p\"}", "path");
        assertRefused(
                NamesCommand::answer, "{\"op\":\"tableKey\",\"buildId\":\"B\",\"key\":\"a\",\"Key\":\"b\"}", "Key");
        ReportInput.Subject nobody = new ReportInput.Subject(Optional.empty(), Optional.empty(), Instant.EPOCH);
        assertThatThrownBy(() -> ReportInput.of(JsonLines.JSON.readTree("{\"items\":[],\"itmes\":[]}"), nobody))
                .hasMessageContaining("itmes");
        assertThatThrownBy(() -> ReportInput.of(JsonLines.JSON.readTree("{\"requirements\":[],\"itmes\":[]}"), nobody))
                .hasMessageContaining("itmes");
    }

    @Test
    void messagesQuoteLittleOfTheInput() {
        String much = "x".repeat(40_000);
        for (String line : new String[] {
            "{\"requirements\":[],\"" + much + "\":1}",
            "{\"requirements\":\"" + much + "\"}",
            "{\"requirements\":[],\"known\":[[\"/a\",\"" + much + "\"]]}",
            "{\"requirements\":[],\"granularity\":\"" + much + "\"}"
        }) {
            assertThatThrownBy(() -> PlanCommand.answer(JsonLines.JSON.readTree(line)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(800));
        }
    }

    /** Stored text once reached the terminal with its escape sequences, which can rename windows and forge output. */
    @Test
    void outputCannotSteerATerminal() {
        String evil = "\u001b]0;owned\u0007 \u009b31m \u202e \n Done.";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Output out = Output.to(bytes);
        out.line("page %s, %,d URLs", evil, 1_000);
        out.json(JsonLines.JSON.createObjectNode().put("page", evil));
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertThat(text.lines()).hasSize(2);
        assertThat(text.replace("\n", "").codePoints())
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
        assertThat(text).startsWith("page \\u001b]0;owned\\u0007").contains("1,000 URLs");
    }

    private static void assertRefused(UnaryOperator<JsonNode> command, String line, String field) throws Exception {
        JsonNode json = JsonLines.JSON.readTree(line);
        assertThatThrownBy(() -> command.apply(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + field + "\"")
                .hasMessageContaining("not known");
    }
}

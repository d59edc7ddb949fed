package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanCommandTest {

    private int exitCode;

    @Test
    void aProblemIsAnsweredWithItsPlan() throws IOException {
        assertThat(answers(
                        "{\"freePaths\":0,\"granularity\":\"CHARACTER\",\"known\":[[\"/b/1\",1],[\"/b/2\",1],[\"/c\",3]],"
                                + "\"maxCollateral\":1000000,\"maxWildcards\":15,\"pathPrice\":5000,\"protected\":[],"
                                + "\"refillPrice\":10,\"requirements\":[\"/b/1\",\"/b/2\",\"/b/2?_rsc=*\"]}"))
                .containsExactly("{\"items\":[\"/b/*\"],\"cost\":5000,\"wildcards\":1,\"collateral\":0}");
        assertThat(exitCode).isZero();
    }

    @Test
    void aProblemWithoutAPlanNamesItsLimit() throws IOException {
        assertThat(answers(
                        "{\"known\":[[\"/c\",1]],\"maxWildcards\":0,\"requirements\":[\"/a*\"]}",
                        "{\"known\":[[\"/c\",1]],\"maxWildcards\":1,\"maxCollateral\":0,\"pathPrice\":5000,"
                                + "\"requirements\":[\"/a*\",\"/b*\"]}"))
                .containsExactly("{\"infeasible\":\"maxWildcards\"}", "{\"infeasible\":\"maxCollateral\"}");
        assertThat(exitCode).isZero();
    }

    @Test
    void whatIsLeftOutIsTakenFromTheBalancedPolicy() throws IOException {
        assertThat(answers("{\"requirements\":[\"/b/1\",\"/b/2\"]}", "{\"requirements\":[],\"known\":[\"/a\"]}"))
                .containsExactly(
                        "{\"items\":[\"/b/1\",\"/b/2\"],\"cost\":10000,\"wildcards\":0,\"collateral\":0}",
                        "{\"items\":[],\"cost\":0,\"wildcards\":0,\"collateral\":0}");
    }

    @Test
    void aLineWithQuotasIsAnsweredWithSecondsAndMayLimitThem() throws IOException {
        assertThat(answers(
                        "{\"requirements\":[\"/a?*\",\"/b?*\"],\"quotas\":\"RATES\"}",
                        "{\"requirements\":[\"/a?*\",\"/b?*\"],\"quotas\":\"IN_PROGRESS\",\"waitPrice\":1}",
                        "{\"requirements\":[\"/a?*\",\"/b?*\"],\"quotas\":\"RATES\",\"maxSeconds\":6}"))
                .containsExactly(
                        "{\"items\":[\"/a?*\",\"/b?*\"],\"cost\":10000,\"wildcards\":2,\"collateral\":0,\"seconds\":7}",
                        "{\"items\":[\"/a?*\",\"/b?*\"],\"cost\":10000,\"wildcards\":2,\"collateral\":0,\"seconds\":5}",
                        "{\"infeasible\":\"maxTime\"}");
    }

    @Test
    void aTagIsTakenWhereItIsCheaperThanPathsWithWhatItClearsBesides() throws IOException {
        assertThat(answers(
                        "{\"requirements\":[\"/a\",\"/a?*\",\"/b\"],\"tags\":[{\"tag\":\"p/a\",\"clears\":[\"/a\",\"/a?*\"]}]}",
                        "{\"requirements\":[\"/a\",\"/a?*\"],\"refillPrice\":100,"
                                + "\"tags\":[{\"tag\":\"t\",\"clears\":[\"/a\",\"/a?*\"],\"collateral\":49}]}",
                        "{\"requirements\":[\"/a\",\"/a?*\"],\"refillPrice\":100,"
                                + "\"tags\":[{\"tag\":\"t\",\"clears\":[\"/a\",\"/a?*\"],\"collateral\":51}]}"))
                .containsExactly(
                        "{\"items\":[\"#p/a\",\"/b\"],\"cost\":10000,\"wildcards\":0,\"collateral\":0}",
                        "{\"items\":[\"#t\"],\"cost\":9900,\"wildcards\":0,\"collateral\":49}",
                        "{\"items\":[\"/a\",\"/a?*\"],\"cost\":10000,\"wildcards\":1,\"collateral\":0}");
        assertThat(exitCode).isZero();
    }

    @Test
    void badInputIsAnsweredWithAnErrorAndTheRestGoesOn() throws IOException {
        List<String> bad = List.of(
                "{}",
                "{\"requirements\":\"/a\"}",
                "{\"requirements\":[\"a\"]}",
                "{\"requirements\":[\"/a\\n\"]}",
                "{\"requirements\":[\"/" + "a".repeat(4000) + "\"]}",
                "{\"requirements\":[],\"known\":[[\"a\",1]]}",
                "{\"requirements\":[],\"known\":[[\"/a\",-1]]}",
                "{\"requirements\":[],\"known\":[[\"/a\",0.5]]}",
                "{\"requirements\":[],\"known\":[[\"/a\"]]}",
                "{\"requirements\":[],\"known\":{}}",
                "{\"requirements\":[],\"tags\":[\"t\"]}",
                "{\"requirements\":[],\"tags\":[{\"clears\":[]}]}",
                "{\"requirements\":[],\"tags\":[{\"tag\":\"a,b\",\"clears\":[\"/a\"]}]}",
                "{\"requirements\":[],\"tags\":[{\"tag\":\"t\",\"clears\":[\"/a\"],\"weight\":1}]}",
                "{\"requirements\":[],\"tags\":[{\"tag\":\"t\",\"clears\":[\"/a\"],\"collateral\":-1}]}",
                "{\"requirements\":[],\"pathPrice\":-5}",
                "{\"requirements\":[],\"refillPrice\":1.5}",
                "{\"requirements\":[],\"freePaths\":\"3\"}",
                "{\"requirements\":[],\"maxWildcards\":-1}",
                "{\"requirements\":[],\"maxCollateral\":99999999999999999999}",
                "{\"requirements\":[],\"granularity\":\"WORD\"}",
                "{\"requirements\":[],\"protected\":[\"x\"]}",
                "{\"requirements\":[\"/a\",\"/b\"],\"pathPrice\":9223372036854775807}",
                "{\"requirements\":[],\"known\":[[\"/a\",9223372036854775807],[\"/b\",9223372036854775807]]}");
        for (String line : bad) {
            assertThat(answers(line, "{\"requirements\":[\"/a\"]}"))
                    .as(line)
                    .satisfiesExactly(
                            error -> assertThat(error).startsWith("{\"error\":\""),
                            good -> assertThat(good).startsWith("{\"items\":[\"/a\"]"));
            assertThat(exitCode).isOne();
        }
    }

    private List<String> answers(String... lines) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] in = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        exitCode = JsonLines.answer(new ByteArrayInputStream(in), out, PlanCommand::answer);
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}

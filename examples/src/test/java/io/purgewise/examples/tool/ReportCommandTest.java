package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ReportCommandTest {

    private static final String PROBLEM = """
            {"requirements":["/a/1","/a/2","/b"],"known":[["/a/1",1],["/a/2",1],["/a/3",2],["/b",1],["/c",5]],
             "pathPrice":5000,"freePaths":0,"refillPrice":10,"maxWildcards":15,"maxCollateral":100,"protected":["/c"],
             "granularity":"SEGMENT"}""";

    @Test
    void everyKnownUrlHasOneFate() throws IOException {
        JsonNode data = data(PROBLEM);
        assertThat(data.at("/items/total").asInt()).isEqualTo(2);
        assertThat(data.at("/tree/exact").asInt()).isEqualTo(1);
        assertThat(data.at("/tree/wildcard").asInt()).isEqualTo(2);
        assertThat(data.at("/tree/collateral").asInt()).isEqualTo(2);
        assertThat(data.at("/tree/untouched").asInt()).isEqualTo(5);
        assertThat(data.get("collateral").asInt()).isEqualTo(2);
    }

    @Test
    void thePlanStandsOnItsFrontier() throws IOException {
        assertThat(data(PROBLEM).get("frontier"))
                .anySatisfy(point -> assertThat(point.get("chosen").asBoolean()).isTrue());
    }

    @Test
    void aPlanAloneAndAReceiptAreDrawnToo() throws IOException {
        assertThat(data("{\"items\":[\"/a*\",\"/b\"],\"cost\":10000,\"wildcards\":1,\"collateral\":0}")
                        .at("/items/total")
                        .asInt())
                .isEqualTo(2);
        assertThat(data("{\"changes\":[{\"patterns\":[\"/a\",\"/a?*\"]}],\"plan\":{\"items\":[\"/a*\"]}}")
                        .at("/items/shown/0/patterns")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void aUrlCannotBreakOutOfThePage() throws IOException {
        String page = ReportCommand.page(ReportInput.of(
                parse("{\"requirements\":[\"/a\"],\"known\":[[\"/</script><script>alert(1)</script>\",1]]}")));
        assertThat(page).doesNotContain("alert(1)<").contains("id=\"data\"");
    }

    @Test
    void aFileThatHoldsNoPlanIsRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportInput.of(parse("{}")))
                .withMessageContaining("requirements");
    }

    private static JsonNode data(String json) throws IOException {
        return ReportData.of(ReportInput.of(parse(json)));
    }

    private static JsonNode parse(String json) throws JsonProcessingException {
        return JsonLines.JSON.readTree(json);
    }
}

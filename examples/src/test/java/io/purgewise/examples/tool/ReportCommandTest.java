package io.purgewise.examples.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.purgewise.examples.tool.ReportInput.Subject;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportCommandTest {

    private static final String PROBLEM = """
            {"requirements":["/a/1","/a/2","/b"],"known":[["/a/1",1],["/a/2",1],["/a/3",2],["/b",1],["/c",5]],
             "pathPrice":5000,"freePaths":0,"refillPrice":10,"maxWildcards":15,"maxCollateral":100,"protected":["/c"],
             "granularity":"SEGMENT"}""";

    private static final Subject SUBJECT =
            new Subject(Optional.of("example.com"), Optional.empty(), Instant.parse("2026-11-25T14:00:00Z"));

    @Test
    void theHeadlineIsTheMoneyAndWhatSinglePathsWouldCost() throws IOException {
        JsonNode data = data(PROBLEM.replace("\"refillPrice\":10,", "\"refillPrice\":0,"));
        assertThat(data.get("headline").asText()).isEqualTo("$0.01 instead of $0.015");
        assertThat(data.get("lead").asText())
                .startsWith("2 invalidation paths for 3 URL patterns, which one by one would cost $0.015. ");
        assertThat(data(PROBLEM.replace("\"freePaths\":0", "\"freePaths\":1000"))
                        .get("headline")
                        .asText())
                .isEqualTo("3 paths");
    }

    @Test
    void aReportSaysWhichSiteAndBuildAndWhen() throws IOException {
        assertThat(data(PROBLEM).get("about").asText()).isEqualTo("example.com · 25 November 2026, 14:00 UTC");
        JsonNode receipt = parse(
                "{\"site\":{\"buildId\":\"B1\",\"distributions\":[\"E1\",\"E2\"]},\"at\":\"2026-11-24T08:30:00.5Z\"}");
        assertThat(Subject.of(receipt, null, null, SUBJECT.at()))
                .isEqualTo(
                        new Subject(Optional.of("E1, E2"), Optional.of("B1"), Instant.parse("2026-11-24T08:30:00.5Z")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Subject.of(parse("{\"at\":\"today\"}"), null, null, SUBJECT.at()))
                .withMessageContaining("today");
    }

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
                parse("{\"requirements\":[\"/a\"],\"known\":[[\"/</script><script>alert(1)</script>\",1]]}"), SUBJECT));
        assertThat(page).doesNotContain("alert(1)<").contains("id=\"data\"");
    }

    @Test
    void aFileThatHoldsNoPlanIsRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportInput.of(parse("{}"), SUBJECT))
                .withMessageContaining("requirements");
    }

    private static JsonNode data(String json) throws IOException {
        return ReportData.of(ReportInput.of(parse(json), SUBJECT));
    }

    private static JsonNode parse(String json) throws JsonProcessingException {
        return JsonLines.JSON.readTree(json);
    }
}

package io.purgewise.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.aws.DynamoOutbox;
import io.purgewise.aws.PurgewiseTable;
import io.purgewise.examples.LocalAws;
import io.purgewise.outbox.Outbox;
import io.purgewise.revalidate.Change;
import io.purgewise.testkit.CdnCall;
import io.purgewise.testkit.Fault;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RevalidationServiceTest {

    private static final LocalAws AWS = LocalAws.startOnRealTime();

    private static final Map<String, Object> SHOW_DETAILS = Map.of("management.endpoint.health.show-details", "always");

    @BeforeAll
    static void createTheTable() {
        new PurgewiseTable(RunningService.TABLE).create(AWS.dynamoDb());
    }

    @AfterEach
    void healTheCdn() {
        AWS.account().failBy(call -> Fault.NONE);
    }

    @AfterAll
    static void stopAws() {
        AWS.close();
    }

    @Test
    void aWebhookClearsTheEdgeAndHealthAndMetricsTellOfIt() throws Exception {
        AWS.edit("/products/7", "/gallery");
        try (RunningService service = new RunningService(AWS, SHOW_DETAILS)) {
            HttpResponse<String> answer = service.post(RunningService.SECRET, """
                            {"tags": ["product:7"], "paths": ["/gallery"]}""");

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            assertThat(answer.body()).matches("\\{\"accepted\":\\[\".+\",\".+\"]}");
            service.awaitCleared(Change.path("/gallery"));
            assertThat(AWS.read("/products/7")).isEqualTo("/products/7 version 2");
            assertThat(AWS.read("/gallery")).isEqualTo("/gallery version 2");
            assertThat(service.get("/actuator/health").body())
                    .contains("\"purgewise\":{\"details\":{\"waiting\":0},\"status\":\"UP\"}");
            assertThat(service.get("/actuator/metrics/purgewise.paths").body())
                    // Two wildcards if the site's pages were listed in time, else each URL by itself.
                    .containsPattern("\"measurements\":\\[\\{\"statistic\":\"COUNT\",\"value\":[24]\\.0}]");
            assertThat(service.log()).contains("accepted [tag:product:7, path:/gallery]");
        }
    }

    /** The whole way: CMS, transaction, registry, outbox, drain, edge; and a transaction that fails leaves no trace. */
    @Test
    void aProductThatTheCmsSavesIsSeenByReadersAtTheEdge() throws Exception {
        AWS.edit("/products/6");
        try (RunningService service = new RunningService(AWS)) {
            assertThat(service.save("6", "Kettle").statusCode()).isEqualTo(204);

            service.awaitCleared(Change.tag("product:6"));
            assertThat(service.products()).containsExactly("Kettle");
            assertThat(AWS.read("/products/6")).isEqualTo("/products/6 version 2");
            long paid = AWS.account().meter().totalPaths();

            assertThat(service.save("6", "\0").statusCode()).isEqualTo(500);

            assertThat(service.products()).containsExactly("Kettle");
            assertThat(AWS.account().meter().totalPaths()).isEqualTo(paid);
        }
    }

    @Test
    void aPublishedChangeClearsTheEdge() throws Exception {
        AWS.edit("/products/8");
        try (RunningService service = new RunningService(AWS)) {
            service.publish(Change.tag("product:8"));

            service.awaitCleared(Change.tag("product:8"));
            assertThat(AWS.read("/products/8")).isEqualTo("/products/8 version 2");
        }
    }

    @Test
    void badCallsAreAnsweredWithAProblemDetailAndPayNothing() throws Exception {
        long paid = AWS.account().meter().totalPaths();
        try (RunningService service = new RunningService(AWS)) {
            assertProblem(service.post("a guess", "{\"tags\": [\"products\"]}"), 401, "the secret or the signature");
            assertProblem(service.post(RunningService.SECRET, "{\"tags\": "), 400, "the body must be JSON");
            assertProblem(service.post(RunningService.SECRET, "{\"paths\": [\"gallery\"]}"), 422, "gallery");
            assertThat(service.get("/actuator/health").body())
                    .contains("\"UP\"")
                    .doesNotContain("waiting");
        }
        assertThat(AWS.account().meter().totalPaths()).isEqualTo(paid);
    }

    @Test
    void aShutdownDrainsWhatIsPending() throws Exception {
        AWS.edit("/products/10");
        RunningService service = new RunningService(AWS, Map.of("purgewise.outbox.quiet-window", "1h"));
        assertThat(service.post(RunningService.SECRET, "{\"tags\": [\"product:10\"]}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(AWS.read("/products/10")).isEqualTo("/products/10 version 1");

        service.close();

        assertThat(service.log()).endsWith("stopped, nothing waits");
        assertThat(AWS.read("/products/10")).isEqualTo("/products/10 version 2");
        assertThat(waiting()).isZero();
    }

    @Test
    void whatCannotBeDrainedIsKeptAndClearedByTheNextStart() throws Exception {
        AWS.edit("/products/9");
        AWS.account().failBy(call -> call == CdnCall.SUBMIT ? Fault.TOO_MANY : Fault.NONE);
        RunningService service = new RunningService(
                AWS, Map.of("purgewise.health.max-age", "1ms", "purgewise.outbox.shutdown-limit", "1s"));
        service.post(RunningService.SECRET, "{\"tags\": [\"product:9\"]}");
        service.awaitWaiting();
        service.close();

        assertThat(service.log()).endsWith("stopped, the rest is kept as the outbox promises");
        assertThat(waiting()).isEqualTo(1);
        assertThat(AWS.read("/products/9")).isEqualTo("/products/9 version 1");

        AWS.account().failBy(call -> Fault.NONE);
        try (RunningService next = new RunningService(AWS)) {
            next.awaitCleared(Change.tag("product:9"));
            assertThat(AWS.read("/products/9")).isEqualTo("/products/9 version 2");
        }
    }

    @Test
    void aServiceWithAShortSecretDoesNotStart() {
        assertThatThrownBy(() -> new RunningService(AWS, Map.of("purgewise.webhook.secret", "short")))
                .hasRootCauseMessage("purgewise.webhook.secret must have at least 16 characters, but has 5");
    }

    private long waiting() {
        Outbox outbox = DynamoOutbox.of(
                AWS.dynamoDb(), new PurgewiseTable(RunningService.TABLE), "site", AWS.clock(), AWS.pause());
        return outbox.size(LocalAws.DISTRIBUTION, 100);
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(answer.body()).contains(detail);
    }
}

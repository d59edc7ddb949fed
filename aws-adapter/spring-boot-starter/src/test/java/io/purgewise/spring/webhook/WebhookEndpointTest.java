package io.purgewise.spring.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.PurgewiseException;
import io.purgewise.revalidate.Change;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/** Calls the endpoint in a real Tomcat, as a CMS and as others do. */
class WebhookEndpointTest {

    private static final String SECRET = "a secret of 24 characters";
    private static final int MAX_BODY = 1_024;
    private static final Outbox OUTBOX = new Outbox();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init")
    private static ConfigurableApplicationContext service;

    private static int port;

    /** Is what a change reaches, or not. */
    private static final class Outbox implements WebhookEndpoint.Acceptance {

        private final List<Change> accepted = new ArrayList<>();
        private boolean reachable = true;

        @Override
        public synchronized List<String> accept(List<Change> changes) {
            if (!reachable) {
                throw new PurgewiseException("the table\nis gone") {};
            }
            accepted.addAll(changes);
            return changes.stream().map(change -> "id of " + change).toList();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        TomcatServletWebServerAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class,
        HttpMessageConvertersAutoConfiguration.class,
        JacksonAutoConfiguration.class
    })
    static class Service {

        @Bean
        RouterFunction<ServerResponse> endpoint() {
            WebhookProperties properties = new WebhookProperties(
                    true,
                    "/webhook",
                    WebhookProperties.Scheme.SECRET,
                    SECRET,
                    "X-Webhook-Secret",
                    Duration.ofHours(1),
                    DataSize.ofBytes(MAX_BODY),
                    3);
            WebhookVerifier verifier = properties.verifier(() -> {
                throw new AssertionError("a secret has no age");
            });
            return RouterFunctions.route()
                    .POST("/webhook", new WebhookEndpoint(verifier, new TagsAndPaths(), OUTBOX, properties))
                    .build();
        }
    }

    @BeforeAll
    static void start() {
        service = new SpringApplicationBuilder(Service.class)
                .properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off")
                .run();
        port = Integer.parseInt(Objects.requireNonNull(service.getEnvironment().getProperty("local.server.port")));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @BeforeEach
    void emptyTheOutbox() {
        OUTBOX.accepted.clear();
        OUTBOX.reachable = true;
    }

    @Test
    void whatTheCmsSendsIsAccepted() throws Exception {
        HttpResponse<String> answer = post(SECRET, "{\"tags\": [\"product:7\"], \"paths\": [\"/gallery\"]}");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"accepted\":[\"id of tag:product:7\",\"id of path:/gallery\"]}");
        assertThat(OUTBOX.accepted).containsExactly(Change.tag("product:7"), Change.path("/gallery"));
    }

    @Test
    void whoeverDoesNotKnowTheSecretLearnsNothingOfTheBody() throws Exception {
        for (String body : List.of("{\"tags\": [\"product:7\"]}", "{\"tags\": ", "")) {
            assertProblem(
                    post("a guess at the secret", body),
                    401,
                    "the secret or the signature is wrong, missing or too old");
        }
    }

    /** 66 MB of JSON without the secret ended the JVM: the body was parsed before the secret was compared. */
    @Test
    void aCallThatIsTooLargeIsAnsweredBeforeItIsSent() throws IOException {
        for (String secret : List.of(SECRET, "a guess at the secret")) {
            List<String> head = answerTo("POST /webhook HTTP/1.1\r\nHost: localhost\r\nX-Webhook-Secret: " + secret
                    + "\r\nContent-Type: application/json\r\nContent-Length: 66000000\r\n\r\n[[[[");
            assertThat(head.get(0)).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void aCallThatDoesNotTellItsLengthIsReadNoFurtherThanTheLimit() throws Exception {
        String fits = "{\"tags\": [\"" + "t".repeat(100) + "\"]}";
        assertThat(post(SECRET, ofUnknownLength(fits)).statusCode()).isEqualTo(202);

        String longer = "{\"tags\": [\"" + "t".repeat(MAX_BODY) + "\"]}";
        assertProblem(post(SECRET, ofUnknownLength(longer)), 413, "a call may have at most 1024 bytes");
        assertThat(OUTBOX.accepted).hasSize(1);
    }

    @Test
    void aCallOfExactlyTheLimitIsRead() throws Exception {
        String start = "{\"tags\": [\"product:7\"]";
        String body = start + " ".repeat(MAX_BODY - start.length() - 1) + "}";

        assertThat(post(SECRET, body).statusCode()).isEqualTo(202);
        assertThat(post(SECRET, body + " ").statusCode()).isEqualTo(413);
    }

    @Test
    void whatIsNoJsonIsMalformed() throws Exception {
        assertProblem(post(SECRET, "{\"tags\": "), 400, "the body must be JSON, but ");
        assertProblem(post(SECRET, ""), 422, "the body must be an object with at least one of tags and paths");
        assertProblem(post(SECRET, "[".repeat(MAX_BODY)), 400, "the body must be JSON, but ");
    }

    @Test
    void aRequestThatIsWrongIsToldWhatIsWrong() throws Exception {
        assertProblem(post(SECRET, "{}"), 422, "the body must be an object with at least one of tags and paths");
        assertProblem(post(SECRET, "[]"), 422, "the body must be an object with at least one of tags and paths");
        assertProblem(post(SECRET, "{\"tag\": [\"a\"]}"), 422, "the body may hold tags and paths, but not \\\"tag\\\"");
        assertProblem(post(SECRET, "{\"tags\": \"a\"}"), 422, "tags must be a list of strings");
        assertProblem(post(SECRET, "{\"paths\": [7]}"), 422, "paths must be a list of strings");
        assertProblem(post(SECRET, "{\"tags\": [\"product:7\"], \"paths\": [\"gallery\"]}"), 422, "gallery");
        assertThat(OUTBOX.accepted).isEmpty();
    }

    @Test
    void oneCallCannotNameAnyNumberOfPages() throws Exception {
        String paths = IntStream.range(0, 4).mapToObj(i -> "\"/p" + i + "\"").collect(Collectors.joining(","));

        assertProblem(
                post(SECRET, "{\"paths\": [" + paths + "]}"), 422, "a call may name at most 3 changes, but names 4");
        assertThat(OUTBOX.accepted).isEmpty();
    }

    @Test
    void anOutboxThatTakesNothingAsksForARepetition() throws Exception {
        OUTBOX.reachable = false;

        HttpResponse<String> answer = post(SECRET, "{\"tags\": [\"product:7\"]}");

        assertProblem(answer, 503, "nothing was accepted; send it again later");
        assertThat(answer.headers().firstValue("Retry-After")).contains("30");
        assertThat(answer.body()).doesNotContain("table");
    }

    @Test
    void noOtherMethodIsAnswered() throws Exception {
        HttpResponse<String> answer = HTTP.send(HttpRequest.newBuilder(uri()).build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isIn(404, 405);
    }

    private static URI uri() {
        return URI.create("http://127.0.0.1:" + port + "/webhook");
    }

    private static HttpResponse<String> post(String secret, String body) throws IOException, InterruptedException {
        return post(secret, BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> post(String secret, BodyPublisher body)
            throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(uri())
                        .header("Content-Type", "application/json")
                        .header("X-Webhook-Secret", secret)
                        .POST(body)
                        .build(),
                BodyHandlers.ofString());
    }

    private static BodyPublisher ofUnknownLength(String body) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(UTF_8)));
    }

    /** Sends the start of a request and returns the lines of the answer's head. */
    private static List<String> answerTo(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                OutputStream out = socket.getOutputStream();
                BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))) {
            out.write(request.getBytes(US_ASCII));
            out.flush();
            return in.lines().takeWhile(line -> !line.isEmpty()).toList();
        }
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String detail) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(answer.body()).contains(detail);
    }
}

package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cdn.DistributionId;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the HTTP fake answers to requests that no SDK would send. */
class HttpFakeCloudFrontTest {

    private static final String INVALIDATIONS = "/2020-05-31/distribution/E1SITE/invalidation";
    private static final String BATCH =
            "<InvalidationBatch><Paths><Quantity>1</Quantity><Items><Path>/a</Path></Items></Paths>"
                    + "<CallerReference>r1</CallerReference></InvalidationBatch>";

    private final FakeCloudFront account = FakeCloudFront.builder(
                    ManualClock.startingAt(Instant.parse("2026-11-23T10:00:00Z")))
            .distribution(DistributionId.of("E1SITE"))
            .build();
    private final HttpFakeCloudFront server = HttpFakeCloudFront.start(account);
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    @AfterEach
    void close() {
        server.close();
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.endpoint() + path))
                .method(method, BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(20))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not XML",
                "<InvalidationBatch>",
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><InvalidationBatch>&e;</InvalidationBatch>",
                "<InvalidationBatch/>",
                "<InvalidationBatch><Paths><Quantity>one</Quantity></Paths><CallerReference>r</CallerReference></InvalidationBatch>",
                "<InvalidationBatch><Paths><Quantity>99999999999</Quantity></Paths><CallerReference>r</CallerReference></InvalidationBatch>",
                "<InvalidationBatch><Paths><Quantity>2</Quantity><Items><Path>/a</Path></Items></Paths><CallerReference>r</CallerReference></InvalidationBatch>"
            })
    void aMalformedBatchIsAnsweredWith400(String body) throws Exception {
        HttpResponse<String> answer = send("POST", INVALIDATIONS, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("<ErrorResponse").contains("<Code>");
        assertThat(account.meter().totalPaths()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?MaxItems=0", "?MaxItems=-1", "?MaxItems=many", "?MaxItems=99999999999"})
    void aMalformedPageIsAnsweredWith400(String query) throws Exception {
        assertThat(send("GET", INVALIDATIONS + query, "").statusCode()).isEqualTo(400);
    }

    @Test
    void anIdThatIsNoneIsAnsweredWithAnError() throws Exception {
        for (String path :
                List.of("/2020-05-31/distribution/%20/invalidation", "/2020-05-31/distribution/E9/invalidation/%00")) {
            assertThat(send("GET", path, "").statusCode()).as(path).isBetween(400, 499);
        }
    }

    /** Eight requests whose bodies never came blocked all others. */
    @Test
    void bodiesThatDoNotComeHoldUpNoOther() throws Exception {
        List<Socket> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Socket socket = new Socket(
                        server.endpoint().getHost(), server.endpoint().getPort());
                stalled.add(socket);
                socket.getOutputStream()
                        .write(("POST " + INVALIDATIONS
                                        + " HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n<Invalidation")
                                .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            }
            assertThat(send("POST", INVALIDATIONS, BATCH).statusCode()).isEqualTo(201);
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }
}

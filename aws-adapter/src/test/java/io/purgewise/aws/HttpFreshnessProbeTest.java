package io.purgewise.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.head;
import static com.github.tomakehurst.wiremock.client.WireMock.headRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import io.purgewise.cdn.FreshnessProbe.Answer;
import io.purgewise.testkit.ManualClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Asks a web server that answers as CloudFront does, and as networks do. */
class HttpFreshnessProbeTest {

    private static final WireMockServer SERVER = SitePeer.started(options -> options.gzipDisabled(true));
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final ManualClock clock = ManualClock.startingAt(NOW);
    private final List<Duration> pauses = new ArrayList<>();

    @AfterAll
    static void stop() {
        SERVER.stop();
    }

    @BeforeEach
    void answerEverything() {
        SERVER.resetAll();
        SERVER.stubFor(get(anyUrl())
                .atPriority(9)
                .willReturn(ok("page")
                        .withHeader("Age", "17")
                        .withHeader("X-Cache", "Hit from cloudfront")
                        .withHeader("X-Amz-Cf-Pop", "FRA56-P1")));
    }

    private HttpFreshnessProbe.Builder probe() {
        return HttpFreshnessProbe.builder(client(), URI.create("http://127.0.0.1:" + SERVER.port()))
                .clock(clock)
                .pause(pauses::add);
    }

    private static HttpClient client() {
        return HttpClient.newHttpClient();
    }

    @Test
    void aUrlIsAskedForAsBrowsersDoAndItsHeadersAreReported() throws InterruptedException {
        List<Answer> answers = probe().build().ask(List.of("/caf%C3%A9?a=1&b=%7C"));
        assertThat(answers)
                .containsExactly(new Answer(
                        "/caf%C3%A9?a=1&b=%7C", NOW, NOW, 200, answers.get(0).headers(), null));
        assertThat(answers.get(0).header("age")).contains("17");
        assertThat(answers.get(0).pointOfPresence()).contains("FRA56-P1");
        SERVER.verify(getRequestedFor(urlEqualTo("/caf%C3%A9?a=1&b=%7C"))
                .withHeader("Accept-Encoding", equalTo("gzip, deflate, br, zstd")));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aBrokenAnswerIsAFailureAndOthersAreAskedFor(Fault fault) throws InterruptedException {
        SERVER.stubFor(get("/broken").willReturn(status(200).withFault(fault)));
        List<Answer> answers = probe().build().ask(List.of("/broken", "/fine"));
        assertThat(answers).extracting(Answer::url).containsExactly("/broken", "/fine");
        assertThat(answers.get(0).failure()).isNotBlank();
        assertThat(answers.get(1).status()).isEqualTo(200);
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUp() throws InterruptedException {
        SERVER.stubFor(get("/slow").willReturn(ok().withFixedDelay(1_500)));
        assertThat(probe().timeout(Duration.ofMillis(300))
                        .build()
                        .ask(List.of("/slow"))
                        .get(0)
                        .failure())
                .contains("timed out");
    }

    @Test
    void anErrorAndARedirectAreAnswersToo() throws InterruptedException {
        SERVER.stubFor(get("/e").willReturn(status(503)));
        SERVER.stubFor(get("/r").willReturn(status(308).withHeader("location", "/r/")));
        assertThat(probe().build().ask(List.of("/e", "/r")))
                .extracting(Answer::status)
                .containsExactly(503, 308);
    }

    @Test
    void aUrlThatNoClientCanAskForIsAFailureAndNoException() throws InterruptedException {
        List<Answer> answers = probe().atATime(1).build().ask(List.of("/a b", "/fine"));
        assertThat(answers.get(0).failure()).contains("/a b");
        assertThat(answers.get(1).status()).isEqualTo(200);
    }

    @Test
    void questionsArePaced() throws InterruptedException {
        probe().aSecond(4).build().ask(List.of("/1", "/2", "/3"));
        assertThat(pauses).containsExactly(Duration.ofMillis(250), Duration.ofMillis(250));
    }

    @Test
    void everyClientIsAPointOfPresence() throws InterruptedException {
        assertThat(probe().alsoFrom(client()).build().ask(List.of("/1", "/2")))
                .extracting(Answer::url)
                .containsExactly("/1", "/1", "/2", "/2");
    }

    @Test
    void aHeadSparesTheBody() throws InterruptedException {
        SERVER.stubFor(head(anyUrl()).willReturn(ok()));
        assertThat(probe().head().build().ask(List.of("/1")).get(0).status()).isEqualTo(200);
        SERVER.verify(headRequestedFor(urlEqualTo("/1")));
    }

    @Test
    void theSiteIsAskedPastTheCachesOnlyWhereThatWasChosen() throws InterruptedException {
        assertThat(probe().build().askPastCaches(List.of("/1"))).isEmpty();
        List<Answer> answers = probe().comparesWithSite(new Random(1)).build().askPastCaches(List.of("/1", "/2?a=b"));
        assertThat(answers).extracting(Answer::url).containsExactly("/1", "/2?a=b");
        SERVER.verify(1, getRequestedFor(urlMatching("/1\\?purgewise=[0-9a-f]+")));
        SERVER.verify(1, getRequestedFor(urlMatching("/2\\?a=b&purgewise=[0-9a-f]+")));
    }

    @Test
    void aClientThatFollowsRedirectsIsRefused() {
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        assertThatThrownBy(() -> probe().alsoFrom(following))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("redirects");
        assertThatThrownBy(() -> HttpFreshnessProbe.builder(client(), URI.create("https://example.com/shop")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> probe().aSecond(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> probe().atATime(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> probe().timeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}

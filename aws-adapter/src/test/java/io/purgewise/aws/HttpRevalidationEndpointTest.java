package io.purgewise.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.purgewise.cache.PathTags;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.Problem;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Asks two replicas of a site, one of which answers as apps, proxies and networks do when things go wrong. */
class HttpRevalidationEndpointTest {

    private static final Change PRODUCT = Change.tag("product:7");
    private static final Change GALLERY = Change.path("/gallery");
    private static final String SECRET = "0123456789abcdef-secret";

    private static final WireMockServer SERVER = SitePeer.started(options -> options.containerThreads(30));
    private static final URI FIRST = URI.create(SERVER.baseUrl() + "/1/revalidate");
    private static final URI SECOND = URI.create(SERVER.baseUrl() + "/2/revalidate");

    private final List<Duration> pauses = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterAll
    static void stop() {
        SERVER.stop();
    }

    @BeforeEach
    void bothConfirm() {
        SERVER.resetAll();
        SERVER.stubFor(post(urlEqualTo("/1/revalidate")).willReturn(okJson("{\"revalidated\":true,\"now\":1}")));
        secondAnswers(okJson("{\"revalidated\":true}"));
    }

    private static void secondAnswers(ResponseDefinitionBuilder answer) {
        SERVER.stubFor(post(urlEqualTo("/2/revalidate")).willReturn(answer));
    }

    private HttpRevalidationEndpoint.Builder endpoint() {
        return HttpRevalidationEndpoint.builder(client, List.of(FIRST, SECOND)).pause(pauses::add);
    }

    private static List<Problem> only(Map<Change, List<Problem>> unmarked, Change change) {
        assertThat(unmarked).containsOnlyKeys(change);
        return Objects.requireNonNull(unmarked.get(change));
    }

    /** Next.js hangs up without an answer when it is asked for HTTP/2, so that no site of it ever confirmed. */
    @Test
    void aPlainConnectionIsNotAskedForHttp2() {
        assertThat(endpoint().build().mark(List.of(PRODUCT))).isEmpty();

        SERVER.verify(postRequestedFor(urlEqualTo("/1/revalidate")).withoutHeader("Upgrade"));
    }

    @Test
    void everyReplicaIsToldWhatChangedWithSecretAndSignature() {
        Map<Change, List<Problem>> unmarked = endpoint()
                .secret("Authorization", "Bearer " + SECRET)
                .signed("X-Hub-Signature-256", "It's a Secret to Everybody")
                .build()
                .mark(List.of(
                        PRODUCT,
                        GALLERY,
                        Change.path("/new").evenIfUnknown(),
                        Change.page(Page.of(Router.PAGES, "/").inLocale("fr")),
                        Change.route("/blog/[slug]", PathTags.Scope.PAGE),
                        Change.everything()));

        assertThat(unmarked).isEmpty();
        String body = "{\"tags\":[\"product:7\"],\"paths\":[\"/gallery\",\"/new\",\"/fr\"],"
                + "\"routes\":[{\"path\":\"/blog/[slug]\",\"type\":\"page\"},{\"path\":\"/\",\"type\":\"layout\"}]}";
        for (String path : List.of("/1/revalidate", "/2/revalidate")) {
            SERVER.verify(
                    1,
                    postRequestedFor(urlEqualTo(path))
                            .withHeader("Authorization", equalTo("Bearer " + SECRET))
                            .withHeader("Content-Type", equalTo("application/json"))
                            .withRequestBody(equalTo(body)));
        }
    }

    /** The example of GitHub's documentation on validating webhook deliveries. */
    @Test
    void aSignatureIsTheOneThatGitHubMakes() {
        endpoint()
                .signed("X-Hub-Signature-256", "It's a Secret to Everybody")
                .body(changes -> "Hello, World!")
                .build()
                .mark(List.of(PRODUCT));

        SERVER.verify(
                2,
                postRequestedFor(urlPathMatching("/[12]/revalidate"))
                        .withHeader(
                                "X-Hub-Signature-256",
                                equalTo("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aReplicaThatDoesNotAnswerIsNamedAndMayBeAskedAgain(Fault fault) {
        secondAnswers(status(200).withFault(fault));

        List<Problem> problems = only(endpoint().build().mark(List.of(PRODUCT)), PRODUCT);

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_MARKED);
            assertThat(problem.subject()).isEqualTo("tag:product:7");
            assertThat(problem.message()).contains(SECOND.toString(), "no answer");
            assertThat(problem.repeatable()).isTrue();
        });
        SERVER.verify(1, postRequestedFor(urlEqualTo("/1/revalidate")));
        assertThat(pauses).containsExactly(Duration.ofMillis(400), Duration.ofMillis(800));
    }

    @Test
    void aReplicaThatFailsForAMomentIsAskedAgainAlone() {
        SERVER.stubFor(post(urlEqualTo("/2/revalidate"))
                .inScenario("restart")
                .whenScenarioStateIs(Scenario.STARTED)
                .willReturn(status(503))
                .willSetStateTo("up"));

        assertThat(endpoint().build().mark(List.of(PRODUCT))).isEmpty();

        SERVER.verify(1, postRequestedFor(urlEqualTo("/1/revalidate")));
        SERVER.verify(2, postRequestedFor(urlEqualTo("/2/revalidate")));
    }

    @Test
    void anAnswerThatComesTooLateOrDripsIsNone() {
        for (ResponseDefinitionBuilder slow : List.of(
                okJson("{\"revalidated\":true}").withFixedDelay(3000),
                okJson("{\"revalidated\":true}").withChunkedDribbleDelay(5, 3000))) {
            secondAnswers(slow);

            List<Problem> problems = only(
                    endpoint().timeout(Duration.ofMillis(200)).tries(1).build().mark(List.of(PRODUCT)), PRODUCT);

            assertThat(problems)
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.message())
                            .contains(SECOND.toString())
                            .containsAnyOf("no answer within PT0.2S", "HttpTimeoutException"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<!doctype html><p>Please log in",
                "{}",
                "[true]",
                "{\"revalidated\":false}",
                "{\"revalidated\":\"true\"}",
                "{\"it\":{\"revalidated\":true}}",
                "{\"revalidated\":true",
                "{\"revalidated\":true} and more"
            })
    void aPageThatSays200IsNoConfirmation(String body) {
        secondAnswers(status(200).withBody(body));

        assertThat(only(endpoint().build().mark(List.of(PRODUCT)), PRODUCT))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.message()).contains("status 200", "\"revalidated\": true was expected");
                    assertThat(problem.repeatable()).isTrue();
                });
    }

    @Test
    void anAppThatConfirmsInItsOwnWayIsUnderstood() {
        secondAnswers(status(202).withBody("ok"));

        assertThat(endpoint()
                        .confirmedBy(body -> body.equals("ok") || body.startsWith("{"))
                        .build()
                        .mark(List.of(PRODUCT)))
                .isEmpty();
    }

    @Test
    void aWrongSecretIsSaidWithoutQuotingIt() {
        secondAnswers(status(401).withBody("who are you?"));
        URI withQuery = URI.create(SECOND + "?secret=hush");
        SERVER.stubFor(post(urlEqualTo("/2/revalidate?secret=hush")).willReturn(status(401)));

        List<Problem> problems = only(
                HttpRevalidationEndpoint.builder(client, List.of(SECOND, withQuery))
                        .secret("X-Secret", SECRET)
                        .build()
                        .mark(List.of(PRODUCT)),
                PRODUCT);

        assertThat(problems).hasSize(2).allSatisfy(problem -> {
            assertThat(problem.message())
                    .contains(SECOND.toString(), "status 401", "check the secret")
                    .doesNotContain(SECRET, "hush");
            assertThat(problem.repeatable()).isTrue();
        });
    }

    @Test
    void aChangeThatTheAppRefusesKeepsNoOtherFromBeingMarked() {
        SERVER.stubFor(post(urlEqualTo("/2/revalidate"))
                .withRequestBody(containing("product:7"))
                .willReturn(status(422).withBody("no such tag")));

        List<Problem> problems = only(endpoint().build().mark(List.of(PRODUCT, GALLERY)), PRODUCT);

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.message()).contains("status 422", "no such tag");
            assertThat(problem.repeatable()).isFalse();
        });
    }

    @Test
    void aReplicaThatIsDownIsNotWaitedForOnceMoreForEveryHundredChanges() {
        secondAnswers(status(503));
        List<Change> many = IntStream.range(0, 250)
                .<Change>mapToObj(i -> Change.tag("product:" + i))
                .toList();

        Map<Change, List<Problem>> unmarked = endpoint().build().mark(many);

        assertThat(unmarked.keySet()).containsExactlyElementsOf(many);
        SERVER.verify(3, postRequestedFor(urlEqualTo("/1/revalidate")));
        SERVER.verify(3, postRequestedFor(urlEqualTo("/2/revalidate")));
    }

    @Test
    void aRedirectIsNotFollowed() {
        secondAnswers(temporaryRedirect("/1/revalidate"));

        assertThat(only(endpoint().build().mark(List.of(PRODUCT)), PRODUCT))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("status 302"));
        SERVER.verify(1, postRequestedFor(urlEqualTo("/1/revalidate")));
        HttpClient follows = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        assertThatThrownBy(() -> HttpRevalidationEndpoint.builder(follows, List.of(FIRST)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("redirects");
    }

    @Test
    void whereNoReplicaIsKnownNothingIsMarked() {
        HttpRevalidationEndpoint endpoint =
                HttpRevalidationEndpoint.builder(client, () -> List.<URI>of()).build();

        assertThat(only(endpoint.mark(List.of(PRODUCT)), PRODUCT))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("no replica"));
    }

    @Test
    void whatCannotBeAReplicaIsRefusedWithoutQuotingItsPassword() {
        for (String wrong : List.of("ftp://10.0.0.7/x", "/api/revalidate", "http://user:password@10.0.0.7/x")) {
            Collection<URI> replicas = List.of(URI.create(wrong));
            assertThatThrownBy(() -> HttpRevalidationEndpoint.builder(client, replicas))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must look like")
                    .hasMessageNotContaining("password");
        }
        assertThatThrownBy(() -> endpoint().secret("X-Secret", "two\nlines"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("two");
    }
}

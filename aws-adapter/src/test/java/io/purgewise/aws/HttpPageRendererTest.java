package io.purgewise.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.head;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.Parameters;
import com.github.tomakehurst.wiremock.extension.ServeEventListener;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import io.purgewise.cache.PageRenderer.Rendering;
import io.purgewise.cache.PageRenderer.Rendering.Outcome;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Renders pages through a web server that answers as Next.js does, and as networks do. */
class HttpPageRendererTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private static final InFlight IN_FLIGHT = new InFlight();
    private static final WireMockServer SERVER =
            SitePeer.started(options -> options.containerThreads(60).extensions(IN_FLIGHT));

    private final List<Duration> pauses = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterAll
    static void stop() {
        SERVER.stop();
    }

    /** Without more said, a page is rendered for whoever knows the secret, and others get it from the cache. */
    @BeforeEach
    void renderEveryPage() {
        SERVER.resetAll();
        SERVER.stubFor(any(anyUrl()).atPriority(9).willReturn(status(200).withHeader("x-nextjs-cache", "HIT")));
        SERVER.stubFor(asked(head(anyUrl())).atPriority(8).willReturn(rendered(200)));
    }

    @Test
    void aPageIsRenderedThroughItsOwnUrl() {
        Site site = Site.builder(BuildId.of("B"))
                .basePath("/shop")
                .trailingSlash(true)
                .build();
        List<Rendering> renderings = renderer(site)
                .build()
                .render(List.of(
                        Page.of(Router.APP_PAGE, "/a b"),
                        Page.of(Router.APP_PAGE, "/"),
                        Page.of(Router.APP_ROUTE, "/x.xml")));
        assertThat(renderings).extracting(Rendering::outcome).containsOnly(Outcome.RENDERED);
        assertThat(asked()).containsExactlyInAnyOrder("HEAD /shop/a%20b/", "HEAD /shop/", "HEAD /shop/x.xml");
    }

    @Test
    void aPageOfAllLocalesIsRenderedInEach() {
        Site site =
                Site.builder(BuildId.of("B")).locales(List.of("en", "fr"), "en").build();
        assertThat(renderer(site).build().render(List.of(Page.of(Router.PAGES, "/p"))))
                .extracting(Rendering::outcome)
                .containsExactly(Outcome.RENDERED, Outcome.RENDERED);
        assertThat(asked()).containsExactlyInAnyOrder("HEAD /p", "HEAD /fr/p");
    }

    @Test
    void anAnswerWithoutRevalidatedIsAFailureThatSaysWhy() {
        answer("/cached", status(200).withHeader("x-nextjs-cache", "HIT"));
        answer("/redirect", status(308).withHeader("location", "/redirect/"));
        answer("/forbidden", status(403));
        List<Rendering> renderings = renderer()
                .build()
                .render(List.of(page("/cached"), page("/redirect"), page("/forbidden"), page("/fine")));
        assertThat(renderings)
                .extracting(Rendering::outcome)
                .containsExactly(Outcome.FAILED, Outcome.FAILED, Outcome.FAILED, Outcome.RENDERED);
        assertThat(renderings.get(0).detail()).contains("status 200, HIT").contains("preview ID");
        assertThat(renderings.get(1).detail()).contains("redirected to /redirect/");
        assertThat(renderings.get(2).detail()).contains("status 403");
    }

    /** Next.js renders missing pages and redirects anew too, and says so with their status. */
    @ParameterizedTest
    @ValueSource(ints = {404, 307, 308})
    void aMissingPageOrARedirectThatWasRevalidatedIsDone(int status) {
        answer("/gone", rendered(status));
        assertThat(renderer().build().render(List.of(page("/gone"))))
                .extracting(Rendering::outcome)
                .containsOnly(Outcome.RENDERED);
    }

    @Test
    void pagesThatWereNeverGeneratedAreLeftAlone() {
        SERVER.stubFor(asked(head(urlEqualTo("/never")))
                .withHeader("x-prerender-revalidate-if-generated", equalTo("1"))
                .willReturn(status(404)));
        HttpPageRenderer renderer = renderer().onlyGenerated(true).build();
        assertThat(renderer.render(List.of(page("/never"), page("/fine"))))
                .extracting(Rendering::outcome)
                .containsExactly(Outcome.SKIPPED, Outcome.RENDERED);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 429})
    void aFailingServerIsAskedAgainAndOthersGoOn(int status) {
        onceThenRendered("/flaky", status(status));
        answer("/dead", status(status));
        List<Rendering> renderings = renderer().build().render(List.of(page("/flaky"), page("/dead"), page("/fine")));
        assertThat(renderings)
                .extracting(Rendering::outcome)
                .containsExactly(Outcome.RENDERED, Outcome.FAILED, Outcome.RENDERED);
        assertThat(renderings.get(1).detail()).contains("status " + status);
        assertThat(asked()).filteredOn("HEAD /dead"::equals).hasSize(3);
        assertThat(pauses).containsExactly(Duration.ofMillis(400), Duration.ofMillis(800));
    }

    /** In HTTP/1.1 the answer to HEAD has no body that could be malformed. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MALFORMED_RESPONSE_CHUNK")
    void aConnectionThatBreaksIsTriedAgainAndThenSaidWithoutTheSecret(Fault fault) {
        onceThenRendered("/flaky", status(200).withFault(fault));
        answer("/dead", status(200).withFault(fault));
        List<Rendering> renderings = renderer().build().render(List.of(page("/flaky"), page("/dead"), page("/fine")));
        assertThat(renderings.get(0).outcome()).isEqualTo(Outcome.RENDERED);
        assertThat(renderings.get(1).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(renderings.get(1).detail()).doesNotContain(SECRET);
        assertThat(renderings.get(2).outcome()).isEqualTo(Outcome.RENDERED);
    }

    @Test
    void anAnswerThatComesTooLateIsNone() {
        answer("/slow", rendered(200).withFixedDelay(20_000));
        assertThat(renderer()
                        .timeout(Duration.ofMillis(200))
                        .tries(1)
                        .build()
                        .render(List.of(page("/slow"), page("/fine"))))
                .satisfiesExactly(
                        slow -> assertThat(slow.detail()).contains("no answer"),
                        fine -> assertThat(fine.outcome()).isIn(Outcome.RENDERED, Outcome.FAILED));
    }

    @Test
    void noMorePagesThanAllowedAreAskedForAtATime() {
        List<Page> pages = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            pages.add(page("/p/" + i));
        }
        IN_FLIGHT.most.set(0);
        assertThat(renderer().atATime(3).build().render(pages))
                .hasSize(40)
                .extracting(Rendering::outcome)
                .containsOnly(Outcome.RENDERED);
        assertThat(IN_FLIGHT.most.get()).isBetween(1, 3);
    }

    @Test
    void noServerAtAllIsReportedWithoutTheSecret() {
        Site site = Site.builder(BuildId.of("B")).build();
        assertThat(HttpPageRenderer.builder(client, URI.create("http://127.0.0.1:1"), PreviewId.of(SECRET), site)
                        .pause(pauses::add)
                        .build()
                        .render(List.of(page("/fine"))))
                .singleElement()
                .satisfies(rendering -> {
                    assertThat(rendering.outcome()).isEqualTo(Outcome.FAILED);
                    assertThat(rendering.toString()).contains("no answer").doesNotContain(SECRET);
                });
    }

    @Test
    void aClientThatFollowsRedirectsIsRefusedSinceItWouldCarryTheSecretAway() {
        HttpClient following = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .build();
        Site site = Site.builder(BuildId.of("B")).build();
        assertThatThrownBy(() -> HttpPageRenderer.builder(
                        following, URI.create("https://example.com"), PreviewId.of(SECRET), site))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Each was once found out only when a page was asked for, after marks had been written. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://example.com",
                "file:///etc",
                "example.com",
                "//example.com",
                "mailto:a@example.com",
                "https://example.com/shop",
                "https://example.com/",
                "https://example.com?x=1",
                "https://example.com#x",
                "https://editor@example.com",
                "https://a_b.example.com:99999",
                "https://example.com:0",
                "https:///p"
            })
    void anOriginThatCannotBeAskedIsRefusedAtOnce(String origin) {
        Site site = Site.builder(BuildId.of("B")).build();
        assertThatThrownBy(() -> HttpPageRenderer.builder(client, URI.create(origin), PreviewId.of(SECRET), site))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https://example.com");
    }

    @Test
    void anOriginWithAPasswordIsRefusedAndNotShown() {
        Site site = Site.builder(BuildId.of("B")).build();
        assertThatThrownBy(() -> HttpPageRenderer.builder(
                        client, URI.create("https://editor:geheim@example.com"), PreviewId.of(SECRET), site))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .doesNotContain("geheim")
                        .contains("user name")
                        .contains("example.com"));
    }

    private HttpPageRenderer.Builder renderer() {
        return renderer(Site.builder(BuildId.of("B")).build());
    }

    private HttpPageRenderer.Builder renderer(Site site) {
        return HttpPageRenderer.builder(
                        client, URI.create("http://127.0.0.1:" + SERVER.port()), PreviewId.of(SECRET), site)
                .pause(pauses::add);
    }

    private static Page page(String path) {
        return Page.of(Router.APP_PAGE, path);
    }

    private static MappingBuilder asked(MappingBuilder request) {
        return request.withHeader("x-prerender-revalidate", equalTo(SECRET)).withHeader("x-isr", equalTo("1"));
    }

    private static ResponseDefinitionBuilder rendered(int status) {
        return status(status).withHeader("x-nextjs-cache", "REVALIDATED");
    }

    private static void answer(String path, ResponseDefinitionBuilder answer) {
        SERVER.stubFor(head(urlEqualTo(path)).willReturn(answer));
    }

    private static void onceThenRendered(String path, ResponseDefinitionBuilder once) {
        SERVER.stubFor(head(urlEqualTo(path))
                .inScenario(path)
                .whenScenarioStateIs(Scenario.STARTED)
                .willReturn(once)
                .willSetStateTo("well again"));
    }

    private static List<String> asked() {
        return SERVER.getAllServeEvents().stream()
                .map(event -> event.getRequest().getMethod() + " "
                        + event.getRequest().getUrl())
                .toList();
    }

    /** Counts the requests that the server is answering. */
    private static final class InFlight implements ServeEventListener {

        private final AtomicInteger now = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        @Override
        public void beforeMatch(ServeEvent event, Parameters parameters) {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
        }

        @Override
        public void beforeResponseSent(ServeEvent event, Parameters parameters) {
            now.decrementAndGet();
        }

        @Override
        public String getName() {
            return "in-flight";
        }
    }
}

package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.purgewise.cache.Rendering;
import io.purgewise.cache.Rendering.Outcome;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpPageRendererTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<Duration> pauses = new ArrayList<>();
    private final Map<String, AtomicInteger> failuresLeft = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server = server();
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void start() {
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
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
        assertThat(asked).containsExactlyInAnyOrder("HEAD /shop/a%20b/", "HEAD /shop/", "HEAD /shop/x.xml");
    }

    @Test
    void aPageOfAllLocalesIsRenderedInEach() {
        Site site =
                Site.builder(BuildId.of("B")).locales(List.of("en", "fr"), "en").build();
        assertThat(renderer(site).build().render(List.of(Page.of(Router.PAGES, "/p"))))
                .extracting(Rendering::outcome)
                .containsExactly(Outcome.RENDERED, Outcome.RENDERED);
        assertThat(asked).containsExactlyInAnyOrder("HEAD /p", "HEAD /fr/p");
    }

    @Test
    void anAnswerWithoutRevalidatedIsAFailureThatSaysWhy() {
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
    @Test
    void aRevalidated404Or308IsDone() {
        assertThat(renderer().build().render(List.of(page("/gone"), page("/moved"))))
                .extracting(Rendering::outcome)
                .containsOnly(Outcome.RENDERED);
    }

    @Test
    void pagesThatWereNeverGeneratedAreLeftAlone() {
        HttpPageRenderer renderer = renderer().onlyGenerated(true).build();
        assertThat(renderer.render(List.of(page("/never"), page("/fine"))))
                .extracting(Rendering::outcome)
                .containsExactly(Outcome.SKIPPED, Outcome.RENDERED);
    }

    @Test
    void aFailingServerIsAskedAgainAndOthersGoOn() {
        failuresLeft.put("/flaky", new AtomicInteger(2));
        failuresLeft.put("/dead", new AtomicInteger(100));
        List<Rendering> renderings = renderer().build().render(List.of(page("/flaky"), page("/dead"), page("/fine")));
        assertThat(renderings)
                .extracting(Rendering::outcome)
                .containsExactly(Outcome.RENDERED, Outcome.FAILED, Outcome.RENDERED);
        assertThat(renderings.get(1).detail()).contains("status 503");
        assertThat(asked).filteredOn("HEAD /dead"::equals).hasSize(3);
        assertThat(pauses).containsExactly(Duration.ofMillis(400), Duration.ofMillis(800));
    }

    @Test
    void noMorePagesThanAllowedAreAskedForAtATime() {
        List<Page> pages = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            pages.add(page("/p/" + i));
        }
        assertThat(renderer().atATime(3).build().render(pages))
                .hasSize(40)
                .extracting(Rendering::outcome)
                .containsOnly(Outcome.RENDERED);
        assertThat(mostInFlight.get()).isBetween(1, 3);
    }

    @Test
    void noAnswerAtAllIsReportedWithoutTheSecret() {
        server.stop(0);
        assertThat(renderer().build().render(List.of(page("/fine"))))
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
        assertThatThrownBy(() -> HttpPageRenderer.builder(
                        client, URI.create("https://example.com/shop"), PreviewId.of(SECRET), site))
                .hasMessageContaining("https://example.com/shop");
    }

    private HttpPageRenderer.Builder renderer() {
        return renderer(Site.builder(BuildId.of("B")).build());
    }

    private HttpPageRenderer.Builder renderer(Site site) {
        URI origin = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return HttpPageRenderer.builder(client, origin, PreviewId.of(SECRET), site)
                .pause(pauses::add);
    }

    private static Page page(String path) {
        return Page.of(Router.APP_PAGE, path);
    }

    private void answer(HttpExchange exchange) throws IOException {
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        String path = exchange.getRequestURI().getRawPath();
        asked.add(exchange.getRequestMethod() + " " + path);
        boolean known = SECRET.equals(exchange.getRequestHeaders().getFirst("x-prerender-revalidate"))
                && "1".equals(exchange.getRequestHeaders().getFirst("x-isr"));
        boolean onlyGenerated = exchange.getRequestHeaders().containsKey("x-prerender-revalidate-if-generated");
        AtomicInteger left = failuresLeft.get(path);
        int status = 200;
        String cache = known ? "REVALIDATED" : "HIT";
        if (left != null && left.getAndDecrement() > 0) {
            status = 503;
            cache = "";
        } else if (path.equals("/cached")) {
            cache = "HIT";
        } else if (path.equals("/redirect")) {
            status = 308;
            cache = "";
            exchange.getResponseHeaders().set("location", "/redirect/");
        } else if (path.equals("/forbidden")) {
            status = 403;
            cache = "";
        } else if (path.equals("/gone")) {
            status = 404;
        } else if (path.equals("/moved")) {
            status = 308;
        } else if (path.equals("/never") && onlyGenerated) {
            status = 404;
            cache = "";
        }
        if (!cache.isEmpty()) {
            exchange.getResponseHeaders().set("x-nextjs-cache", cache);
        }
        inFlight.decrementAndGet();
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

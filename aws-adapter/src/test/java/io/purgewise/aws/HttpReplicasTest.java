package io.purgewise.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.purgewise.revalidate.Change;
import io.purgewise.revalidate.RevalidationEndpoint;
import io.purgewise.testkit.RevalidationEndpointContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Holds {@link HttpRevalidationEndpoint} to the port's contract, in front of two servers that are WireMock. */
class HttpReplicasTest extends RevalidationEndpointContract {

    @RegisterExtension
    final WireMockExtension servers = WireMockExtension.newInstance()
            .options(options().bindAddress("127.0.0.1").dynamicPort())
            .build();

    @BeforeEach
    void bothMark() {
        servers.stubFor(any(urlPathMatching("/[01]")).willReturn(okJson("{\"revalidated\":true}")));
    }

    @Override
    protected RevalidationEndpoint endpoint() {
        return HttpRevalidationEndpoint.builder(
                        HttpClient.newHttpClient(),
                        List.of(URI.create(servers.baseUrl() + "/0"), URI.create(servers.baseUrl() + "/1")))
                .body(changes -> changes.stream().map(Change::toString).collect(Collectors.joining("\n")))
                .pause(duration -> {})
                .build();
    }

    @Override
    protected void takeDown(int server) {
        servers.stubFor(
                post(urlEqualTo("/" + server)).willReturn(status(200).withFault(Fault.CONNECTION_RESET_BY_PEER)));
    }

    @Override
    protected void refuse(int server, Change change) {
        servers.stubFor(post(urlEqualTo("/" + server))
                .withRequestBody(containing(change.toString()))
                .willReturn(status(422)));
    }

    @Override
    protected Set<Change> marked(int server) {
        return servers.getAllServeEvents().stream()
                .filter(event -> event.getRequest().getUrl().equals("/" + server)
                        && event.getResponse().getStatus() == 200)
                .flatMap(event -> event.getRequest().getBodyAsString().lines())
                .map(Change::parse)
                .collect(Collectors.toSet());
    }
}

package io.purgewise.aws;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.util.function.UnaryOperator;

/** Starts WireMock in the place of a site, on loopback. */
final class SitePeer {

    private SitePeer() {}

    static WireMockServer started(UnaryOperator<WireMockConfiguration> settings) {
        WireMockServer server = new WireMockServer(
                settings.apply(options().bindAddress("127.0.0.1").dynamicPort()));
        server.start();
        return server;
    }
}

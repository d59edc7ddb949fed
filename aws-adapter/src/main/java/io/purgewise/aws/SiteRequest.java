package io.purgewise.aws;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;

/** Starts requests to a site. */
final class SiteRequest {

    private SiteRequest() {}

    /**
     * Starts a request, in HTTP/1.1 where the connection is a plain one: Java's client would ask there for an upgrade to HTTP/2, at
     * which the server of Next.js 15 and 16 hangs up without an answer.
     */
    static HttpRequest.Builder to(URI url) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url);
        return "http".equalsIgnoreCase(url.getScheme()) ? request.version(HttpClient.Version.HTTP_1_1) : request;
    }
}

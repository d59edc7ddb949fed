package io.purgewise.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.purgewise.cdn.DistributionId;
import io.purgewise.cdn.Invalidation;
import io.purgewise.testkit.FakeDistribution.Accepted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves a {@link FakeCloudFront} on loopback, in CloudFront's own XML, so that any AWS SDK can be pointed at it.
 *
 * <p>It answers CreateInvalidation, GetInvalidation and ListInvalidations of distributions and of distribution tenants,
 * GetDistributionConfig (with the cache tag header only), GetDistributionTenant (whose distribution bears the tenant's own
 * ID), ListDistributions (IDs and aliases, on one page) and GetDistributionTenantByDomain. Signatures are not checked. A dropped answer closes the connection.
 *
 * <p>Point the AWS SDK for Java at {@link #endpoint()} with {@code endpointOverride}, region {@code us-east-1} and any
 * credentials. A request that it cannot read is answered with an error, as CloudFront does. This class is thread-safe; each request
 * is served by a thread of its own until {@link #close()}, so that one whose body does not come holds up no other.
 */
public final class HttpFakeCloudFront implements AutoCloseable {

    private static final int DEFAULT_PAGE = 100;
    private static final Pattern PATH = Pattern.compile(
            "/2020-05-31/(distribution|distribution-tenant)/([^/]+)(?:/(invalidation|config)(?:/([^/]+))?)?");
    private static final Pattern MARKER = Pattern.compile("(?:^|&)Marker=([^&]*)");
    private static final Pattern DOMAIN = Pattern.compile("(?:^|&)domain=([^&]+)");
    private static final Pattern MAX_ITEMS = Pattern.compile("(?:^|&)MaxItems=([^&]*)");

    private record Reply(int status, String xml, @Nullable String location) {}

    private final FakeAccount account;
    private final HttpServer server;
    private final ExecutorService threads;

    private HttpFakeCloudFront(FakeCloudFront cloudFront, HttpServer server, ExecutorService threads) {
        this.account = cloudFront.account();
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts to serve on any free port.
     *
     * @param cloudFront the account to serve
     * @return the running server
     */
    public static HttpFakeCloudFront start(FakeCloudFront cloudFront) {
        Objects.requireNonNull(cloudFront, "cloudFront");
        return start(cloudFront, 0);
    }

    /**
     * Starts to serve on a port of the loopback address.
     *
     * @param cloudFront the account to serve
     * @param port the port, 0 for any free one
     * @return the running server
     * @throws UncheckedIOException if the port is taken
     */
    public static HttpFakeCloudFront start(FakeCloudFront cloudFront, int port) {
        Objects.requireNonNull(cloudFront, "cloudFront");
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            ExecutorService threads = Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "fake-cloudfront");
                thread.setDaemon(true);
                return thread;
            });
            HttpFakeCloudFront http = new HttpFakeCloudFront(cloudFront, server, threads);
            server.setExecutor(threads);
            server.createContext("/", http::serve);
            server.start();
            return http;
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " cannot be served; choose another, or 0 for any", e);
        }
    }

    /**
     * Returns where the server listens.
     *
     * @return the base URI for an SDK's {@code endpointOverride}
     */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Stops the server and its threads; the account stays as it is. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Reply reply;
            String requestId = account.nextRequestId();
            try {
                reply = answer(exchange);
            } catch (IllegalArgumentException e) {
                FakeError malformed =
                        new FakeError(400, "InvalidArgument", "The request is malformed: " + e.getMessage());
                reply = new Reply(400, CloudFrontXml.error(malformed, requestId), null);
            } catch (FakeError e) {
                if (e.status == 0) {
                    return;
                }
                reply = new Reply(e.status, CloudFrontXml.error(e, requestId), null);
            }
            send(exchange, reply, requestId);
        }
    }

    private static void send(HttpExchange exchange, Reply reply, String requestId) throws IOException {
        byte[] body = reply.xml().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/xml");
        exchange.getResponseHeaders().set("x-amzn-RequestId", requestId);
        if (reply.location() != null) {
            exchange.getResponseHeaders().set("Location", reply.location());
        }
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
    }

    private Reply answer(HttpExchange exchange) throws IOException {
        URI uri = exchange.getRequestURI();
        if (exchange.getRequestMethod().equals("GET") && uri.getPath().equals("/2020-05-31/distribution")) {
            return new Reply(200, CloudFrontXml.distributions(account.distributionAliases()), null);
        }
        Matcher domain = DOMAIN.matcher(uri.getQuery() == null ? "" : uri.getQuery());
        if (uri.getPath().equals("/2020-05-31/distribution-tenant") && domain.find()) {
            DistributionId tenant = account.tenantOf(domain.group(1));
            return new Reply(200, CloudFrontXml.distributionTenant(tenant.value()), null);
        }
        Matcher path = PATH.matcher(uri.getPath());
        if (!path.matches()) {
            throw new FakeError(404, "NoSuchResource", "The fake does not know " + uri.getPath());
        }
        DistributionId distribution =
                new DistributionId(path.group(2), path.group(1).endsWith("tenant"));
        String method = exchange.getRequestMethod();
        String resource = path.group(3);
        String invalidationId = path.group(4);
        if (resource == null && distribution.tenant() && method.equals("GET")) {
            return new Reply(200, CloudFrontXml.distributionTenant(distribution.value()), null);
        }
        if ("config".equals(resource) && method.equals("GET")) {
            return new Reply(200, CloudFrontXml.distributionConfig(account.tagHeader(distribution.value())), null);
        }
        if ("invalidation".equals(resource) && invalidationId != null && method.equals("GET")) {
            return read(distribution, invalidationId);
        }
        if ("invalidation".equals(resource) && invalidationId == null) {
            return method.equals("POST") ? create(exchange, distribution) : list(uri, distribution);
        }
        throw new FakeError(405, "MethodNotAllowed", "The fake does not answer " + method + " " + uri.getPath());
    }

    private Reply create(HttpExchange exchange, DistributionId distribution) throws IOException {
        CloudFrontXml.Batch batch = CloudFrontXml.readBatch(exchange.getRequestBody());
        if (batch.quantity() != batch.paths().size()) {
            throw new FakeError(
                    400, "InconsistentQuantities", "The value of Quantity and the size of Items do not match.");
        }
        Invalidation invalidation = account.accept(distribution, batch.paths(), batch.callerReference());
        String location = endpoint() + exchange.getRequestURI().getPath() + "/" + invalidation.id();
        return new Reply(201, CloudFrontXml.invalidation(invalidation, batch.paths()), location);
    }

    private Reply read(DistributionId distribution, String invalidationId) {
        Accepted found = account.find(distribution, invalidationId);
        return new Reply(200, CloudFrontXml.invalidation(found.toInvalidation(account.now()), found.paths()), null);
    }

    private Reply list(URI uri, DistributionId distribution) {
        String query = uri.getQuery() == null ? "" : uri.getQuery();
        Matcher marker = MARKER.matcher(query);
        Matcher maxItems = MAX_ITEMS.matcher(query);
        String from = marker.find() && !marker.group(1).isEmpty() ? marker.group(1) : null;
        int max = maxItems.find() ? pageSize(maxItems.group(1)) : DEFAULT_PAGE;
        List<Accepted> page = account.page(distribution, from, max + 1);
        List<Invalidation> shown = page.stream()
                .limit(max)
                .map(each -> each.toInvalidation(account.now()))
                .toList();
        return new Reply(200, CloudFrontXml.list(shown, from, max, page.size() > max), null);
    }

    private static int pageSize(String maxItems) {
        if (!maxItems.matches("[1-9]\\d{0,8}")) {
            throw new IllegalArgumentException("MaxItems must be a positive number, but was " + maxItems);
        }
        return Math.min(Integer.parseInt(maxItems), DEFAULT_PAGE);
    }
}

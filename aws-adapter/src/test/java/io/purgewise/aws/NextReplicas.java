package io.purgewise.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Is the site in {@code src/test/readers/endpoint}, built by Next.js and served by two replicas of {@code next start}, each with a
 * cache of its own, in memory and on disk; and the CMS whose version its pages show.
 */
final class NextReplicas implements AutoCloseable {

    static final String SECRET = "a secret of 24 characters";

    private static final Path SOURCES = Path.of("src", "test", "readers", "endpoint");
    private static final Pattern VERSION = Pattern.compile("<p>(version \\d+)</p>");

    private final AtomicInteger version = new AtomicInteger(1);
    private final Map<Integer, Process> servers = new HashMap<>();
    private final Map<Integer, Integer> ports = new HashMap<>();
    private final HttpServer cms;
    private final Path folder;
    private final Path next;

    private NextReplicas(Path folder, Path next) throws IOException {
        this.folder = folder;
        this.next = next;
        cms = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        cms.createContext("/", exchange -> {
            byte[] text = text().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        cms.start();
    }

    /**
     * Builds the site, and serves it twice.
     *
     * @param installed the package of Next.js that builds it, among those that {@link RealSite#install} has installed
     */
    static NextReplicas serve(String installed) throws IOException, InterruptedException {
        Path folder = RealSite.TARGET.resolve("endpoint-" + installed);
        RealSite.clear(folder);
        Path next = RealSite.TARGET.resolve(Path.of("node_modules", installed));
        if (!installed.equals("next")) {
            // Its modules name each other by "next", from where they really lie.
            Path nearer = folder.resolve(Path.of("node_modules", "next"));
            Files.createDirectories(nearer.getParent());
            next = Files.move(next, nearer);
        }
        NextReplicas site = new NextReplicas(folder, next);
        try {
            Path first = folder.resolve("1");
            RealSite.copy(SOURCES, first);
            Files.copy(RealSite.TARGET.resolve("package.json"), first.resolve("package.json"));
            RealSite.run(first, site.environment(), "node", site.program(), "build");
            RealSite.copy(first, folder.resolve("2"));
            site.start(1);
            site.start(2);
            return site;
        } catch (IOException | RuntimeException e) {
            site.close();
            throw e;
        }
    }

    private String program() {
        return next.resolve(Path.of("dist", "bin", "next")).toString();
    }

    private Map<String, String> environment() {
        return Map.of(
                "CMS",
                "http://127.0.0.1:" + cms.getAddress().getPort(),
                "REVALIDATION_SECRET",
                SECRET,
                "NEXT_TELEMETRY_DISABLED",
                "1");
    }

    /** Starts a replica, and waits until it answers. */
    void start(int replica) throws IOException, InterruptedException {
        int port = ports.containsKey(replica) ? ports.get(replica) : RealSite.freePort();
        ports.put(replica, port);
        Path log = folder.resolve("server-" + replica + ".log");
        ProcessBuilder node = new ProcessBuilder(
                        "node", program(), "start", "-H", "127.0.0.1", "-p", Integer.toString(port))
                .directory(folder.resolve(Integer.toString(replica)).toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        node.environment().putAll(environment());
        Process server = node.start();
        servers.put(replica, server);
        while (server.isAlive() && !Files.readString(log).contains("Ready in")) {
            server.waitFor(100, TimeUnit.MILLISECONDS);
        }
        assertThat(server.isAlive()).as(Files.readString(log)).isTrue();
    }

    void stop(int replica) throws InterruptedException {
        Process server = Objects.requireNonNull(servers.get(replica));
        server.destroy();
        server.waitFor();
    }

    /** Returns where a replica takes the call. */
    URI address(int replica, String route) {
        return URI.create("http://127.0.0.1:" + ports.get(replica) + route);
    }

    List<URI> addresses(String route) {
        return Stream.of(1, 2).map(replica -> address(replica, route)).toList();
    }

    /** Changes the content in the CMS. */
    void edit() {
        version.incrementAndGet();
    }

    /** Returns what the CMS says now. */
    String text() {
        return "version " + version.get();
    }

    /** Reads a page on both replicas, and returns the versions that they show. */
    List<String> read(String path) throws IOException, InterruptedException {
        List<String> shown = new ArrayList<>();
        for (int replica : List.of(1, 2)) {
            shown.add(read(replica, path));
        }
        return shown;
    }

    String read(int replica, String path) throws IOException, InterruptedException {
        // A client of its own: a connection that was kept would be one to a replica that has ended since.
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(SiteRequest.to(address(replica, path)).build(), HttpResponse.BodyHandlers.ofString());
        Matcher found = VERSION.matcher(answer.body());
        assertThat(found.find())
                .as("%s: %d %s", path, answer.statusCode(), answer.body())
                .isTrue();
        return found.group(1);
    }

    @Override
    public void close() {
        servers.values().forEach(Process::destroy);
        cms.stop(0);
    }
}

package io.purgewise.examples.spring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Is a site with two replicas, {@code /1} and {@code /2}, which keep their tables to themselves: they mark what they are asked to, and
 * fail now and then. Knows from when a page is marked on both.
 */
final class FlakySite implements AutoCloseable {

    private static final Pattern PATH = Pattern.compile("\"(/service-[^\"]+)\"");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final Random random = new Random(11);
    private final Map<String, Map<String, Instant>> marked = new HashMap<>();

    FlakySite() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Tells from when each page is marked on both replicas, by the first time on each. */
    synchronized Map<String, Instant> markedSince() {
        Map<String, Instant> since = new HashMap<>();
        marked.forEach((path, byReplica) -> {
            if (byReplica.size() == 2) {
                since.put(
                        path,
                        byReplica.values().stream().max(Instant::compareTo).orElseThrow());
            }
        });
        return since;
    }

    /** Tells which pages any replica was asked for. */
    synchronized Iterable<String> asked() {
        return marked.keySet().stream().toList();
    }

    private synchronized boolean fails() {
        return random.nextInt(100) < 15;
    }

    private synchronized void mark(String replica, String body) {
        for (Matcher path = PATH.matcher(body); path.find(); ) {
            marked.computeIfAbsent(path.group(1), each -> new HashMap<>()).putIfAbsent(replica, Instant.now());
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean fails = fails();
        if (!fails) {
            mark(exchange.getRequestURI().getPath(), body);
        }
        byte[] answer = (fails ? "{}" : "{\"revalidated\":true}").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(fails ? 503 : 200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

package io.purgewise.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Plays a bucket that is only read, over HTTP on loopback: as much of S3 as reads the objects of a site. {@code examples} needs no
 * S3 emulator for that, and none comes with it.
 */
final class LocalBucket implements AutoCloseable {

    static final String NAME = "next-cache";

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    private final SortedMap<String, String> objects;
    private final Instant storedAt;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final S3Client client;

    LocalBucket(Map<String, String> objects, Instant storedAt) {
        this.objects = new TreeMap<>(objects);
        this.storedAt = storedAt;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/" + NAME, this::answer);
        server.setExecutor(threads);
        server.start();
        client = S3Client.builder()
                .endpointOverride(
                        URI.create("http://localhost:" + server.getAddress().getPort()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .forcePathStyle(true)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    S3Client client() {
        return client;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String key = exchange.getRequestURI().getPath().substring(NAME.length() + 1);
            if (key.isEmpty() || key.equals("/")) {
                String query = exchange.getRequestURI().getRawQuery();
                send(exchange, 200, query == null ? "" : list(parameters(query)));
            } else {
                String body = objects.get(key.substring(1));
                exchange.getResponseHeaders().set("ETag", eTag(key.substring(1)));
                send(exchange, body == null ? 404 : 200, body == null ? "<Error><Code>NoSuchKey</Code></Error>" : body);
            }
        }
    }

    private void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Last-Modified", HTTP_DATE.format(storedAt));
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new TreeMap<>();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            parameters.put(
                    equals < 0 ? parameter : parameter.substring(0, equals),
                    equals < 0 ? "" : URLDecoder.decode(parameter.substring(equals + 1), UTF_8));
        }
        return parameters;
    }

    /** Answers ListObjectsV2 in one page. */
    private String list(Map<String, String> parameters) {
        String prefix = parameters.getOrDefault("prefix", "");
        String delimiter = parameters.getOrDefault("delimiter", "");
        long most = Long.parseLong(parameters.getOrDefault("max-keys", "1000000"));
        List<String> keys = new ArrayList<>();
        TreeSet<String> folders = new TreeSet<>();
        for (String key : objects.tailMap(prefix).keySet()) {
            if (!key.startsWith(prefix)) {
                break;
            }
            int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
            if (end >= 0) {
                folders.add(key.substring(0, end + 1));
            } else if (keys.size() < most) {
                keys.add(key);
            }
        }
        StringBuilder xml = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
        for (String key : keys) {
            xml.append("<Contents><Key>").append(escaped(key)).append("</Key><LastModified>");
            xml.append(storedAt)
                    .append("</LastModified><ETag>")
                    .append(eTag(key))
                    .append("</ETag><Size>")
                    .append(objects.getOrDefault(key, "").getBytes(UTF_8).length);
            xml.append("</Size></Contents>");
        }
        folders.forEach(folder ->
                xml.append("<CommonPrefixes><Prefix>").append(escaped(folder)).append("</Prefix></CommonPrefixes>"));
        return xml.append("</ListBucketResult>").toString();
    }

    /** Objects never change here. */
    private static String eTag(String key) {
        return '"' + Integer.toHexString(key.hashCode()) + '"';
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
        threads.shutdown();
    }
}

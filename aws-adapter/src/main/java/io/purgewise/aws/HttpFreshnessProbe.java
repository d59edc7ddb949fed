package io.purgewise.aws;

import io.purgewise.cdn.Ambient;
import io.purgewise.cdn.FreshnessProbe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks a site for URLs over HTTP, through its CDN, as a browser asks for a page.
 *
 * <p>Each question is a {@code GET} whose body is thrown away, with the {@code Accept-Encoding} of browsers, since CloudFront keeps a
 * copy for each of the encodings that its cache policy knows. A question that the CDN cannot answer from its caches reaches the
 * site, as that of any reader does; so questions are paced, by default 20 a second and 4 at a time.
 *
 * <p>A client sees the point of presence that its network leads to. Others are seen through clients that go out elsewhere, such as
 * by an HTTP proxy in another region; see {@link Builder#alsoFrom}.
 *
 * <p>The clients are the caller's and must not follow redirects. This class is thread-safe.
 */
public final class HttpFreshnessProbe implements FreshnessProbe {

    private static final String BROWSER_ENCODINGS = "gzip, deflate, br, zstd";
    private static final String BROWSER_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private final List<HttpClient> clients;
    private final URI origin;
    private final String method;
    private final int atATime;
    private final Duration apart;
    private final Duration timeout;
    private final InstantSource clock;
    private final Ambient.Pause pause;
    private final @Nullable RandomGenerator random;

    private HttpFreshnessProbe(Builder builder) {
        clients = List.copyOf(builder.clients);
        origin = builder.origin;
        method = builder.method;
        atATime = builder.atATime;
        apart = Duration.ofSeconds(1).dividedBy(builder.aSecond);
        timeout = builder.timeout;
        clock = builder.clock;
        pause = builder.pause;
        random = builder.random;
    }

    /**
     * Starts the description of a probe.
     *
     * @param client the caller's client; it stays open
     * @param origin where readers ask for the site, such as {@code https://example.com}; without path
     * @return a builder
     * @throws IllegalArgumentException if {@code origin} is not of {@code http} or {@code https}, has a path, a query or a user
     *     name, or if the client follows redirects
     */
    public static Builder builder(HttpClient client, URI origin) {
        return new Builder(Objects.requireNonNull(client, "client"), Objects.requireNonNull(origin, "origin"));
    }

    @Override
    public List<Answer> ask(List<String> urls) throws InterruptedException {
        Objects.requireNonNull(urls, "urls");
        return askEach(urls, clients, UnaryOperator.identity());
    }

    @Override
    public List<Answer> askPastCaches(List<String> urls) throws InterruptedException {
        Objects.requireNonNull(urls, "urls");
        RandomGenerator nonces = random;
        if (nonces == null) {
            return List.of();
        }
        return askEach(
                urls,
                clients.subList(0, 1),
                url -> url + (url.indexOf('?') < 0 ? "?" : "&") + "purgewise=" + Long.toHexString(nonces.nextLong()));
    }

    private List<Answer> askEach(List<String> urls, List<HttpClient> from, UnaryOperator<String> sent)
            throws InterruptedException {
        Semaphore slots = new Semaphore(atATime);
        List<CompletableFuture<Answer>> started = new ArrayList<>();
        for (String url : urls) {
            for (HttpClient client : from) {
                if (!started.isEmpty()) {
                    pause.waitFor(apart);
                }
                slots.acquire();
                started.add(start(client, url, sent.apply(url), slots));
            }
        }
        List<Answer> answers = new ArrayList<>();
        for (CompletableFuture<Answer> each : started) {
            try {
                answers.add(each.get());
            } catch (ExecutionException defect) {
                throw new IllegalStateException("a probe's answer could not be read", defect.getCause());
            }
        }
        return answers;
    }

    private CompletableFuture<Answer> start(HttpClient client, String url, String sent, Semaphore slots) {
        Instant askedAt = clock.instant();
        AtomicReference<Instant> headersAt = new AtomicReference<>();
        HttpRequest request;
        try {
            request = SiteRequest.to(URI.create(origin + sent))
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .timeout(timeout)
                    .header("accept", BROWSER_ACCEPT)
                    .header("accept-encoding", BROWSER_ENCODINGS)
                    .header("user-agent", "purgewise-freshness")
                    .build();
        } catch (IllegalArgumentException e) {
            slots.release();
            return CompletableFuture.completedFuture(
                    Answer.failed(url, askedAt, askedAt, "no client can ask for it: " + Excerpt.of(sent)));
        }
        return client.sendAsync(request, info -> {
                    headersAt.set(clock.instant());
                    return BodySubscribers.discarding();
                })
                .handle((response, failure) -> {
                    slots.release();
                    Instant at = headersAt.get() == null ? clock.instant() : headersAt.get();
                    Instant answeredAt = at.isBefore(askedAt) ? askedAt : at;
                    return failure == null
                            ? new Answer(url, askedAt, answeredAt, response.statusCode(), first(response), null)
                            : Answer.failed(url, askedAt, answeredAt, reason(failure));
                });
    }

    private static Map<String, String> first(HttpResponse<?> response) {
        Map<String, String> headers = new TreeMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
        return headers;
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof IOException ? Excerpt.of(cause.toString()) : cause.toString();
    }

    /** Collects the settings of a probe. This class is not thread-safe. */
    public static final class Builder {

        private final List<HttpClient> clients = new ArrayList<>();
        private final URI origin;
        private String method = "GET";
        private int atATime = 4;
        private int aSecond = 20;
        private Duration timeout = Duration.ofSeconds(10);
        private InstantSource clock = InstantSource.system();
        private Ambient.Pause pause = duration -> Thread.sleep(duration.toMillis(), duration.toNanosPart() % 1_000_000);
        private @Nullable RandomGenerator random;

        private Builder(HttpClient client, URI origin) {
            SiteOrigin.check(origin);
            this.origin = origin;
            alsoFrom(client);
        }

        /**
         * Adds a point of presence: a client that reaches the CDN from elsewhere, such as one whose
         * {@link HttpClient.Builder#proxy proxy} stands in another region. Each URL is then asked for from each of them.
         *
         * @param client the caller's client; it stays open
         * @return this builder
         * @throws IllegalArgumentException if the client follows redirects
         */
        public Builder alsoFrom(HttpClient client) {
            clients.add(Attempts.requireNoRedirects(client, "it would judge another URL's copy"));
            return this;
        }

        /**
         * Asks with {@code HEAD}, which spares the bodies. CloudFront answers it from the copy that a {@code GET} left; where that
         * is gone, it may fetch an answer that no reader gets.
         *
         * @return this builder
         */
        public Builder head() {
            method = "HEAD";
            return this;
        }

        /**
         * Lets a URL whose age does not decide be asked for once more past the CDN's caches, by a query string
         * {@code purgewise=} with a random number, so that its ETag can be compared with that of the site's own answer. Each costs
         * the site a request. It works where the cache key holds query strings, and does nothing elsewhere.
         *
         * @param random makes the numbers
         * @return this builder
         */
        public Builder comparesWithSite(RandomGenerator random) {
            this.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /**
         * Limits how many questions are open at a time.
         *
         * @param atATime at least 1; default 4
         * @return this builder
         * @throws IllegalArgumentException if {@code atATime} is less than 1
         */
        public Builder atATime(int atATime) {
            if (atATime < 1) {
                throw new IllegalArgumentException("questions at a time must be at least 1, but were " + atATime);
            }
            this.atATime = atATime;
            return this;
        }

        /**
         * Limits how many questions are asked a second.
         *
         * @param aSecond from 1 to 1,000; default 20
         * @return this builder
         * @throws IllegalArgumentException if {@code aSecond} is out of range
         */
        public Builder aSecond(int aSecond) {
            if (aSecond < 1 || aSecond > 1000) {
                throw new IllegalArgumentException("questions a second must be from 1 to 1000, but were " + aSecond);
            }
            this.aSecond = aSecond;
            return this;
        }

        /**
         * Sets how long to wait for an answer.
         *
         * @param timeout positive; default 10 s
         * @return this builder
         * @throws IllegalArgumentException if {@code timeout} is not positive
         */
        public Builder timeout(Duration timeout) {
            this.timeout = Attempts.requirePositive(timeout);
            return this;
        }

        /**
         * Sets what dates questions and answers; it must be the clock of the clearing.
         *
         * @param clock the clock; default the system's
         * @return this builder
         */
        public Builder clock(InstantSource clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets how to wait between questions.
         *
         * @param pause the wait; default {@link Thread#sleep(long)}
         * @return this builder
         */
        public Builder pause(Ambient.Pause pause) {
            this.pause = Objects.requireNonNull(pause, "pause");
            return this;
        }

        /**
         * Finishes the description.
         *
         * @return the probe
         */
        public HttpFreshnessProbe build() {
            return new HttpFreshnessProbe(this);
        }
    }
}

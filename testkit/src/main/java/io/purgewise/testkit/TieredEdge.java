package io.purgewise.testkit;

import io.purgewise.cdn.FreshnessProbe;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Plays a CDN of several tiers between readers and an origin: many edges, each behind one of the regional caches, and these behind an
 * Origin Shield if there is one. Every tier is an {@link EdgeCache}, and every cache has a clock of its own.
 *
 * <p>An edge that has no copy asks its regional cache, which asks the shield or the origin. An invalidation reaches each cache at a moment
 * of its own, in any order, so that an edge that was cleared can refill from a cache that was not yet: then it gives the old copy
 * until that is no longer fresh. A response may take its time, and then it is stored when it arrives, whatever was cleared meanwhile.
 *
 * <p>Answers bear {@code age}, {@code x-cache} and {@code x-amz-cf-pop} as CloudFront's do; ages are reckoned as RFC 9111 says, and cut to
 * whole seconds in every tier. What AWS's order and delays really are, it does not say; here a uniform chance decides.
 *
 * <p>As thread-safe as its caches; the moments of invalidations come from one source of chance.
 */
public final class TieredEdge implements PurgedCache {

    /** Answers what no cache can. */
    @FunctionalInterface
    public interface Origin {

        /**
         * Begins to answer.
         *
         * @param request what is asked
         * @return the answer, and how long it takes
         */
        Fetched fetch(EdgeRequest request);
    }

    /**
     * Is what an origin answers.
     *
     * @param response the answer
     * @param takes how long after the question it is there; not negative
     */
    public record Fetched(EdgeResponse response, Duration takes) {

        /** Creates an answer. */
        public Fetched {
            Objects.requireNonNull(response, "response");
            if (Objects.requireNonNull(takes, "takes").isNegative()) {
                throw new IllegalArgumentException("an answer cannot take less than no time, but takes " + takes);
            }
        }
    }

    private final InstantSource clock;
    private final RandomGenerator random;
    private final Origin origin;
    private final @Nullable String cacheTagHeader;
    private final Map<String, Instant> dates = new ConcurrentHashMap<>();
    private final List<EdgeCache> edges = new ArrayList<>();
    private final List<EdgeCache> all = new ArrayList<>();

    private TieredEdge(Builder builder) {
        origin = builder.origin;
        clock = builder.clock;
        random = builder.random;
        cacheTagHeader = builder.cacheTagHeader;
        Origin below = origin;
        if (builder.shield) {
            below = through(add(builder, below));
        }
        List<Origin> regions = new ArrayList<>();
        for (int i = 0; i < builder.regions; i++) {
            regions.add(through(add(builder, below)));
        }
        for (int i = 0; i < builder.edges; i++) {
            edges.add(add(builder, regions.get(i % regions.size())));
        }
    }

    private EdgeCache add(Builder builder, Origin below) {
        long apart = builder.clocksApart.toMillis();
        Duration ahead = apart == 0 ? Duration.ZERO : Duration.ofMillis(random.nextLong(apart + 1) - apart / 2);
        EdgeCache.Builder tier = EdgeCache.tier(below, clock, new CacheAge(ahead, random.nextBoolean(), this::date))
                .queryStringsInKey(builder.queryStringsInKey);
        if (cacheTagHeader != null) {
            tier.cacheTagHeader(cacheTagHeader);
        }
        EdgeCache cache = tier.build();
        all.add(cache);
        return cache;
    }

    /** Reads a Date header; every tier reads the same few. */
    private Instant date(String header) {
        return dates.computeIfAbsent(header, CacheAge::parsed);
    }

    private static Origin through(EdgeCache cache) {
        return request -> {
            EdgeCache.Asked asked = cache.ask(request);
            return new Fetched(asSent(asked.answer()), asked.takes());
        };
    }

    /** Puts the headers on an answer that a cache sends with it. */
    private static EdgeResponse asSent(EdgeAnswer answer) {
        Map<String, String> headers = new LinkedHashMap<>(answer.response().headers());
        headers.put("x-cache", (answer.source() == EdgeAnswer.Source.MISS ? "Miss" : "Hit") + " from cloudfront");
        if (answer.source() != EdgeAnswer.Source.MISS) {
            headers.put("age", Long.toString(answer.age().toSeconds()));
        }
        return new EdgeResponse(
                answer.response().status(), headers, answer.response().body());
    }

    /**
     * Starts a CDN with empty caches.
     *
     * <p>Defaults: 40 edges, 13 regional caches, no shield, clocks up to 2 seconds apart, query strings in the key, no cache tags.
     *
     * @param origin what answers when no cache can
     * @param clock the true time
     * @param random decides how clocks differ and when an invalidation reaches a cache
     * @return a builder
     */
    public static Builder builder(Origin origin, InstantSource clock, RandomGenerator random) {
        return new Builder(
                Objects.requireNonNull(origin, "origin"),
                Objects.requireNonNull(clock, "clock"),
                Objects.requireNonNull(random, "random"));
    }

    /**
     * Asks an edge as a reader does, without headers.
     *
     * @param edge which edge, from 0 on
     * @param url path and query, raw or encoded
     * @return the answer, as if it were there at once
     * @throws IndexOutOfBoundsException if there is no such edge
     */
    public EdgeAnswer get(int edge, String url) {
        return edges.get(edge).get(url);
    }

    /**
     * Returns how many edges there are.
     *
     * @return the number
     */
    public int edges() {
        return edges.size();
    }

    /**
     * Lists the edges whose readers get certain content now.
     *
     * @param url path and query
     * @param content tells whether a body is meant
     * @return the edges, from 0 on; an edge without a copy asks for one, as for any reader
     */
    public Set<Integer> edgesThatGive(String url, Predicate<String> content) {
        Objects.requireNonNull(url, "url");
        Objects.requireNonNull(content, "content");
        Set<Integer> found = new TreeSet<>();
        for (int i = 0; i < edges.size(); i++) {
            if (content.test(get(i, url).body())) {
                found.add(i);
            }
        }
        return found;
    }

    /**
     * Forgets, in each cache at a moment of its own between now and a given one.
     *
     * @param items what to clear, as CreateInvalidation takes it
     * @param effectiveAt when the last cache may forget
     */
    @Override
    public void invalidate(Collection<String> items, Instant effectiveAt) {
        Objects.requireNonNull(items, "items");
        Objects.requireNonNull(effectiveAt, "effectiveAt");
        Instant now = clock.instant();
        long window = Math.max(0, Duration.between(now, effectiveAt).toNanos());
        all.forEach(cache -> cache.invalidate(items, now.plusNanos(window == 0 ? 0 : random.nextLong(window + 1))));
    }

    @Override
    public Optional<String> cacheTagHeader() {
        return Optional.ofNullable(cacheTagHeader);
    }

    /**
     * Makes a probe that asks some edges, and past the caches the origin.
     *
     * @param from the edges, each a point of presence {@code E0}, {@code E1}, ...
     * @return a probe
     */
    public FreshnessProbe probe(int... from) {
        List<Integer> points =
                Arrays.stream(Objects.requireNonNull(from, "from")).boxed().toList();
        points.forEach(edges::get);
        return new FreshnessProbe() {
            @Override
            public List<Answer> ask(List<String> urls) {
                return urls.stream()
                        .flatMap(url -> points.stream().map(edge -> answer(edge, url)))
                        .toList();
            }

            @Override
            public List<Answer> askPastCaches(List<String> urls) {
                return urls.stream()
                        .map(url -> answer(url, origin.fetch(new EdgeRequest(url, Map.of()))))
                        .toList();
            }
        };
    }

    private FreshnessProbe.Answer answer(int edge, String url) {
        EdgeCache.Asked asked = edges.get(edge).ask(new EdgeRequest(url, Map.of()));
        EdgeResponse response = asSent(asked.answer());
        Map<String, String> headers = new LinkedHashMap<>(response.headers());
        headers.put("x-amz-cf-pop", "E" + edge);
        return answer(url, new Fetched(new EdgeResponse(response.status(), headers, response.body()), asked.takes()));
    }

    /** What no cache holds comes as a miss. */
    private FreshnessProbe.Answer answer(String url, Fetched fetched) {
        Map<String, String> headers = new LinkedHashMap<>(Map.of("x-cache", "Miss from cloudfront"));
        headers.putAll(fetched.response().headers());
        Instant askedAt = clock.instant();
        return new FreshnessProbe.Answer(
                url, askedAt, askedAt.plus(fetched.takes()), fetched.response().status(), headers, null);
    }

    /** Collects the settings of a CDN. This class is not thread-safe. */
    public static final class Builder {

        private final Origin origin;
        private final InstantSource clock;
        private final RandomGenerator random;
        private int edges = 40;
        private int regions = 13;
        private boolean shield;
        private Duration clocksApart = Duration.ofSeconds(2);
        private boolean queryStringsInKey = true;
        private @Nullable String cacheTagHeader;

        private Builder(Origin origin, InstantSource clock, RandomGenerator random) {
            this.origin = origin;
            this.clock = clock;
            this.random = random;
        }

        /**
         * Sets how many caches there are.
         *
         * @param edges at least 1; default 40
         * @param regions at least 1; default 13, as CloudFront has
         * @return this builder
         * @throws IllegalArgumentException if there are none
         */
        public Builder caches(int edges, int regions) {
            if (edges < 1 || regions < 1) {
                throw new IllegalArgumentException(
                        "there must be an edge and a regional cache, but were " + edges + " and " + regions);
            }
            this.edges = edges;
            this.regions = regions;
            return this;
        }

        /**
         * Puts an Origin Shield before the origin.
         *
         * @return this builder
         */
        public Builder shield() {
            this.shield = true;
            return this;
        }

        /**
         * Sets how far the caches' clocks differ.
         *
         * @param apart the time between the first and the last of them; default 2 seconds
         * @return this builder
         */
        public Builder clocksApart(Duration apart) {
            this.clocksApart = Objects.requireNonNull(apart, "apart");
            return this;
        }

        /**
         * Sets whether two URLs that differ in their query strings are two objects.
         *
         * @param inKey whether the cache policy holds query strings; default true
         * @return this builder
         */
        public Builder queryStringsInKey(boolean inKey) {
            this.queryStringsInKey = inKey;
            return this;
        }

        /**
         * Sets the response header from which cache tags are read.
         *
         * @param name the header's name; default none, and tags clear nothing
         * @return this builder
         */
        public Builder cacheTagHeader(String name) {
            this.cacheTagHeader = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Builds the CDN.
         *
         * @return a CDN whose caches are empty
         */
        public TieredEdge build() {
            return new TieredEdge(this);
        }
    }
}

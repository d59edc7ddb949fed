package io.purgewise.testkit;

import io.purgewise.testkit.EdgeAnswer.Source;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Plays one CDN cache between readers and an origin: serves, stores and forgets as CloudFront's rules say.
 *
 * <p>The cache key is the path in CloudFront's spelling (raw {@code é} and {@code %C3%A9} are one object here, {@code +} and
 * {@code %20} are two), the query string where the site keys on it, and the chosen request headers. An invalidation clears
 * by exact URL, by prefix ({@code *} at the end and nowhere else) or by cache tag, with all header variants, whatever was
 * stored up to the moment when it takes effect.
 *
 * <p>What a real CDN does differently: there are hundreds of caches, in tiers, as {@link TieredEdge} plays them; objects are evicted for space; errors are kept for some
 * seconds, here not at all; a stale object is refreshed in the background, here before the stale answer returns.
 *
 * <p>This class is thread-safe. Its lock is held while the origin is asked.
 */
public final class EdgeCache implements PurgedCache {

    private final TieredEdge.Origin origin;
    private final InstantSource clock;
    private final @Nullable String cacheTagHeader;
    private final Duration defaultTtl;
    private final CacheAge ages;
    private final EdgeStore store;
    private final ReentrantLock lock = new ReentrantLock();

    private EdgeCache(Builder builder) {
        this.origin = builder.origin;
        this.clock = builder.clock;
        this.cacheTagHeader = builder.cacheTagHeader;
        this.defaultTtl = builder.defaultTtl;
        this.ages = builder.ages;
        this.store = new EdgeStore(builder.queryStringsInKey, builder.keyHeaders, builder.cacheTagHeader);
    }

    /**
     * Starts an empty cache.
     *
     * <p>Defaults: query strings in the key, no headers in the key, no cache tags, 24 hours for a response without
     * {@code Cache-Control}.
     *
     * @param origin what answers when the cache cannot
     * @param clock what objects age by
     * @return a builder
     */
    public static Builder builder(Function<EdgeRequest, EdgeResponse> origin, InstantSource clock) {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(clock, "clock");
        return new Builder(request -> new TieredEdge.Fetched(origin.apply(request), Duration.ZERO), clock);
    }

    /** Starts a tier, whose answers come from the one below it, perhaps after a while. */
    static Builder tier(TieredEdge.Origin below, InstantSource clock, CacheAge ages) {
        Builder builder = new Builder(below, clock);
        builder.ages = ages;
        return builder;
    }

    /**
     * Asks as a reader does, without headers.
     *
     * @param url path and query, raw or encoded
     * @return the answer
     */
    public EdgeAnswer get(String url) {
        return get(new EdgeRequest(url, Map.of()));
    }

    /**
     * Asks as a reader does.
     *
     * @param request URL and headers
     * @return the answer
     */
    public EdgeAnswer get(EdgeRequest request) {
        Objects.requireNonNull(request, "request");
        return ask(request).answer();
    }

    /** An answer, and how long it takes until it is there. */
    record Asked(EdgeAnswer answer, Duration takes) {}

    Asked ask(EdgeRequest request) {
        lock.lock();
        try {
            Instant now = clock.instant();
            store.clearDue(now);
            EdgeStore.Key key = store.key(request);
            EdgeStore.Stored stored = store.find(key);
            if (stored != null) {
                Duration age = stored.age(now);
                if (age.compareTo(stored.control().freshFor()) < 0) {
                    return new Asked(new EdgeAnswer(stored.response(), Source.HIT, age), Duration.ZERO);
                }
                if (age.compareTo(stored.control()
                                .freshFor()
                                .plus(stored.control().staleFor()))
                        < 0) {
                    fetch(key, request, now);
                    return new Asked(new EdgeAnswer(stored.response(), Source.STALE, age), Duration.ZERO);
                }
            }
            TieredEdge.Fetched fetched = fetch(key, request, now);
            return new Asked(
                    new EdgeAnswer(fetched.response(), Source.MISS, CacheAge.sent(fetched.response())),
                    fetched.takes());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells whether any variant of a URL is stored, fresh or not.
     *
     * @param url path and query, raw or encoded
     * @return whether it is there
     */
    public boolean holds(String url) {
        lock.lock();
        try {
            store.clearDue(clock.instant());
            return store.urls().contains(spelled(url));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the URLs of all stored objects.
     *
     * @return the URLs in CloudFront's spelling, sorted
     */
    public Set<String> urls() {
        lock.lock();
        try {
            store.clearDue(clock.instant());
            return store.urls();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Forgets what was stored up to a moment.
     *
     * @param items what to clear, as CreateInvalidation takes it: {@code /p}, {@code /p*}, {@code #tag}
     * @param effectiveAt when it is forgotten
     */
    @Override
    public void invalidate(Collection<String> items, Instant effectiveAt) {
        Objects.requireNonNull(items, "items");
        Objects.requireNonNull(effectiveAt, "effectiveAt");
        lock.lock();
        try {
            store.clearAt(effectiveAt, items);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<String> cacheTagHeader() {
        return Optional.ofNullable(cacheTagHeader);
    }

    /** Returns the clearings that took effect, in their order, and then those that will. */
    List<EdgeStore.Clearing> clearings() {
        lock.lock();
        try {
            store.clearDue(clock.instant());
            return store.clearings();
        } finally {
            lock.unlock();
        }
    }

    Instant now() {
        return clock.instant();
    }

    String spelled(String url) {
        return store.key(new EdgeRequest(url, Map.of())).url();
    }

    private TieredEdge.Fetched fetch(EdgeStore.Key key, EdgeRequest request, Instant now) {
        EdgeStore.Stored coming = store.arriving(key);
        if (coming != null) {
            return new TieredEdge.Fetched(coming.response(), Duration.between(now, coming.at()));
        }
        TieredEdge.Fetched fetched = origin.fetch(request);
        EdgeResponse response = fetched.response();
        CacheControl control = CacheControl.of(response, defaultTtl);
        Instant arrival = now.plus(fetched.takes());
        if (response.status() >= 400 || control.freshFor().isZero()) {
            store.forget(key);
        } else if (fetched.takes().isZero()) {
            store.put(key, response, control, now, ages.onArrival(response, now, fetched.takes()));
        } else {
            store.arrive(key, response, control, arrival, ages.onArrival(response, arrival, fetched.takes()));
        }
        return fetched;
    }

    /** Collects the settings of an edge cache. This class is not thread-safe. */
    public static final class Builder {

        private final TieredEdge.Origin origin;
        private final InstantSource clock;
        private CacheAge ages = CacheAge.EXACT;
        private boolean queryStringsInKey = true;
        private List<String> keyHeaders = List.of();
        private @Nullable String cacheTagHeader;
        private Duration defaultTtl = Duration.ofHours(24);

        private Builder(TieredEdge.Origin origin, InstantSource clock) {
            this.origin = origin;
            this.clock = clock;
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
         * Sets the request headers that tell variants of a URL apart.
         *
         * @param names header names, such as {@code rsc}; default none
         * @return this builder
         */
        public Builder keyHeaders(String... names) {
            Objects.requireNonNull(names, "names");
            this.keyHeaders = Arrays.stream(names)
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .sorted()
                    .toList();
            return this;
        }

        /**
         * Sets the response header from which cache tags are read.
         *
         * @param name the header's name; default none, and tags clear nothing
         * @return this builder
         */
        public Builder cacheTagHeader(String name) {
            Objects.requireNonNull(name, "name");
            this.cacheTagHeader = name.toLowerCase(Locale.ROOT);
            return this;
        }

        /**
         * Sets how long a response without {@code Cache-Control} is kept.
         *
         * @param ttl the time; default 24 hours, CloudFront's own default TTL
         * @return this builder
         */
        public Builder defaultTtl(Duration ttl) {
            Objects.requireNonNull(ttl, "ttl");
            this.defaultTtl = ttl;
            return this;
        }

        /**
         * Builds the cache.
         *
         * @return an empty cache
         */
        public EdgeCache build() {
            return new EdgeCache(this);
        }
    }
}

package io.purgewise.testkit;

import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds an edge's objects under their cache keys, and forgets them as invalidations say. Not thread-safe: the edge locks. */
final class EdgeStore {

    private static final int MAX_TAGS = 50;

    /** The cache key: the URL in CloudFront's spelling, and the values of the chosen headers. */
    record Key(String url, List<String> headers) {}

    /** An object: when it arrived here, and how old it was by then. */
    record Stored(EdgeResponse response, CacheControl control, Instant at, Duration initialAge, Set<String> tags) {

        Duration age(Instant now) {
            return initialAge.plus(Duration.between(at, now));
        }
    }

    /** An object that is on its way from the origin. */
    record Coming(Key key, Stored stored) {}

    /** What is or was forgotten, and when. */
    record Clearing(Instant effectiveAt, List<String> items) {}

    private final boolean queryStringsInKey;
    private final List<String> keyHeaders;
    private final @Nullable String cacheTagHeader;
    private final Map<Key, Stored> objects = new HashMap<>();
    private final PriorityQueue<Clearing> coming = new PriorityQueue<>(Comparator.comparing(Clearing::effectiveAt));
    private final PriorityQueue<Coming> arriving = new PriorityQueue<>(
            Comparator.comparing((Coming each) -> each.stored().at()));
    private final List<Clearing> done = new ArrayList<>();

    EdgeStore(boolean queryStringsInKey, List<String> keyHeaders, @Nullable String cacheTagHeader) {
        this.queryStringsInKey = queryStringsInKey;
        this.keyHeaders = keyHeaders;
        this.cacheTagHeader = cacheTagHeader;
    }

    Key key(EdgeRequest request) {
        String spelled = UrlPattern.encode(request.url());
        int query = spelled.indexOf('?');
        String url = queryStringsInKey || query < 0 ? spelled : spelled.substring(0, query);
        return new Key(
                url,
                keyHeaders.stream()
                        .map(name -> name + ": " + request.headers().getOrDefault(name, ""))
                        .toList());
    }

    @Nullable
    Stored find(Key key) {
        return objects.get(key);
    }

    void put(Key key, EdgeResponse response, CacheControl control, Instant at, Duration initialAge) {
        objects.put(key, new Stored(response, control, at, initialAge, tags(response)));
    }

    /** Stores an object when it has arrived. */
    void arrive(Key key, EdgeResponse response, CacheControl control, Instant at, Duration initialAge) {
        arriving.add(new Coming(key, new Stored(response, control, at, initialAge, tags(response))));
    }

    /** Returns what is on its way under a key: a CDN asks its origin once for all who wait. */
    @Nullable
    Stored arriving(Key key) {
        for (Coming each : arriving) {
            if (each.key().equals(key)) {
                return each.stored();
            }
        }
        return null;
    }

    void forget(Key key) {
        objects.remove(key);
    }

    Set<String> urls() {
        return objects.keySet().stream().map(Key::url).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Reads an object's tags: trimmed, without regard to case, the first 50 (AWS: "Invalidating content by cache tags"). */
    private Set<String> tags(EdgeResponse response) {
        if (cacheTagHeader == null) {
            return Set.of();
        }
        return response.header(cacheTagHeader).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(tag -> tag.strip().toLowerCase(Locale.ROOT))
                .filter(tag -> !tag.isEmpty())
                .limit(MAX_TAGS)
                .collect(Collectors.toSet());
    }

    void clearAt(Instant effectiveAt, Collection<String> items) {
        coming.add(new Clearing(effectiveAt, List.copyOf(items)));
    }

    /** Stores what has arrived, and forgets what was stored up to the moment of each clearing that has come. */
    void clearDue(Instant now) {
        while (!coming.isEmpty() && !coming.peek().effectiveAt().isAfter(now)) {
            Clearing clearing = coming.remove();
            storeArrived(clearing.effectiveAt());
            done.add(clearing);
            ItemMatcher matcher = ItemMatcher.of(clearing.items());
            objects.entrySet().removeIf(each -> {
                Stored stored = each.getValue();
                return !stored.at().isAfter(clearing.effectiveAt())
                        && matcher.matches(each.getKey().url(), stored.tags());
            });
        }
        storeArrived(now);
    }

    private void storeArrived(Instant until) {
        while (!arriving.isEmpty() && !arriving.peek().stored().at().isAfter(until)) {
            Coming arrived = arriving.remove();
            objects.put(arrived.key(), arrived.stored());
        }
    }

    /** Returns the clearings that took effect, in their order, and then those that will. */
    List<Clearing> clearings() {
        List<Clearing> all = new ArrayList<>(done);
        coming.stream().sorted(Comparator.comparing(Clearing::effectiveAt)).forEach(all::add);
        return all;
    }
}

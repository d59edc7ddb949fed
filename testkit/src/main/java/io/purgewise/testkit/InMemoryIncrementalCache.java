package io.purgewise.testkit;

import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.StoredEntry;
import io.purgewise.site.BuildId;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is known of stored pages in memory.
 *
 * <p>Its names are {@code <build>/<key>} for pages and {@code __fetch/<build>/<hash>} for fetches. This class is
 * thread-safe.
 */
public final class InMemoryIncrementalCache implements IncrementalCache {

    private final TreeMap<String, CacheEntry> pages = new TreeMap<>();
    private final TreeMap<String, ListedEntry> listed = new TreeMap<>();
    private final int sliceSize;
    private @Nullable InstantSource clock;

    private InMemoryIncrementalCache(int sliceSize) {
        this.sliceSize = sliceSize;
    }

    /**
     * Creates an empty store that lists 1,000 entries at a time, as S3 does.
     *
     * @return the store
     */
    public static InMemoryIncrementalCache create() {
        return new InMemoryIncrementalCache(1000);
    }

    /**
     * Creates an empty store that lists few entries at a time, to show that callers go on.
     *
     * @param sliceSize how many at most; positive
     * @return the store
     */
    public static InMemoryIncrementalCache withSlicesOf(int sliceSize) {
        if (sliceSize < 1) {
            throw new IllegalArgumentException("slice size must be positive, but was " + sliceSize);
        }
        return new InMemoryIncrementalCache(sliceSize);
    }

    /**
     * Gives the store a clock of its own, which may differ from that of the code under test.
     *
     * @param clock the clock that {@link #time} tells; default: none, and the store does not tell its time
     * @return this store
     */
    public synchronized InMemoryIncrementalCache telling(InstantSource clock) {
        Objects.requireNonNull(clock, "clock");
        this.clock = clock;
        return this;
    }

    /**
     * Puts a page in, over what stands.
     *
     * @param build the cache build ID
     * @param entry the page's entry
     * @return this store
     */
    public synchronized InMemoryIncrementalCache put(BuildId build, CacheEntry entry) {
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(entry, "entry");
        String name = name(build, entry.key());
        pages.put(name, entry);
        listed.put(name, new ListedEntry(StoredEntry.of(entry.key()), name, entry.lastModified(), entry.eTag(), 1));
        return this;
    }

    /**
     * Puts a fetch in, over what stands.
     *
     * @param build the cache build ID
     * @param fetch the fetch as listings show it; its name is chosen here
     * @return this store
     */
    public synchronized InMemoryIncrementalCache put(BuildId build, ListedEntry fetch) {
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(fetch, "fetch");
        if (!(fetch.entry() instanceof StoredEntry.FetchEntry entry)) {
            throw new IllegalArgumentException("only fetches are put in like this, but was " + fetch.entry());
        }
        String name = "__fetch/" + build + "/" + entry.hash();
        listed.put(name, new ListedEntry(entry, name, fetch.lastModified(), fetch.eTag(), fetch.size()));
        return this;
    }

    @Override
    public synchronized Optional<CacheEntry> read(BuildId build, CacheKey key) {
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(key, "key");
        return Optional.ofNullable(pages.get(name(build, key)));
    }

    @Override
    public synchronized List<CacheKey> find(BuildId build, String pathname) {
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(pathname, "pathname");
        CacheKey.normalizePagePath(pathname);
        return pages.entrySet().stream()
                .filter(page -> page.getKey().startsWith(build + "/"))
                .map(page -> page.getValue().key())
                .filter(key -> key.pathname().equals(pathname))
                .toList();
    }

    @Override
    public synchronized Slice list(BuildId build, @Nullable String after) {
        Objects.requireNonNull(build, "build");
        List<ListedEntry> found = new ArrayList<>();
        String last = after == null ? "" : after;
        for (String folder : List.of(build + "/", "__fetch/" + build + "/")) {
            for (Map.Entry<String, ListedEntry> entry : listed.tailMap(folder).entrySet()) {
                // Pages come first, so a listing that stands among the fetches has all pages behind it.
                boolean behind = last.startsWith("__fetch/") != folder.startsWith("__fetch/")
                        ? last.startsWith("__fetch/")
                        : entry.getKey().compareTo(last) <= 0;
                if (!entry.getKey().startsWith(folder)) {
                    break;
                }
                if (behind) {
                    continue;
                }
                if (found.size() == sliceSize) {
                    return new Slice(found, found.get(sliceSize - 1).name());
                }
                found.add(entry.getValue());
            }
        }
        return new Slice(found, null);
    }

    @Override
    public synchronized void delete(BuildId build, CacheKey key) {
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(key, "key");
        pages.remove(name(build, key));
        listed.remove(name(build, key));
    }

    @Override
    public synchronized Optional<Instant> time() {
        return Optional.ofNullable(clock).map(source -> source.instant().truncatedTo(ChronoUnit.SECONDS));
    }

    private static String name(BuildId build, CacheKey key) {
        return build + "/" + key;
    }
}

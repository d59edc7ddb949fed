package io.purgewise.testkit;

import io.purgewise.cache.CacheAccessException;
import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.site.BuildId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Puts faults in front of the store of pages: calls that fail, and deletions that are carried out although no answer came.
 *
 * <p>Without a fault set it passes everything on. Chances come from the seed. This class is thread-safe; faults may be set at
 * any time.
 */
public final class FlakyIncrementalCache implements IncrementalCache {

    private final IncrementalCache store;
    private final Dice dice;
    private final AtomicInteger nextCalls = new AtomicInteger();
    private volatile int failPercent;
    private volatile int lostPercent;

    private FlakyIncrementalCache(IncrementalCache store, Dice dice) {
        this.store = store;
        this.dice = dice;
    }

    /**
     * Puts faults in front of a store, none at first.
     *
     * @param store the store
     * @param seed what chances come from
     * @return the store with faults
     */
    public static FlakyIncrementalCache of(IncrementalCache store, long seed) {
        Objects.requireNonNull(store, "store");
        return new FlakyIncrementalCache(store, new Dice(seed));
    }

    /**
     * Lets some of the calls fail from now on, before anything is done.
     *
     * @param percent how many of a hundred; 0 for none
     * @return this store
     * @throws IllegalArgumentException if {@code percent} is not from 0 to 100
     */
    public FlakyIncrementalCache fail(int percent) {
        failPercent = Dice.percent(percent);
        return this;
    }

    /**
     * Loses the answer of some of the calls from now on, after they were carried out.
     *
     * @param percent how many of a hundred; 0 for none
     * @return this store
     * @throws IllegalArgumentException if {@code percent} is not from 0 to 100
     */
    public FlakyIncrementalCache loseAnswers(int percent) {
        lostPercent = Dice.percent(percent);
        return this;
    }

    /**
     * Lets the next calls fail, whatever the chances are.
     *
     * @param calls how many
     */
    public void failNext(int calls) {
        nextCalls.set(calls);
    }

    @Override
    public Optional<CacheEntry> read(BuildId build, CacheKey key) {
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(key, "key");
        before("reading " + key);
        Optional<CacheEntry> entry = store.read(build, key);
        after("reading " + key);
        return entry;
    }

    @Override
    public List<CacheKey> find(BuildId build, String pathname) {
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(pathname, "pathname");
        before("finding " + pathname);
        List<CacheKey> keys = store.find(build, pathname);
        after("finding " + pathname);
        return keys;
    }

    @Override
    public Slice list(BuildId build, @Nullable String after) {
        Objects.requireNonNull(build, "build");
        before("listing build " + build);
        Slice slice = store.list(build, after);
        after("listing build " + build);
        return slice;
    }

    @Override
    public void delete(BuildId build, CacheKey key) {
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(key, "key");
        before("deleting " + key);
        store.delete(build, key);
        after("deleting " + key);
    }

    @Override
    public Optional<Instant> time() {
        before("reading the clock");
        return store.time();
    }

    private void before(String what) {
        if (dice.hits(failPercent) || nextCalls.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
            throw fault(what, "failed");
        }
    }

    private void after(String what) {
        if (dice.hits(lostPercent)) {
            throw fault(what, "got no answer and may have been done");
        }
    }

    private static CacheAccessException fault(String what, String how) {
        return new CacheAccessException(
                what + " " + how + ", as the test wants it; try again",
                "incremental cache",
                null,
                new IllegalStateException("injected fault"));
    }
}

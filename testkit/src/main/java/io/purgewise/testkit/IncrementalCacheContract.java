package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.IncrementalCache.Slice;
import io.purgewise.cache.StoredEntry.FetchEntry;
import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.site.BuildId;
import io.purgewise.site.Router;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Says what every {@link IncrementalCache} must do. Extend it and give it an empty cache that lists at most three entries at
 * a time.
 */
public abstract class IncrementalCacheContract {

    /** The build whose entries are looked at. */
    protected static final BuildId BUILD = BuildId.of("B");

    private static final BuildId OTHER_BUILD = BuildId.of("B2");
    private static final String HASH = "0f".repeat(32);

    /** Creates the contract. */
    protected IncrementalCacheContract() {}

    /**
     * Returns the cache under test.
     *
     * @return the same cache during one test, empty at its start
     */
    protected abstract IncrementalCache cache();

    /**
     * Stores a page of the App Router that is rendered anew every hour.
     *
     * @param build its build
     * @param key its key
     * @param tags its tags
     */
    protected abstract void putPage(BuildId build, CacheKey key, List<String> tags);

    /**
     * Stores a fetch.
     *
     * @param build its build
     * @param hash its hash
     */
    protected abstract void putFetch(BuildId build, String hash);

    @Test
    void aStoredPageIsReadWithItsTags() {
        CacheKey key = CacheKey.plain("/a/with space+ü%2F");
        putPage(BUILD, key, List.of("_N_T_/layout", "products"));
        assertThat(cache().read(BUILD, key)).hasValueSatisfying(entry -> {
            assertThat(entry.key()).isEqualTo(key);
            assertThat(entry.kind()).isEqualTo(CacheEntry.Kind.APP);
            assertThat(entry.tags()).containsExactly("_N_T_/layout", "products");
            assertThat(entry.eTag()).isNotEmpty();
            assertThat(entry.lastModified()).isNotNull();
        });
    }

    @Test
    void manyPagesAreReadLikeEach() {
        List<CacheKey> keys = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            CacheKey key = CacheKey.plain("/p/" + i);
            keys.add(key);
            putPage(BUILD, key, List.of("t" + i));
        }
        keys.add(CacheKey.plain("/missing"));
        IncrementalCache.Entries entries = cache().readAll(BUILD, keys);
        assertThat(entries.corrupt()).isEmpty();
        assertThat(entries.found()).hasSize(20);
        entries.found()
                .forEach((key, entry) ->
                        assertThat(cache().read(BUILD, key)).as(key.value()).contains(entry));
    }

    @Test
    void aMissingPageIsEmpty() {
        putPage(OTHER_BUILD, CacheKey.plain("/a"), List.of());
        assertThat(cache().read(BUILD, CacheKey.plain("/a"))).isEmpty();
    }

    @Test
    void aPageIsFoundUnderBothFormsOfItsKey() {
        CacheKey plain = CacheKey.plain("/products/1");
        CacheKey scoped = CacheKey.routeScoped(Router.APP_PAGE, "/products/[id]/page", "/products/1");
        putPage(BUILD, plain, List.of());
        putPage(BUILD, scoped, List.of());
        putPage(BUILD, CacheKey.plain("/products/10"), List.of());
        putPage(BUILD, CacheKey.routeScoped(Router.APP_PAGE, "/products/[id]/page", "/products/10"), List.of());
        putPage(OTHER_BUILD, plain, List.of());
        assertThat(cache().find(BUILD, "/products/1")).containsExactlyInAnyOrder(plain, scoped);
        assertThat(cache().find(BUILD, "/products")).isEmpty();
        assertThatThrownBy(() -> cache().find(BUILD, "/a/../b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBuildIsListedSliceBySliceWithItsPagesFirst() {
        List<CacheKey> keys = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            CacheKey key = CacheKey.plain("/p/" + i);
            keys.add(key);
            putPage(BUILD, key, List.of("t"));
        }
        putPage(OTHER_BUILD, CacheKey.plain("/x"), List.of());
        putFetch(BUILD, HASH);
        putFetch(OTHER_BUILD, "1e".repeat(32));
        List<ListedEntry> listed = new ArrayList<>();
        @Nullable String next = null;
        do {
            Slice slice = cache().list(BUILD, next);
            assertThat(slice.entries()).hasSizeLessThanOrEqualTo(3);
            listed.addAll(slice.entries());
            next = slice.next();
        } while (next != null);
        assertThat(listed).hasSize(8);
        for (int i = 0; i < 7; i++) {
            assertThat(listed.get(i).entry()).isEqualTo(new PageEntry(keys.get(i)));
        }
        assertThat(listed.get(7).entry()).isEqualTo(new FetchEntry(HASH));
    }

    @Test
    void aBuildIsHeldAsLongAsAnythingOfItIsStored() {
        CacheKey key = CacheKey.plain("/a");
        putPage(OTHER_BUILD, key, List.of());
        assertThat(cache().holds(BUILD)).isFalse();
        putFetch(BUILD, HASH);
        assertThat(cache().holds(BUILD)).isTrue();
        cache().delete(OTHER_BUILD, key);
        assertThat(cache().holds(OTHER_BUILD)).isFalse();
        putPage(OTHER_BUILD, CacheKey.routeScoped(Router.PAGES, "/a", "/a"), List.of());
        assertThat(cache().holds(OTHER_BUILD)).isTrue();
    }

    @Test
    void anEmptyBuildListsNothing() {
        @Nullable String next = null;
        do {
            Slice slice = cache().list(BUILD, next);
            assertThat(slice.entries()).isEmpty();
            next = slice.next();
        } while (next != null);
    }

    @Test
    void aDeletedPageIsGoneAndAMissingOneIsNoError() {
        CacheKey key = CacheKey.plain("/a");
        putPage(BUILD, key, List.of());
        putPage(BUILD, CacheKey.plain("/a/b"), List.of());
        cache().delete(BUILD, key);
        cache().delete(BUILD, key);
        assertThat(cache().read(BUILD, key)).isEmpty();
        assertThat(cache().read(BUILD, CacheKey.plain("/a/b"))).isPresent();
    }
}

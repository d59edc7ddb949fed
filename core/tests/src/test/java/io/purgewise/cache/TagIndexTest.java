package io.purgewise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.StoredEntry.FetchEntry;
import io.purgewise.site.BuildId;
import io.purgewise.testkit.InMemoryIncrementalCache;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TagIndexTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final Instant T = Instant.parse("2026-11-23T10:00:00Z");
    private static final CacheTag TAG = CacheTag.of("t");

    private final InMemoryIncrementalCache cache = InMemoryIncrementalCache.withSlicesOf(4);

    @Test
    void aBuildIsReadStepByStepAndProgressIsReported() {
        store(10);
        List<TagIndex.Step> steps = new ArrayList<>();
        TagIndex partly = TagIndex.empty(BUILD).refreshed(cache, 2, steps::add);
        assertThat(partly.complete()).isFalse();
        assertThat(partly.pagesOf(TAG)).hasSize(8);
        TagIndex whole = partly.refreshed(cache, 10, steps::add);
        assertThat(whole.complete()).isTrue();
        assertThat(whole.pagesOf(TAG)).hasSize(10);
        assertThat(steps).extracting(TagIndex.Step::read).containsExactly(4, 4, 2);
    }

    @Test
    void aRefreshReadsOnlyWhatChangedAndForgetsWhatIsGone() {
        store(10);
        TagIndex whole = TagIndex.empty(BUILD).refreshed(cache, 10, step -> {});
        put(3, "\"new\"", "u");
        put(11, "\"e\"", "t");
        cache.delete(BUILD, key(5));
        List<TagIndex.Step> steps = new ArrayList<>();
        TagIndex refreshed = whole.refreshed(cache, 10, steps::add);
        assertThat(steps.stream().mapToInt(TagIndex.Step::read).sum()).isEqualTo(2);
        assertThat(refreshed.pagesOf(TAG))
                .hasSize(9)
                .doesNotContain(key(3), key(5))
                .contains(key(11));
        assertThat(refreshed.pagesOf(CacheTag.of("u"))).containsExactly(key(3));
    }

    @Test
    void theStateOutlivesTheProcess() {
        store(10);
        TagIndex whole = TagIndex.empty(BUILD).refreshed(cache, 10, step -> {});
        List<TagIndex.Step> steps = new ArrayList<>();
        TagIndex later = TagIndex.of(BUILD, whole.state()).refreshed(cache, 10, steps::add);
        assertThat(later.pagesOf(TAG)).isEqualTo(whole.pagesOf(TAG));
        assertThat(steps.stream().mapToInt(TagIndex.Step::read).sum()).isZero();
    }

    private void store(int pages) {
        for (int i = 0; i < pages; i++) {
            put(i, "\"e\"", "t");
        }
        cache.put(BUILD, new ListedEntry(new FetchEntry("0f".repeat(32)), "", T, "\"f\"", 1));
    }

    private void put(int page, String eTag, String tag) {
        cache.put(BUILD, new CacheEntry(key(page), CacheEntry.Kind.APP, List.of(tag), null, 200, null, false, T, eTag));
    }

    private static CacheKey key(int page) {
        return CacheKey.plain(String.format("/p/%02d", page));
    }
}

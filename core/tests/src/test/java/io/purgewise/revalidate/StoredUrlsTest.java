package io.purgewise.revalidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.purgewise.cache.BuildIds;
import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cdn.Pricing;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.BuildId;
import io.purgewise.site.Router;
import io.purgewise.site.UrlPattern;
import io.purgewise.testkit.ManualClock;
import io.purgewise.testkit.SiteInMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Shows that pages which a call finds by itself make its plan a cheap one. */
class StoredUrlsTest {

    /** 600 paths for $3.00, unless the URLs were listed by hand. */
    @Test
    void aLayoutOfManyPagesBecomesAnItemOrTwo() throws InterruptedException {
        SiteInMemory site = site();
        Receipt receipt = site.revalidatorBuilder(clearing -> clearing.pricing(new Pricing.PayAsYouGo(5_000, 0)))
                .build()
                .revalidate(Change.tag("products"))
                .orThrow();
        assertThat(receipt.plan().orElseThrow().items()).hasSizeLessThanOrEqualTo(2);
        assertThat(receipt.plan().orElseThrow().cost().money()).isLessThanOrEqualTo(10_000);
        assertThat(receipt.plan().orElseThrow().cost().collateral()).isZero();
        assertThat(receipt.submissions().get(0).planned().reasons())
                .anySatisfy(reason -> assertThat(reason).contains("no known URLs were given"));
        site.clock().advance(Duration.ofMinutes(1));
        for (int page = 1; page <= 300; page += 50) {
            assertThat(site.read("/products/" + page)).isEqualTo("/products/" + page + " version 2");
        }
    }

    @Test
    void fewPathsAreClearedWithoutALookForOthers() throws InterruptedException {
        Receipt receipt = site().revalidate(Change.path("/products/7"));
        assertThat(receipt.submissions().get(0).planned().reasons()).isEmpty();
        assertThat(receipt.plan().orElseThrow().items())
                .containsExactlyInAnyOrder(UrlPattern.parse("/products/7"), UrlPattern.parse("/products/7?*"));
    }

    /** Half a list would make a wildcard over the other half look free. */
    @Test
    void aSiteTooLargeToBeListedStaysUnknown() {
        SiteInMemory site = site();
        IncrementalCache endless = new Endless();
        StoredUrls stored =
                new StoredUrls(site.site(), endless, BuildIds.fixed(site.site().cacheBuildId()), site.clock());
        assertThat(stored.get().isUnknown()).isTrue();
    }

    /** A machine whose clock was an hour ahead kept the list of that hour. */
    @Test
    void aClockThatIsSetBackDoesNotKeepAnOldList() {
        SiteInMemory site = site();
        ManualClock clock = ManualClock.startingAt(site.clock().instant().plus(Duration.ofHours(1)));
        AtomicInteger lists = new AtomicInteger();
        IncrementalCache counting = new Endless() {
            @Override
            public Slice list(BuildId build, @Nullable String after) {
                lists.incrementAndGet();
                return new Slice(super.list(build, after).entries(), null);
            }
        };
        StoredUrls stored =
                new StoredUrls(site.site(), counting, BuildIds.fixed(site.site().cacheBuildId()), clock);
        stored.get();
        clock.advance(Duration.ofMinutes(9));
        stored.get();
        assertThat(lists).hasValue(1);

        clock.setBack(Duration.ofHours(1));

        assertThat(stored.get().size()).isEqualTo(1_000);
        assertThat(lists).hasValue(2);
    }

    @Test
    void knownUrlsThatWereGivenGoFirst() throws InterruptedException {
        SiteInMemory site = site();
        UrlIndex given = UrlIndex.of(List.of("/products/1", "/productsale"));
        Receipt receipt = site.revalidatorBuilder(clearing -> clearing.knownUrls(() -> given))
                .build()
                .revalidate(Change.tag("products"))
                .orThrow();
        assertThat(receipt.submissions().get(0).planned().reasons())
                .noneSatisfy(reason -> assertThat(reason).contains("no known URLs were given"));
    }

    private static SiteInMemory site() {
        SiteInMemory.Builder builder = SiteInMemory.builder().page(Router.APP_PAGE, "/about");
        for (int page = 1; page <= 300; page++) {
            builder.page(Router.APP_PAGE, "/products/" + page, "products");
        }
        SiteInMemory site = builder.build();
        for (int page = 1; page <= 300; page++) {
            site.read("/products/" + page);
            site.edit("/products/" + page);
        }
        return site;
    }

    /** Lists a thousand pages, for ever. */
    private static class Endless implements IncrementalCache {

        @Override
        public Optional<CacheEntry> read(BuildId build, CacheKey key) {
            return Optional.empty();
        }

        @Override
        public List<CacheKey> find(BuildId build, String pathname) {
            return List.of();
        }

        @Override
        public Slice list(BuildId build, @Nullable String after) {
            int from = after == null ? 0 : Integer.parseInt(after);
            return new Slice(
                    IntStream.range(from, from + 1_000)
                            .mapToObj(page -> new ListedEntry(
                                    new StoredEntry.PageEntry(CacheKey.plain("/p" + page)),
                                    "p" + page,
                                    Instant.EPOCH,
                                    "e",
                                    1))
                            .toList(),
                    String.valueOf(from + 1_000));
        }

        @Override
        public void delete(BuildId build, CacheKey key) {
            throw new UnsupportedOperationException();
        }
    }
}

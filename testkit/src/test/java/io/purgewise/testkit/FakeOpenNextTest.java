package io.purgewise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.PageRenderer.Rendering;
import io.purgewise.cache.TableKey;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds the fake server to what OpenNext's servers do with pages and rows (OpenNext 2.2.0 to 4.1.12, {@code dynamodb}). */
class FakeOpenNextTest {

    private static final BuildId BUILD = BuildId.of("B");
    private static final Page ABOUT = Page.of(Router.APP_PAGE, "/about");
    private static final Page LEGACY = Page.of(Router.PAGES, "/legacy/a b");
    private static final CacheKey ABOUT_KEY = CacheKey.plain("/about");

    private final ManualClock clock = ManualClock.startingAt(Instant.parse("2026-11-23T09:00:00.400Z"));
    private final Site site = Site.builder(BUILD).build();
    private final InMemoryTagCache table = InMemoryTagCache.create();

    @Test
    void aPageShowsTheVersionItWasRenderedWithUntilItsRowIsMarked() {
        FakeOpenNext server = server(TagCacheMode.ORIGINAL);
        server.add(ABOUT, ABOUT_KEY, List.of());
        assertThat(server.edit(ABOUT)).isEqualTo(2);
        assertThat(body(server, "/about")).isEqualTo("/about version 1");
        clock.advance(Duration.ofSeconds(1));
        expire("_N_T_/about", "about");
        assertThat(body(server, "/about")).isEqualTo("/about version 2");
    }

    @Test
    void aRenderedPageIsAHitOnceItsSecondIsOver() {
        FakeOpenNext server = server(TagCacheMode.ORIGINAL);
        server.add(ABOUT, ABOUT_KEY, List.of());
        clock.advance(Duration.ofSeconds(1));
        expire("_N_T_/about", "about");
        assertThat(state(server, "/about")).isEqualTo("MISS");
        // Dated 09:00:01.000 by S3, so still older than the mark of 09:00:01.400 (OpenNext B17).
        assertThat(state(server, "/about")).isEqualTo("MISS");
        clock.advance(Duration.ofSeconds(1));
        assertThat(state(server, "/about")).isEqualTo("MISS");
        assertThat(state(server, "/about")).isEqualTo("HIT");
    }

    /** OpenNext asks for rows with {@code revalidatedAt > lastModified}, so one of the same millisecond does not count. */
    @Test
    void aMarkInTheVeryMillisecondOfTheRenderingIsMissed() {
        clock.advance(Duration.ofMillis(600));
        FakeOpenNext server = server(TagCacheMode.ORIGINAL);
        server.add(ABOUT, ABOUT_KEY, List.of());
        expire("_N_T_/about", "about");
        assertThat(state(server, "/about")).isEqualTo("HIT");
        clock.advance(Duration.ofMillis(1));
        expire("_N_T_/about", "about");
        assertThat(state(server, "/about")).isEqualTo("MISS");
    }

    @Test
    void aRegisteredRowExpiresNothing() {
        FakeOpenNext server = server(TagCacheMode.ORIGINAL);
        server.add(ABOUT, ABOUT_KEY, List.of());
        table.seed(List.of(TagRow.registered("B/t", TableKey.ofPath(BUILD, "about"))));
        assertThat(state(server, "/about")).isEqualTo("HIT");
    }

    @Test
    void inOriginalModeRowsOfOtherKeysAndBuildsExpireNothing() {
        FakeOpenNext server = server(TagCacheMode.ORIGINAL);
        server.add(ABOUT, ABOUT_KEY, List.of("products"));
        clock.advance(Duration.ofMinutes(1));
        table.write(List.of(
                TagRow.expire("B/products", "B/other", clock.instant()),
                TagRow.expire("OLD/products", "OLD/about", clock.instant()),
                TagRow.expire("B/_tag/products", "B/_tag/products", clock.instant())));
        assertThat(state(server, "/about")).isEqualTo("HIT");
    }

    @Test
    void inNextModeOnlyTheTagsOfThePageCount() {
        FakeOpenNext server = server(TagCacheMode.NEXT_MODE);
        server.add(ABOUT, ABOUT_KEY, List.of("products"));
        clock.advance(Duration.ofMinutes(1));
        expire("products", "about");
        assertThat(state(server, "/about")).isEqualTo("HIT");
        table.write(List.of(TagRow.expire("B/_tag/products", "B/_tag/products", clock.instant())));
        assertThat(state(server, "/about")).isEqualTo("MISS");
    }

    @Test
    void aPageIsServedAtAllItsUrlsWithAnyQuery() {
        FakeOpenNext server = server(TagCacheMode.ORIGINAL);
        server.add(LEGACY, CacheKey.plain("/legacy/a b"), List.of());
        assertThat(server.urlsOf(LEGACY)).contains("/legacy/a%20b", "/_next/data/B/legacy/a%20b.json");
        for (String url : server.urlsOf(LEGACY)) {
            assertThat(body(server, url)).as(url).isEqualTo("/legacy/a b version 1");
            assertThat(body(server, url + "?q=1")).as(url).isEqualTo("/legacy/a b version 1");
        }
        assertThat(body(server, "/legacy/a b")).isEqualTo("/legacy/a b version 1");
    }

    @Test
    void aUrlThatCloudFrontCannotNameIsServedAsWell() {
        FakeOpenNext server = server(TagCacheMode.ORIGINAL);
        Page home = Page.of(Router.APP_PAGE, "/~me");
        server.add(home, CacheKey.plain("/~me"), List.of());
        assertThat(body(server, "/~me")).isEqualTo("/~me version 1");
    }

    @Test
    void whatIsMissingIsNotFoundAndKeptByNoCache() {
        FakeOpenNext server = server(TagCacheMode.ORIGINAL);
        EdgeResponse answer = server.answer(new EdgeRequest("/nowhere", Map.of()));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("cache-control")).contains("no-store");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.edit(ABOUT))
                .withMessageContaining("/about");
    }

    @Test
    void aPageIsCacheableAtTheCdn() {
        FakeOpenNext server = server(TagCacheMode.ORIGINAL);
        server.add(ABOUT, ABOUT_KEY, List.of());
        assertThat(server.answer(new EdgeRequest("/about", Map.of())).header("cache-control"))
                .hasValueSatisfying(control -> assertThat(control).contains("s-maxage"));
    }

    @Test
    void onDemandRenderingNeedsNoMarkAndReportsMissingPages() {
        FakeOpenNext server = server(TagCacheMode.ORIGINAL);
        server.add(ABOUT, ABOUT_KEY, List.of());
        server.edit(ABOUT);
        assertThat(server.render(List.of(ABOUT, LEGACY)))
                .extracting(Rendering::outcome)
                .containsExactly(Rendering.Outcome.RENDERED, Rendering.Outcome.FAILED);
        assertThat(body(server, "/about")).isEqualTo("/about version 2");
    }

    private FakeOpenNext server(TagCacheMode mode) {
        return FakeOpenNext.of(site, table, mode, clock);
    }

    private void expire(String tag, String key) {
        table.write(List.of(TagRow.expire("B/" + tag, "B/" + key, clock.instant())));
    }

    private static String body(FakeOpenNext server, String url) {
        return server.answer(new EdgeRequest(url, Map.of())).body();
    }

    private static String state(FakeOpenNext server, String url) {
        return server.answer(new EdgeRequest(url, Map.of()))
                .header("x-nextjs-cache")
                .orElseThrow();
    }
}

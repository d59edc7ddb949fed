package io.purgewise.aws;

import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.PageRenderer;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.TableKey;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.testkit.EdgeCache;
import io.purgewise.testkit.EdgeRequest;
import io.purgewise.testkit.EdgeResponse;
import io.purgewise.testkit.InMemoryIncrementalCache;
import io.purgewise.testkit.InMemoryTagCache;
import io.purgewise.testkit.ManualClock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A site of a few pages that OpenNext runs, with its stored pages, its tag table, its deploys and the edges before it. Each page has a
 * version, which a change raises; a stored page is rendered anew when its table's rows say so. Used by one thread at a time.
 */
final class SimulatedSite implements PageRenderer {

    static final int PAGES = 6;

    /** One URL for each page, so that a bill shows what was paid twice. */
    static final Site SITE =
            Site.builder(BuildId.of("B1")).queryStringsInCacheKey(false).build();

    private static final Map<String, String> FOR_A_YEAR = Map.of("cache-control", "s-maxage=31536000");

    /** A page that is stored: which version it shows, and when it was stored, in whole seconds as on S3. */
    private record Stored(int version, Instant lastModified) {}

    final InMemoryTagCache table = InMemoryTagCache.create();
    final InMemoryIncrementalCache store = InMemoryIncrementalCache.create();
    private final ManualClock clock;
    private final int[] versions = new int[PAGES];
    private final Stored[] stored = new Stored[PAGES];
    private final List<EdgeCache> edges = new ArrayList<>();
    private int builds;
    private BuildId build = BuildId.of("B1");

    SimulatedSite(ManualClock clock) {
        this.clock = clock;
        store.telling(clock);
        deploy();
    }

    EdgeCache addEdge() {
        EdgeCache edge = EdgeCache.builder(this::answer, clock).build();
        edges.add(edge);
        return edge;
    }

    BuildId build() {
        return build;
    }

    static String path(int page) {
        return "/p" + page;
    }

    /** Tag {@code t0} is on the first three pages, {@code t1} on the next two. */
    static List<Integer> pagesOfTag(int tag) {
        return tag == 0 ? List.of(0, 1, 2) : List.of(3, 4);
    }

    static Page page(int number) {
        return Page.of(Router.APP_PAGE, path(number));
    }

    private static CacheKey key(int page) {
        return CacheKey.plain(path(page));
    }

    /** Goes live with a new build, all of whose pages are rendered now. */
    void deploy() {
        build = BuildId.of("B" + ++builds);
        Instant now = now();
        for (int page = 0; page < PAGES; page++) {
            Set<String> tags = new LinkedHashSet<>(PathTags.implicit(path(page) + "/page", path(page)));
            if (page < 5) {
                tags.add("t" + (page < 3 ? 0 : 1));
            }
            CacheKey key = key(page);
            List<TagRow> rows = new ArrayList<>();
            for (String tag : tags) {
                rows.add(TagRow.registered(
                        TagCacheMode.ORIGINAL.tagKey(build, tag), TableKey.ofPath(build, key.value())));
            }
            table.seed(rows);
            store.put(
                    build,
                    new CacheEntry(
                            key,
                            CacheEntry.Kind.APP,
                            List.copyOf(tags),
                            null,
                            200,
                            null,
                            false,
                            now,
                            "\"" + key + "\""));
            stored[page] = new Stored(versions[page], now);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** Changes what a page is made of, while readers at every edge hold it as it was. */
    int edit(int page) {
        edges.forEach(edge -> edge.get(path(page)));
        return ++versions[page];
    }

    /** A reader asks for a page at an edge, whichever. */
    void read(int number) {
        edges.get(Math.floorMod(number, edges.size())).get(path(Math.floorMod(number / 7, PAGES)));
    }

    /** Returns the oldest version of a page that a reader gets at any edge. */
    int versionForReaders(int page) {
        int oldest = Integer.MAX_VALUE;
        for (EdgeCache edge : edges) {
            oldest = Math.min(oldest, Integer.parseInt(edge.get(path(page)).body()));
        }
        return oldest;
    }

    private EdgeResponse answer(EdgeRequest request) {
        int page = Integer.parseInt(request.url().substring(2));
        Stored now = stored[page];
        boolean outdated = table.rowsOfPath(TableKey.ofPath(build, key(page).value())).stream()
                .anyMatch(row -> row.revalidatedAt().isAfter(now.lastModified()));
        if (outdated) {
            render(page);
        }
        return new EdgeResponse(200, FOR_A_YEAR, Integer.toString(stored[page].version()));
    }

    private void render(int page) {
        stored[page] = new Stored(versions[page], now());
    }

    @Override
    public List<Rendering> render(Collection<Page> pages) {
        List<Rendering> renderings = new ArrayList<>();
        for (Page page : pages) {
            render(Integer.parseInt(page.path().substring(2)));
            renderings.add(new Rendering(page, page.path(), Rendering.Outcome.RENDERED, "200"));
        }
        return renderings;
    }
}

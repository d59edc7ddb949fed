package io.purgewise.testkit;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.PageRenderer;
import io.purgewise.cache.PageRenderer.Rendering;
import io.purgewise.cache.TableKey;
import io.purgewise.cache.TagCache;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.site.CdnTag;
import io.purgewise.site.Page;
import io.purgewise.site.PageTags;
import io.purgewise.site.Site;
import io.purgewise.site.UrlPattern;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Plays the server of a Next.js site that OpenNext runs: keeps rendered pages and judges them by the rows of a tag table.
 *
 * <p>Every page has a content version, which a test raises with {@link #edit}; a page's answer shows the version that it was
 * rendered with. A page is rendered anew when a row of its key was marked after it was stored, as OpenNext's tag cache
 * {@code dynamodb} (2.2.0 to 4.1.12) judges it, or one of its tags in next mode. Pages are dated in whole seconds as on S3,
 * so a page rendered within the second of its mark is rendered once more.
 *
 * <p>What a real server does differently: it keeps fetched data in entries of their own, which must be marked too, and it
 * renders pages anew when their time is over.
 *
 * <p>This class is thread-safe. Its lock is held while the tag table is read.
 */
public final class FakeOpenNext implements PageRenderer {

    private static final Map<String, String> CACHEABLE =
            Map.of("cache-control", "s-maxage=3600, stale-while-revalidate=2592000");

    private static final class Stored {

        private final Page page;
        private final CacheKey key;
        private final List<String> tags;
        private Instant lastModified = Instant.EPOCH;
        private int content = 1;
        private int rendered = 1;

        Stored(Page page, CacheKey key, List<String> tags) {
            this.page = page;
            this.key = key;
            this.tags = List.copyOf(tags);
        }
    }

    private final Site site;
    private final TagCache table;
    private final TagCacheMode mode;
    private final InstantSource clock;
    private final Map<String, Stored> byUrl = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable String cacheTagHeader;
    private volatile boolean pageTags;

    private FakeOpenNext(Site site, TagCache table, TagCacheMode mode, InstantSource clock) {
        this.site = site;
        this.table = table;
        this.mode = mode;
        this.clock = clock;
    }

    /**
     * Starts a server without pages.
     *
     * @param site the site
     * @param table its tag table
     * @param mode how the site uses the table
     * @param clock what rendered pages are dated by
     * @return the server
     */
    public static FakeOpenNext of(Site site, TagCache table, TagCacheMode mode, InstantSource clock) {
        Objects.requireNonNull(site, "site");
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(clock, "clock");
        return new FakeOpenNext(site, table, mode, clock);
    }

    /**
     * Lets answers bear tags for the CDN: those of the app, as an app does that sends them, or the page's own, as the rules of
     * {@link PageTags} do; a null header for none.
     */
    void sendTagsIn(@Nullable String header, boolean ofPages) {
        pageTags = ofPages;
        cacheTagHeader = header;
    }

    /**
     * Adds a page, rendered now with content version 1.
     *
     * @param page the page
     * @param key the key it is stored under
     * @param tags its tags as stored; they count in next mode only
     */
    public void add(Page page, CacheKey key, List<String> tags) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(tags, "tags");
        lock.lock();
        try {
            Stored stored = new Stored(page, key, tags);
            stored.lastModified = now();
            for (String url : urlsOf(page)) {
                byUrl.putIfAbsent(url, stored);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lists the URLs without query string under which a page is served, in CloudFront's spelling.
     *
     * @param page the page
     * @return its URLs
     */
    public List<String> urlsOf(Page page) {
        List<String> urls = new ArrayList<>();
        site.urlsOf(page).patterns().stream()
                .filter(pattern -> !pattern.prefix())
                .map(UrlPattern::path)
                .forEach(urls::add);
        site.urlsOf(page).unnameable().stream().filter(url -> !url.prefix()).forEach(url -> urls.add(url.url()));
        return urls;
    }

    /**
     * Changes the content behind a page; nobody sees it before the page is rendered anew.
     *
     * @param page a page of this server
     * @return the new content version
     * @throws IllegalArgumentException if the server has no such page
     */
    public int edit(Page page) {
        lock.lock();
        try {
            return ++stored(urlsOf(page).get(0)).content;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Answers a request, rendering the page if the tag table says so.
     *
     * @param request the request
     * @return the page with its version and {@code x-nextjs-cache}, or a 404 that no cache keeps
     */
    public EdgeResponse answer(EdgeRequest request) {
        Objects.requireNonNull(request, "request");
        lock.lock();
        try {
            Stored stored = byUrl.get(withoutQuery(request.url()));
            if (stored == null) {
                return new EdgeResponse(404, Map.of("cache-control", "no-store"), "not found");
            }
            boolean expired = isExpired(stored);
            if (expired) {
                render(stored);
            }
            Map<String, String> headers = new LinkedHashMap<>(CACHEABLE);
            headers.put("x-nextjs-cache", expired ? "MISS" : "HIT");
            if (cacheTagHeader != null && pageTags) {
                PageTags.ofAllPages()
                        .tagOf(site, request.url())
                        .ifPresent(tag -> headers.put(cacheTagHeader, tag.tag()));
            } else if (cacheTagHeader != null && !stored.tags.isEmpty()) {
                headers.put(cacheTagHeader, CdnTag.headerOfHashes(stored.tags));
            }
            return new EdgeResponse(200, headers, stored.page.path() + " version " + stored.rendered);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Rendering> render(Collection<Page> pages) {
        Objects.requireNonNull(pages, "pages");
        lock.lock();
        try {
            List<Rendering> renderings = new ArrayList<>();
            for (Page page : pages) {
                String url = urlsOf(page).get(0);
                Stored stored = byUrl.get(url);
                if (stored == null) {
                    renderings.add(new Rendering(page, url, Rendering.Outcome.FAILED, "404"));
                } else {
                    render(stored);
                    renderings.add(new Rendering(page, url, Rendering.Outcome.RENDERED, "200 REVALIDATED"));
                }
            }
            return renderings;
        } finally {
            lock.unlock();
        }
    }

    private void render(Stored stored) {
        stored.rendered = stored.content;
        stored.lastModified = now();
    }

    private boolean isExpired(Stored stored) {
        List<TagRow> rows = new ArrayList<>();
        if (mode.listsEntries()) {
            rows.addAll(table.rowsOfPath(TableKey.ofPath(site.cacheBuildId(), stored.key.value())));
        } else {
            stored.tags.forEach(tag -> rows.addAll(table.rowsOfTag(mode.tagKey(site.cacheBuildId(), tag))));
        }
        return rows.stream().anyMatch(row -> row.revalidatedAt().isAfter(stored.lastModified));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private Stored stored(String url) {
        Stored stored = byUrl.get(url);
        if (stored == null) {
            throw new IllegalArgumentException("the server has no page at " + url + "; add it first");
        }
        return stored;
    }

    private static String withoutQuery(String url) {
        String encoded = UrlPattern.encode(url);
        int query = encoded.indexOf('?');
        return query < 0 ? encoded : encoded.substring(0, query);
    }
}

package io.purgewise.testkit;

import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.PathTags;
import io.purgewise.cache.TableKey;
import io.purgewise.cache.TagCacheMode;
import io.purgewise.cache.TagRow;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Puts pages into all caches of a site as OpenNext's build does. Thread-safe. */
final class SitePages {

    private final Site site;
    private final TagCacheMode mode;
    private final FakeOpenNext server;
    private final InMemoryTagCache table;
    private final InMemoryIncrementalCache store;
    private final List<Page> pages = new CopyOnWriteArrayList<>();

    SitePages(
            Site site, TagCacheMode mode, FakeOpenNext server, InMemoryTagCache table, InMemoryIncrementalCache store) {
        this.site = site;
        this.mode = mode;
        this.server = server;
        this.table = table;
        this.store = store;
    }

    List<Page> all() {
        return List.copyOf(pages);
    }

    List<Page> at(String path) {
        List<Page> found =
                pages.stream().filter(page -> page.path().equals(path)).toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("the site has no page " + path + ", only "
                    + pages.stream().map(Page::path).distinct().sorted().toList());
        }
        return found;
    }

    void add(Page page, List<String> tags, Instant now) {
        if (page.router() == Router.PAGES && !tags.isEmpty()) {
            throw new IllegalArgumentException("pages of the Pages Router carry no cache tags, but " + page.path()
                    + " was given " + tags + "; make it an APP_PAGE");
        }
        if (page.router() == Router.PAGES
                && page.locale() == null
                && !site.locales().isEmpty()) {
            site.locales().forEach(locale -> addOne(page.inLocale(locale), tags, now));
        } else {
            addOne(page, tags, now);
        }
    }

    private void addOne(Page page, List<String> tags, Instant now) {
        CacheKey key = keyOf(page);
        Set<String> all = new LinkedHashSet<>(tags);
        if (page.router() != Router.PAGES) {
            all.addAll(PathTags.implicit(entryOf(page), page.path()));
        }
        if (mode.listsEntries()) {
            List<TagRow> rows = new ArrayList<>();
            for (String tag : all) {
                rows.add(TagRow.registered(
                        mode.tagKey(site.cacheBuildId(), tag), TableKey.ofPath(site.cacheBuildId(), key.value())));
            }
            table.seed(rows);
        }
        CacheEntry.Kind kind = switch (page.router()) {
            case PAGES -> CacheEntry.Kind.PAGE;
            case APP_PAGE -> CacheEntry.Kind.APP;
            case APP_ROUTE -> CacheEntry.Kind.ROUTE;
        };
        store.put(
                site.cacheBuildId(),
                new CacheEntry(key, kind, List.copyOf(all), null, 200, null, false, now, "\"" + key + "\""));
        server.add(page, key, List.copyOf(all));
        pages.add(page);
    }

    /** Returns a page's key in the form that the site's Next.js gives it; in that of newer ones if that is not known. */
    private CacheKey keyOf(Page page) {
        String pathname = page.locale() == null
                ? page.path()
                : "/" + page.locale() + (page.path().equals("/") ? "" : page.path());
        boolean plain = site.nextVersion().map(CacheKey.Format::of).orElse(CacheKey.Format.ROUTE_SCOPED)
                == CacheKey.Format.PLAIN;
        String route = page.router() == Router.PAGES ? page.path() : entryOf(page);
        return plain ? CacheKey.plain(pathname) : CacheKey.routeScoped(page.router(), route, pathname);
    }

    private static String entryOf(Page page) {
        String leaf = page.router() == Router.APP_ROUTE ? "/route" : "/page";
        return page.path().equals("/") ? leaf : page.path() + leaf;
    }
}

package io.purgewise.revalidate;

import static java.util.Objects.requireNonNullElse;

import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CorruptEntryException;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds under which keys a page is stored, which router serves it, and which pages stand behind keys. Thread-safe. */
final class PageFinder {

    /** How many stored pages are looked through for the one that a caller may have meant. */
    private static final int MAX_CANDIDATES = 5_000;

    private final Site site;
    private final @Nullable IncrementalCache cache;
    private final Set<String> routes;

    PageFinder(Site site, @Nullable IncrementalCache cache, Set<String> routes) {
        this.site = site;
        this.cache = cache;
        this.routes = routes;
    }

    /**
     * Finds what stands behind a path that visitors ask for: the page of that path, in every locale, and those to which the
     * site's rewrites lead. The store is asked first, which knows every page that was ever rendered; then the table, which in
     * original mode knows the pages of the App Router by their rows.
     *
     * @param build the cache build ID
     * @param path the path that visitors ask for
     * @param marker knows the table, or null
     * @throws io.purgewise.cache.CacheAccessException if the store or the table cannot be read
     * @throws IllegalArgumentException if the path is too long for the table
     */
    PathLookup lookup(BuildId build, String path, @Nullable TagMarker marker) {
        Set<CacheKey> stored = storedUnder(build, path);
        Set<CacheKey> keys = new LinkedHashSet<>(stored);
        if (keys.isEmpty() && marker != null) {
            for (String behind : site.pagesBehind(path)) {
                keys.addAll(marker.entriesOf(build, Page.of(Router.APP_PAGE, behind)));
            }
        }
        List<CacheKey> candidates = keys.isEmpty() ? candidates(build, marker) : List.of();
        if (keys.isEmpty()) {
            // A page is stored under a path that its rows' own tag does not name where requests are rewritten.
            candidates.stream()
                    .filter(key -> isAt(key, path) && !isShell(build, key))
                    .forEach(keys::add);
        }
        if (!keys.isEmpty()) {
            StoredPages pages = pagesOf(build, keys, stored);
            return new PathLookup.Known(pages, asGiven(path, pages.byKey()));
        }
        boolean tableKnowsPages = !candidates.isEmpty() && site.locales().isEmpty();
        if (cache == null && !tableKnowsPages) {
            return new PathLookup.Undecided();
        }
        Set<String> paths = new LinkedHashSet<>();
        candidates.forEach(
                key -> key.page(site, Router.APP_PAGE).map(Page::path).ifPresent(paths::add));
        return new PathLookup.Unknown(new PathMistakes(
                        site,
                        other -> paths.contains(other)
                                || !storedUnder(build, other).isEmpty())
                .in(path, paths));
    }

    /** Finds the keys of all pages behind a visitor's path that are in the store. */
    private Set<CacheKey> storedUnder(BuildId build, String path) {
        Set<CacheKey> keys = new LinkedHashSet<>(keysOf(build, path, null));
        if (cache != null) {
            for (String behind : site.pagesBehind(path)) {
                if (!behind.equals(path)) {
                    keys.addAll(cache.find(build, behind));
                }
            }
        }
        keys.removeIf(key -> isShell(build, key));
        return keys;
    }

    private boolean isShell(BuildId build, CacheKey key) {
        if (!(StoredEntry.of(key) instanceof PageEntry)) {
            return true;
        }
        try {
            return key.hasDynamicSegment()
                    && read(build, key).map(entry -> !entry.hasUrl()).orElse(false);
        } catch (CorruptEntryException unreadable) {
            return false;
        }
    }

    private boolean isAt(CacheKey key, String path) {
        return key.page(site, Router.APP_PAGE)
                .map(page -> site.pagesBehind(path).contains(page.path()))
                .orElse(false);
    }

    /** Lists some pages of a build, out of the store if there is one and out of the table if not. */
    private List<CacheKey> candidates(BuildId build, @Nullable TagMarker marker) {
        List<CacheKey> keys = new ArrayList<>();
        if (cache == null) {
            return marker == null ? keys : marker.someEntries(build, MAX_CANDIDATES);
        }
        String after = null;
        int listed = 0;
        do {
            IncrementalCache.Slice slice = cache.list(build, after);
            for (ListedEntry entry : slice.entries()) {
                if (entry.entry() instanceof PageEntry page) {
                    keys.add(page.key());
                }
            }
            listed += Math.max(1, slice.entries().size());
            after = slice.next();
        } while (after != null && listed < MAX_CANDIDATES);
        return keys;
    }

    /**
     * Finds the pages behind keys, and what is stored under some of them: a plain key's router is told by its entry.
     *
     * @param readable the keys whose entries are worth reading; all others take no call
     */
    StoredPages pagesOf(BuildId build, Collection<CacheKey> keys, Collection<CacheKey> readable) {
        Map<CacheKey, Page> byKey = new LinkedHashMap<>();
        Map<CacheKey, List<String>> tags = new LinkedHashMap<>();
        IncrementalCache.Entries entries = cache == null || readable.isEmpty()
                ? new IncrementalCache.Entries(Map.of(), List.of())
                : cache.readAll(build, readable);
        for (CacheKey key : keys) {
            Optional<CacheEntry> entry = Optional.ofNullable(entries.found().get(key));
            entry.ifPresent(found -> tags.put(key, found.tags()));
            Router assumed = entry.map(PageFinder::routerOf).orElse(Router.APP_PAGE);
            key.page(site, assumed).map(this::withRoute).ifPresent(page -> byKey.put(key, page));
        }
        return new StoredPages(
                byKey,
                tags,
                entries.corrupt().stream()
                        .map(odd -> requireNonNullElse(odd.getMessage(), odd.name()))
                        .toList());
    }

    /** Makes a page of the path itself, unless clearing the found ones clears that path too. */
    private Optional<Page> asGiven(String path, Map<CacheKey, Page> found) {
        Page given = withRoute(Page.of(Router.APP_PAGE, path));
        Set<Object> cleared = new LinkedHashSet<>();
        found.values().forEach(page -> cleared.addAll(site.urlsOf(page).withWildcards()));
        if (!found.isEmpty() && cleared.containsAll(site.urlsOf(given).withWildcards())) {
            return Optional.empty();
        }
        boolean data =
                site.locales().isEmpty() && found.values().stream().anyMatch(page -> page.router() == Router.PAGES);
        return Optional.of(data ? withRoute(Page.of(Router.PAGES, path)) : given);
    }

    private Optional<CacheEntry> read(BuildId build, CacheKey key) {
        return cache == null ? Optional.empty() : cache.read(build, key);
    }

    /** Finds the keys of a path in a build, in every locale that it means. */
    List<CacheKey> keysOf(BuildId build, String path, @Nullable String locale) {
        if (cache == null) {
            return List.of();
        }
        Set<CacheKey> keys = new LinkedHashSet<>(cache.find(build, path));
        for (String candidate : site.locales()) {
            if (locale == null || locale.equalsIgnoreCase(candidate)) {
                keys.addAll(cache.find(build, path.equals("/") ? "/" + candidate : "/" + candidate + path));
            }
        }
        return List.copyOf(keys);
    }

    /**
     * Tells whether the key of a page is known although none was found: the page is not stored at all, or under the
     * plain key of its path.
     */
    boolean knowsKeyOf(Page page) {
        boolean plain = site.nextVersion().map(CacheKey.Format::of).equals(Optional.of(CacheKey.Format.PLAIN));
        return cache != null || (plain && site.locales().isEmpty());
    }

    /**
     * Finds the page behind a key that a row or a tag led to: rows and tags belong to the App Router alone, so nothing need be
     * read.
     */
    Optional<Page> pageOfTagged(CacheKey key) {
        return key.page(site, key.router().orElse(Router.APP_PAGE)).map(this::withRoute);
    }

    private static Router routerOf(CacheEntry entry) {
        return switch (entry.kind()) {
            case PAGE, REDIRECT -> Router.PAGES;
            case APP -> Router.APP_PAGE;
            case ROUTE -> Router.APP_ROUTE;
        };
    }

    /** Adds the route of an optional catch-all to the page at its root, which has one more URL. */
    Page withRoute(Page page) {
        String root = page.path().equals("/") ? "" : page.path();
        for (String route : routes) {
            if (page.route() == null
                    && route.startsWith(root + "/[[...")
                    && route.indexOf('/', root.length() + 1) < 0) {
                return page.ofRoute(route);
            }
        }
        return page;
    }

    /**
     * Lists the pages that may be behind a path that is not stored. On a site without locales the URLs of a page of the
     * Pages Router include those of the App Router.
     */
    List<Page> guesses(String path) {
        List<Page> pages = new ArrayList<>();
        pages.add(withRoute(Page.of(Router.PAGES, path)));
        if (!site.locales().isEmpty()) {
            pages.add(withRoute(Page.of(Router.APP_PAGE, path)));
        }
        return pages;
    }
}

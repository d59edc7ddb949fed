package io.purgewise.revalidate;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.KeyFormat;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds under which keys a page is stored, which router serves it, and which pages stand behind keys. */
final class PageFinder {

    private final Site site;
    private final @Nullable IncrementalCache cache;
    private final Set<String> routes;

    PageFinder(Site site, @Nullable IncrementalCache cache, Set<String> routes) {
        this.site = site;
        this.cache = cache;
        this.routes = routes;
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

    /** Tells whether a page that has no keys here is not stored at all, or is stored under the plain key of its path. */
    boolean knowsKeyOf(Page page) {
        boolean plain = site.nextVersion().map(KeyFormat::of).equals(Optional.of(KeyFormat.PLAIN));
        return cache != null || (plain && site.locales().isEmpty());
    }

    /** Finds the page behind a key. */
    Optional<Page> pageOf(BuildId build, CacheKey key) {
        // Rows and tags belong to the App Router alone, so a plain key that was found by one is a page of it; a plain
        // key
        // that was found in the store is told apart by what is stored.
        Router assumed = key.router().orElseGet(() -> storedRouter(build, key));
        return key.page(site, assumed).map(this::withRoute);
    }

    private Router storedRouter(BuildId build, CacheKey key) {
        if (cache == null) {
            return Router.APP_PAGE;
        }
        return cache.read(build, key)
                .map(entry -> switch (entry.kind()) {
                    case PAGE, REDIRECT -> Router.PAGES;
                    case APP -> Router.APP_PAGE;
                    case ROUTE -> Router.APP_ROUTE;
                })
                .orElse(Router.APP_PAGE);
    }

    /** Adds the optional catch-all whose root the page is, since that root has one more URL. */
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

    /** Lists the pages that a path may be if it is not stored: the Pages Router's URLs include those of the App Router. */
    List<Page> guesses(String path) {
        List<Page> pages = new ArrayList<>();
        pages.add(withRoute(Page.of(Router.PAGES, path)));
        if (!site.locales().isEmpty()) {
            pages.add(withRoute(Page.of(Router.APP_PAGE, path)));
        }
        return pages;
    }
}

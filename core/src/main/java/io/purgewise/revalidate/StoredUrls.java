package io.purgewise.revalidate;

import io.purgewise.cache.BuildIds;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.StoredEntry;
import io.purgewise.plan.UrlIndex;
import io.purgewise.site.BuildId;
import io.purgewise.site.Page;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import io.purgewise.site.UrlPattern;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the URLs of all stored pages, for plans of a site whose known URLs were not given: 600 paths of 300 pages become a
 * wildcard or two.
 *
 * <p>Every page of every live build is listed, or none: half a list would make wildcards over the other half look free. What
 * is stored nowhere (assets, API routes, pages that are never cached by OpenNext) is not in the list either; a wildcard may
 * clear it from the CDN, which costs a transfer and never makes it old. A policy's protected prefixes keep it.
 *
 * <p>Thread-safe. A list is kept for ten minutes.
 */
final class StoredUrls implements Supplier<UrlIndex> {

    private static final Duration LIFETIME = Duration.ofMinutes(10);

    /** The most entries that are listed, with a hundred calls; more would take longer than a caller should wait. */
    private static final int MOST_ENTRIES = 100_000;

    private final Site site;
    private final IncrementalCache cache;
    private final BuildIds buildIds;
    private final InstantSource clock;
    private final AtomicReference<@Nullable Listed> last = new AtomicReference<>();

    private record Listed(UrlIndex urls, BuildIds.Live builds, Instant at) {}

    StoredUrls(Site site, IncrementalCache cache, BuildIds buildIds, InstantSource clock) {
        this.site = site;
        this.cache = cache;
        this.buildIds = buildIds;
        this.clock = clock;
    }

    @Override
    public UrlIndex get() {
        Instant now = clock.instant();
        BuildIds.Live builds = buildIds.at(now);
        Listed listed = last.get();
        // A clock that was set back must not make a list hold for as long as it was set back.
        boolean current = listed != null
                && !now.isBefore(listed.at())
                && now.isBefore(listed.at().plus(LIFETIME))
                && listed.builds().equals(builds);
        if (listed == null || !current) {
            listed = new Listed(list(builds), builds, now);
            last.set(listed);
        }
        return listed.urls();
    }

    private UrlIndex list(BuildIds.Live builds) {
        Site deployed = site.withBuilds(builds.current(), builds.retiring());
        Set<String> urls = new TreeSet<>();
        int entries = 0;
        for (BuildId build : builds.all()) {
            @Nullable String after = null;
            do {
                IncrementalCache.Slice slice = cache.list(build, after);
                boolean fetches = false;
                for (ListedEntry listed : slice.entries()) {
                    fetches |= listed.entry() instanceof StoredEntry.FetchEntry;
                    if (listed.entry() instanceof StoredEntry.PageEntry page) {
                        addUrls(deployed, page.key(), urls);
                    }
                }
                entries += slice.entries().size();
                if (entries > MOST_ENTRIES) {
                    return UrlIndex.unknown();
                }
                // Fetches come behind all pages and have no URL.
                after = fetches ? null : slice.next();
            } while (after != null);
        }
        return urls.isEmpty() ? UrlIndex.unknown() : UrlIndex.of(urls);
    }

    private static void addUrls(Site site, CacheKey key, Set<String> urls) {
        Optional<Page> page = key.page(site, key.router().orElse(Router.APP_PAGE));
        page.ifPresent(found -> site.urlsOf(found).patterns().stream()
                .filter(pattern -> !pattern.prefix())
                .map(UrlPattern::path)
                .forEach(urls::add));
    }
}

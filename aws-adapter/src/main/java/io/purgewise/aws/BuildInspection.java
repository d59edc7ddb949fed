package io.purgewise.aws;

import io.purgewise.aws.OpenNextBuild.KnownPage;
import io.purgewise.cache.CacheEntry;
import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CorruptEntryException;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.StoredEntry;
import io.purgewise.cache.UnknownBuildException;
import io.purgewise.site.BuildId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Says what stands in a build's cache, page by page.
 *
 * @param pages one report for each stored page, in the order of their keys
 * @param fetches how many stored fetches there are
 * @param corrupt the names of objects that stand where pages are kept and are none
 */
public record BuildInspection(List<PageReport> pages, long fetches, List<String> corrupt) {

    /**
     * Creates an inspection from its parts.
     *
     * @param pages one report for each page
     * @param fetches how many fetches there are
     * @param corrupt the names of objects that are none
     */
    public BuildInspection {
        Objects.requireNonNull(pages, "pages");
        Objects.requireNonNull(corrupt, "corrupt");
        pages = List.copyOf(pages);
        corrupt = List.copyOf(corrupt);
    }

    /**
     * Says what is known of a stored page.
     *
     * @param entry the entry
     * @param age how long ago it was written
     * @param planned after what time the build meant it to be rendered anew; null for never or not known
     * @param shortened whether the server keeps it for a shorter time than the build planned: the sign of a page that takes
     *     on the shortest time of all its fetches, for which OpenNext documents a patch of {@code fetch}
     */
    public record PageReport(
            CacheEntry entry, Duration age, @Nullable Duration planned, boolean shortened) {

        /**
         * Creates a report from its parts.
         *
         * @param entry the entry
         * @param age how long ago it was written
         * @param planned after what time the build meant it to be rendered anew, or null
         * @param shortened whether the server keeps it for a shorter time
         */
        public PageReport {
            Objects.requireNonNull(entry, "entry");
            Objects.requireNonNull(age, "age");
        }
    }

    /**
     * Reads every page of a build.
     *
     * @param cache where pages are stored
     * @param build the cache build ID
     * @param output the build's output, which knows the planned times; null if it is not at hand
     * @param now the time
     * @param progress is told how many entries were listed so far
     * @return the inspection
     * @throws io.purgewise.cache.CacheAccessException if the store cannot be read
     * @throws UnknownBuildException if nothing of the build is stored
     */
    public static BuildInspection of(
            IncrementalCache cache, BuildId build, @Nullable OpenNextBuild output, Instant now, LongConsumer progress) {
        Objects.requireNonNull(cache, "cache");
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(now, "now");
        Objects.requireNonNull(progress, "progress");
        Map<CacheKey, KnownPage> planned = new HashMap<>();
        if (output != null) {
            output.pages().forEach(page -> planned.put(page.key(), page));
        }
        List<PageReport> pages = new ArrayList<>();
        List<String> corrupt = new ArrayList<>();
        long fetches = 0;
        long listed = 0;
        String next = null;
        do {
            IncrementalCache.Slice slice = cache.list(build, next);
            for (ListedEntry each : slice.entries()) {
                progress.accept(++listed);
                if (each.entry() instanceof StoredEntry.FetchEntry) {
                    fetches++;
                } else if (each.entry() instanceof StoredEntry.PageEntry page) {
                    try {
                        Optional<CacheEntry> entry = cache.read(build, page.key());
                        entry.ifPresent(found -> pages.add(report(found, planned.get(page.key()), now)));
                    } catch (CorruptEntryException e) {
                        corrupt.add(e.name());
                    }
                }
            }
            next = slice.next();
        } while (next != null);
        if (listed == 0) {
            throw new UnknownBuildException(
                    build.value(), "nothing of it is stored; check the build ID, the bucket and the prefix");
        }
        return new BuildInspection(pages, fetches, corrupt);
    }

    private static PageReport report(CacheEntry entry, @Nullable KnownPage known, Instant now) {
        Duration planned = known == null ? null : known.revalidate();
        Duration actual = entry.revalidate();
        boolean shortened = known != null && actual != null && (planned == null || actual.compareTo(planned) < 0);
        return new PageReport(entry, Duration.between(entry.lastModified(), now), planned, shortened);
    }
}

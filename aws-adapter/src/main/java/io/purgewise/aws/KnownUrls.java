package io.purgewise.aws;

import io.purgewise.cache.CacheKey;
import io.purgewise.cache.CorruptEntryException;
import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.IncrementalCache.ListedEntry;
import io.purgewise.cache.StoredEntry.FetchEntry;
import io.purgewise.cache.StoredEntry.PageEntry;
import io.purgewise.plan.CorruptUrlIndexException;
import io.purgewise.plan.UrlIndex;
import io.purgewise.plan.UrlIndexBuilder;
import io.purgewise.site.BuildId;
import io.purgewise.site.Router;
import io.purgewise.site.Site;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import javax.xml.stream.XMLStreamException;

/**
 * Feeds a {@link UrlIndex} with the URLs that a site is known to have, and keeps it in a file.
 *
 * <p>Sources may be combined with {@link UrlIndex#plus}. Progress is told as the number of URLs or entries so far. This class
 * is stateless and thread-safe.
 */
public final class KnownUrls {

    private KnownUrls() {}

    /**
     * Lists the URLs of a build's stored pages.
     *
     * @param cache where the build is stored
     * @param build the cache build ID
     * @param site the site, which knows a page's URLs
     * @param progress is told how many entries were listed so far
     * @return the index: URLs without query strings, each of weight 1
     * @throws io.purgewise.cache.CacheAccessException if the store cannot be listed
     */
    public static UrlIndex ofPages(IncrementalCache cache, BuildId build, Site site, LongConsumer progress) {
        Objects.requireNonNull(cache, "cache");
        Objects.requireNonNull(build, "build");
        Objects.requireNonNull(site, "site");
        Objects.requireNonNull(progress, "progress");
        return ofPages(cache, build, site, progress, Long.MAX_VALUE);
    }

    /** Lists the URLs of a build's pages; a site with more entries than are to be listed counts as unknown. */
    static UrlIndex ofPages(IncrementalCache cache, BuildId build, Site site, LongConsumer progress, long most) {
        UrlIndexBuilder urls = UrlIndex.builder();
        long listed = 0;
        String after = null;
        do {
            IncrementalCache.Slice slice = cache.list(build, after);
            boolean fetches = false;
            for (ListedEntry entry : slice.entries()) {
                fetches |= entry.entry() instanceof FetchEntry;
                if (entry.entry() instanceof PageEntry page) {
                    if (page.key().hasDynamicSegment() && isShell(cache, build, page.key())) {
                        continue;
                    }
                    page.key()
                            .page(site, Router.APP_PAGE)
                            .ifPresent(found -> site.urlsOf(found).patterns().stream()
                                    .filter(pattern -> !pattern.prefix())
                                    .forEach(pattern -> urls.add(pattern.path())));
                }
            }
            listed += slice.entries().size();
            progress.accept(listed);
            if (listed > most) {
                return UrlIndex.unknown();
            }
            // Fetches come behind all pages and have no URL.
            after = fetches ? null : slice.next();
        } while (after != null);
        return urls.build();
    }

    /** Looks at an entry whose name does not tell whether it is the shell of a route; few sites have such a page. */
    private static boolean isShell(IncrementalCache cache, BuildId build, CacheKey key) {
        try {
            return cache.read(build, key).map(entry -> !entry.hasUrl()).orElse(false);
        } catch (CorruptEntryException unreadable) {
            // Its URL may be served all the same; whoever reads the entry for its own sake reports it.
            return false;
        }
    }

    /**
     * Reads a text file: one URL a line, with or without {@code https://host}, and after a space or tab its weight, which
     * may be left out; empty lines and those that start with {@code #} are passed over.
     *
     * @param file the file, in UTF-8
     * @param progress is told how many lines were read so far, every 10,000
     * @return the index
     * @throws IndexFileException if the file cannot be read or a line is malformed
     */
    public static UrlIndex ofText(Path file, LongConsumer progress) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(progress, "progress");
        UrlIndexBuilder urls = UrlIndex.builder();
        long number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = UrlLine.read(lines); line != null; line = UrlLine.read(lines)) {
                number++;
                String text = line.strip();
                if (!text.isEmpty() && !text.startsWith("#")) {
                    String[] parts = text.split("[ \t]+", 2);
                    UrlLine.add(urls, parts[0], parts.length < 2 ? 1 : UrlLine.weight(parts[1]));
                }
                if (number % 10_000 == 0) {
                    progress.accept(number);
                }
            }
        } catch (UrlLine.MalformedException e) {
            throw new IndexFileException(file.toString(), "line " + (number + e.ahead()) + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        progress.accept(number);
        return built(urls, file);
    }

    /**
     * Reads a sitemap of sitemaps.org, protocol 0.9.
     *
     * @param file the XML file in UTF-8, not compressed; a sitemap index has no pages, so give each of its files
     * @param progress is told how many URLs were read so far, every 10,000
     * @return the index
     * @throws IndexFileException if the file cannot be read, is no sitemap or names a malformed URL
     */
    public static UrlIndex ofSitemap(Path file, LongConsumer progress) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(progress, "progress");
        UrlIndexBuilder urls = UrlIndex.builder();
        long number = 0;
        try (BufferedReader in = Files.newBufferedReader(file)) {
            SitemapReader sitemap = new SitemapReader(in);
            for (String url = sitemap.next(); url != null; url = sitemap.next()) {
                number++;
                UrlLine.add(urls, url, 1);
                if (number % 10_000 == 0) {
                    progress.accept(number);
                }
            }
        } catch (UrlLine.MalformedException e) {
            throw new IndexFileException(file.toString(), "URL " + number + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (XMLStreamException e) {
            throw new IndexFileException(
                    file.toString(), "is no sitemap: " + Excerpt.ofMessage(e, "the XML is malformed"), e);
        }
        progress.accept(number);
        return built(urls, file);
    }

    /**
     * Says what standard logs of CloudFront say of a site's traffic.
     *
     * @param index the URLs that were asked for, with weights by requests
     * @param requests how many requests were counted
     * @param passedOver how many were not, since no cache keeps what they got: methods other than GET and HEAD, statuses other than
     *     200 to 399, redirects to HTTPS
     * @param malformed how many lines are no requests, or cut off
     * @param firstMalformed the first of them, with its file and what is wrong with it
     * @param missed how many requests of one URL may have gone uncounted at the most, since there was no room for all URLs; 0 if
     *     all were counted
     */
    public record Traffic(
            UrlIndex index,
            long requests,
            long passedOver,
            long malformed,
            Optional<String> firstMalformed,
            long missed) {

        /** Refuses null. */
        public Traffic {
            Objects.requireNonNull(index, "index");
            Objects.requireNonNull(firstMalformed, "firstMalformed");
        }
    }

    /**
     * Reads CloudFront's standard logs, so that a popular page weighs more than one that nobody asks for.
     *
     * <p>Takes the legacy format and v2 as w3c or JSON, with gzip or without. A URL weighs in how many of CloudFront's 13 regional
     * caches its requests have to fill it again, {@code 13 (1 - (12/13)^requests)}, in units of the average of all but {@code
     * /_next/static}, rounded up as often as down. So a site costs as much to fill again as with unit weights, and what nobody asks
     * for next to nothing. Give the logs of as long as the CDN keeps a page, such as a day. All query strings of a path are one
     * URL, {@code /p?}. Logs do not tell what can be cached: a page that is rendered for each request weighs as if it could.
     *
     * <p>Takes 64 MB, whatever the size of the logs; where there are too many URLs for that, those that were asked for least are
     * left out, and {@link Traffic#missed} says how often at the most. Parquet is not read: the library for it brings Hadoop along.
     *
     * @param files the log files, such as those of a day; CloudFront delivers them without promising to be complete
     * @param executor runs two tasks that read one file after the other; {@code Runnable::run} reads here
     * @param progress is told how many lines were read so far
     * @return the URLs with their weights, and what was not counted
     * @throws IndexFileException if a file cannot be read or is no such log; lines that are damaged are counted and told instead
     */
    public static Traffic fromLogs(Collection<Path> files, Executor executor, LongConsumer progress) {
        Objects.requireNonNull(files, "files");
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(progress, "progress");
        return new LogTraffic(files, progress).read(executor);
    }

    /**
     * Keeps an index in a file, in place of the one that stands there.
     *
     * @param index the index, not that of an unknown site
     * @param file the file; its folder must exist
     * @throws IndexFileException if the file cannot be written
     */
    public static void save(UrlIndex index, Path file) {
        Objects.requireNonNull(index, "index");
        Objects.requireNonNull(file, "file");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        WritableByteChannel channel = Channels.newChannel(bytes);
        index.encode(part -> {
            try {
                channel.write(part);
            } catch (IOException e) {
                throw new UncheckedIOException("memory cannot be written", e);
            }
        });
        new IndexPlace.OfFile(file).write(bytes.toByteArray());
    }

    /**
     * Reads an index that {@link #save} wrote.
     *
     * @param file the file
     * @return the index
     * @throws IndexFileException if there is none, or it is damaged; build it again
     */
    public static UrlIndex load(Path file) {
        Objects.requireNonNull(file, "file");
        byte[] bytes = new IndexPlace.OfFile(file)
                .read()
                .orElseThrow(() -> new IndexFileException(file.toString(), "does not exist; build the index", null));
        ByteBuffer whole = ByteBuffer.wrap(bytes);
        try {
            return UrlIndex.decode(() -> {
                ByteBuffer part = whole.slice();
                whole.position(whole.limit());
                return part;
            });
        } catch (CorruptUrlIndexException e) {
            throw new IndexFileException(
                    file.toString(),
                    "is no sound index of URLs (" + Excerpt.of(String.valueOf(e.getMessage())) + "); build it again",
                    e);
        }
    }

    private static UrlIndex built(UrlIndexBuilder urls, Path file) {
        try {
            return urls.build();
        } catch (IllegalArgumentException e) {
            throw new IndexFileException(file.toString(), Excerpt.ofMessage(e, "has too many URLs"), e);
        }
    }

    private static IndexFileException unreadable(Path file, IOException e) {
        return new IndexFileException(file.toString(), "cannot be read (" + FileErrors.text(e) + ")", e);
    }
}

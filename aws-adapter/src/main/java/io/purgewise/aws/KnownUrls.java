package io.purgewise.aws;

import io.purgewise.cache.IncrementalCache;
import io.purgewise.cache.ListedEntry;
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
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

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
        UrlIndexBuilder urls = UrlIndex.builder();
        long listed = 0;
        String after = null;
        do {
            IncrementalCache.Slice slice = cache.list(build, after);
            boolean pages = slice.entries().isEmpty();
            for (ListedEntry entry : slice.entries()) {
                if (entry.entry() instanceof PageEntry page) {
                    pages = true;
                    page.key()
                            .page(site, Router.APP_PAGE)
                            .ifPresent(found -> site.urlsOf(found).patterns().stream()
                                    .filter(pattern -> !pattern.prefix())
                                    .forEach(pattern -> urls.add(pattern.path())));
                }
            }
            listed += slice.entries().size();
            progress.accept(listed);
            // Fetches come behind all pages and have no URL.
            after = pages ? slice.next() : null;
        } while (after != null);
        return urls.build();
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
        UrlIndexBuilder urls = UrlIndex.builder();
        long number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                String text = line.strip();
                if (!text.isEmpty() && !text.startsWith("#")) {
                    String[] parts = text.split("[ \t]+", 2);
                    urls.add(path(parts[0]), parts.length < 2 ? 1 : Long.parseLong(parts[1]));
                }
                if (number % 10_000 == 0) {
                    progress.accept(number);
                }
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (IllegalArgumentException e) {
            throw new IndexFileException(file.toString(), "line " + number + ": " + e.getMessage(), e);
        }
        progress.accept(number);
        return urls.build();
    }

    /**
     * Reads a sitemap of sitemaps.org, protocol 0.9.
     *
     * @param file the XML file, not compressed; a sitemap index has no pages, so give each of its files
     * @param progress is told how many URLs were read so far, every 10,000
     * @return the index
     * @throws IndexFileException if the file cannot be read, is no sitemap or names a malformed URL
     */
    public static UrlIndex ofSitemap(Path file, LongConsumer progress) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        UrlIndexBuilder urls = UrlIndex.builder();
        long number = 0;
        boolean inUrl = false;
        try (InputStream in = Files.newInputStream(file)) {
            XMLStreamReader xml = factory.createXMLStreamReader(in);
            while (xml.hasNext()) {
                int event = xml.next();
                String name = event == XMLStreamConstants.START_ELEMENT || event == XMLStreamConstants.END_ELEMENT
                        ? xml.getLocalName()
                        : "";
                if (name.equals("sitemapindex")) {
                    throw new IllegalArgumentException("this is an index of sitemaps; give each of its files");
                }
                if (name.equals("url")) {
                    inUrl = event == XMLStreamConstants.START_ELEMENT;
                } else if (inUrl && name.equals("loc") && event == XMLStreamConstants.START_ELEMENT) {
                    urls.add(path(xml.getElementText().strip()));
                    if (++number % 10_000 == 0) {
                        progress.accept(number);
                    }
                }
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (XMLStreamException e) {
            throw new IndexFileException(file.toString(), "is no sitemap: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IndexFileException(file.toString(), "after " + number + " URLs: " + e.getMessage(), e);
        }
        progress.accept(number);
        return urls.build();
    }

    /**
     * Keeps an index in a file, in place of the one that stands there.
     *
     * @param index the index, not that of an unknown site
     * @param file the file; its folder must exist
     * @throws IndexFileException if the file cannot be written
     */
    public static void save(UrlIndex index, Path file) {
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
                    file.toString(), "is no sound index of URLs (" + e.getMessage() + "); build it again", e);
        }
    }

    /** Takes the path and query out of a URL as it stands; encoding it is up to the index. */
    private static String path(String url) {
        if (url.startsWith("/")) {
            return withoutFragment(url);
        }
        int scheme = url.indexOf("://");
        if (!url.startsWith("http") || scheme < 0) {
            throw new IllegalArgumentException("a URL must start with / or http, but was \"" + url + "\"");
        }
        String host = withoutFragment(url.substring(scheme + 3));
        int slash = host.indexOf('/');
        int query = host.indexOf('?');
        if (slash < 0 || (query >= 0 && query < slash)) {
            return "/" + (query < 0 ? "" : host.substring(query));
        }
        return host.substring(slash);
    }

    private static String withoutFragment(String url) {
        int hash = url.indexOf('#');
        return hash < 0 ? url : url.substring(0, hash);
    }

    private static IndexFileException unreadable(Path file, @Nullable IOException e) {
        return new IndexFileException(file.toString(), "cannot be read (" + e + "); check the path", e);
    }
}

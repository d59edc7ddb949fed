package io.purgewise.plan;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds the cacheable URLs that a site is known to have, each with a weight, and answers how much lies under a prefix.
 *
 * <p>A URL given twice is one URL; it keeps the larger weight. URLs are kept sorted and front-coded: a site of 10 million
 * shop URLs of 49 characters needs 6 bytes of heap for each, and an answer takes microseconds. An index holds less than 2 GB of
 * front-coded URLs, somewhat more than 100 million of them.
 *
 * <p>Instances are immutable and thread-safe.
 */
public final class UrlIndex {

    private static final UrlIndex UNKNOWN = new UrlIndex(List.of(), 0);

    /**
     * Largest first. The weight of a URL is the sum of its weights in all segments: an addition to a URL that an older segment
     * holds carries only what its weight gained.
     */
    private final List<IndexSegment> segments;

    private final long size;

    /** Made when first asked for; two threads may make it twice. */
    private volatile @Nullable CaseTwins caseTwins;

    UrlIndex(List<IndexSegment> segments, long size) {
        this.segments = List.copyOf(segments);
        this.size = size;
    }

    /**
     * Returns the index that stands for a site whose URLs are not known: the planner then uses only wildcards that patterns
     * demand, unless the policy assumes siblings.
     *
     * @return the unknown site
     */
    public static UrlIndex unknown() {
        return UNKNOWN;
    }

    /**
     * Creates an index of URLs of weight 1.
     *
     * @param urls paths with an optional query string, in any order, repeats allowed
     * @return the index
     * @throws IllegalArgumentException as {@link UrlIndexBuilder#add(String, long)} does
     */
    public static UrlIndex of(Collection<String> urls) {
        requireNonNull(urls, "urls");
        UrlIndexBuilder builder = builder();
        urls.forEach(builder::add);
        return builder.build();
    }

    /**
     * Starts an empty index.
     *
     * @return a builder
     */
    public static UrlIndexBuilder builder() {
        return new UrlIndexBuilder();
    }

    List<IndexSegment> segments() {
        return segments;
    }

    /**
     * Tells whether this is the unknown site.
     *
     * @return whether it came from {@link #unknown()}
     */
    public boolean isUnknown() {
        return this == UNKNOWN;
    }

    /**
     * Returns how many different URLs the index holds.
     *
     * @return the number
     */
    public long size() {
        return size;
    }

    /**
     * Returns the weight of all URLs.
     *
     * @return the sum of the weights
     */
    public long weight() {
        return segments.stream().mapToLong(IndexSegment::weight).sum();
    }

    /**
     * Returns the weight of all URLs that start with a prefix.
     *
     * @param prefix the prefix in CloudFront's spelling, without {@code *}; {@code /} stands for all
     * @return the sum of the weights
     */
    public long weightUnder(String prefix) {
        byte[] key = requireNonNull(prefix, "prefix").getBytes(StandardCharsets.UTF_8);
        long weight = 0;
        for (IndexSegment segment : segments) {
            SegmentCursor cursor = segment.cursor();
            long before = cursor.seek(key, 0, key.length, false);
            weight += cursor.seek(key, 0, key.length, true) - before;
        }
        return weight;
    }

    /**
     * Returns the weight of one URL.
     *
     * @param url a URL in CloudFront's spelling
     * @return its weight, or nothing when the index does not hold it
     */
    public OptionalLong weightOf(String url) {
        byte[] key = requireNonNull(url, "url").getBytes(StandardCharsets.UTF_8);
        long weight = weightOf(key, key.length);
        return weight < 0 ? OptionalLong.empty() : OptionalLong.of(weight);
    }

    /**
     * Lists the URLs that equal one but for the case of ASCII letters: those that share a cache tag, whose case CloudFront
     * ignores. The first call reads through the whole index, a second for some 5 million URLs; others take microseconds.
     *
     * @param url a URL in CloudFront's spelling
     * @return such URLs, sorted, {@code url} itself among them if it is known; empty if there are not at least two
     */
    public Set<String> equalIgnoringCase(String url) {
        requireNonNull(url, "url");
        CaseTwins twins = caseTwins;
        if (twins == null) {
            twins = CaseTwins.of(segments);
            caseTwins = twins;
        }
        return Collections.unmodifiableSet(twins.of(url));
    }

    /** Returns the weight of a URL, or -1. */
    private long weightOf(byte[] key, int length) {
        long weight = -1;
        for (IndexSegment segment : segments) {
            SegmentCursor cursor = segment.cursor();
            cursor.seek(key, 0, length, false);
            if (cursor.isAt(key, 0, length)) {
                weight = Math.max(weight, 0) + cursor.weight();
            }
        }
        return weight;
    }

    /**
     * Returns an index that holds the URLs of both, without building this one anew: the cost follows the size of the delta, the
     * large parts are shared.
     *
     * @param delta more URLs; one that both know keeps the larger weight
     * @return a new index; both arguments stay as they are. The unknown site plus anything is the unknown site
     * @throws IllegalArgumentException if the weights exceed 64 bits together
     */
    public UrlIndex plus(UrlIndex delta) {
        requireNonNull(delta, "delta");
        if (isUnknown() || delta.isUnknown()) {
            return UNKNOWN;
        }
        SegmentWriter writer = new SegmentWriter(SymbolTraining.encoderFor(delta.segments, segments));
        long added = 0;
        boolean any = false;
        SegmentMerge urls = new SegmentMerge(delta.segments, Long::sum);
        while (urls.next()) {
            long present = weightOf(urls.url(), urls.length());
            if (urls.weight() > present) {
                writer.add(urls.url(), 0, urls.length(), urls.weight() - Math.max(0, present));
                any = true;
            }
            added += present < 0 ? 1 : 0;
        }
        if (!any) {
            return this;
        }
        List<IndexSegment> grown = new ArrayList<>(segments);
        grown.add(writer.finish());
        SegmentWriter.addWeights(weight(), grown.get(grown.size() - 1).weight());
        return new UrlIndex(compacted(grown), size + added);
    }

    /** Merges the newest segments as long as they are of like size, so that few are left and each URL moves seldom. */
    private static List<IndexSegment> compacted(List<IndexSegment> segments) {
        while (segments.size() > 1) {
            IndexSegment newest = segments.get(segments.size() - 1);
            IndexSegment older = segments.get(segments.size() - 2);
            if (older.size() > 2 * newest.size()) {
                break;
            }
            segments.remove(segments.size() - 1);
            List<IndexSegment> both = List.of(older, newest);
            segments.set(
                    segments.size() - 1,
                    new SegmentMerge(both, Long::sum).toSegment(SymbolTraining.encoderFor(both, both)));
        }
        return segments;
    }

    /**
     * Writes the index in its versioned and checksummed format.
     *
     * @param sink takes the parts in order; each buffer is only valid during the call
     * @throws IllegalStateException if this is the unknown site, which has nothing to write
     */
    public void encode(Consumer<ByteBuffer> sink) {
        requireNonNull(sink, "sink");
        if (isUnknown()) {
            throw new IllegalStateException("the unknown site has no URLs to write");
        }
        new IndexEncoder(sink).write(this);
    }

    /**
     * Reads an index that {@link #encode(Consumer)} wrote.
     *
     * @param source gives the bytes in order, in parts of any size; an empty buffer means the end
     * @return the index
     * @throws CorruptUrlIndexException if the bytes are no index of a known version, are cut off or damaged
     */
    public static UrlIndex decode(Supplier<ByteBuffer> source) {
        return IndexDecoder.decode(requireNonNull(source, "source"));
    }

    /**
     * Opens an index that {@link #encode(Consumer)} wrote where it lies, without copying it: a file that is mapped into memory takes
     * no heap but what a search needs, some bytes for each thousand URLs. Opening reads all bytes once, for their checksum.
     *
     * @param encoded the whole index, from the buffer's position to its limit; must not be changed while the index is in use
     * @return the index
     * @throws CorruptUrlIndexException if the bytes are no index of a known version, are cut off or damaged. Order and weights are
     *     not looked at, as {@link #decode} does: open only what you wrote yourself
     */
    public static UrlIndex open(ByteBuffer encoded) {
        return IndexDecoder.open(requireNonNull(encoded, "encoded").slice().asReadOnlyBuffer());
    }

    /** Returns the number of URLs. */
    @Override
    public String toString() {
        return isUnknown() ? "UrlIndex[unknown]" : "UrlIndex[" + size + " URLs]";
    }
}

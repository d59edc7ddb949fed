package io.purgewise.plan;

import static java.util.Objects.requireNonNull;

import io.purgewise.site.UrlPattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the URLs of a {@link UrlIndex} in any order.
 *
 * <p>URLs are sorted in runs of 262,144 and the runs merged at the end; so the builder needs about twice the heap of the index.
 * Builders are not thread-safe.
 */
public final class UrlIndexBuilder {

    /** The longest URL that CloudFront serves, in bytes (Developer Guide, "Quotas"). */
    private static final int MAX_URL = 8192;

    private static final int RUN_URLS = 1 << 18;
    private static final int RUN_TEXT = 1 << 25;
    private static final int PADDING = 8;

    private final List<IndexSegment> runs = new ArrayList<>();
    private byte[] text = new byte[4096];
    private int[] start = new int[64];
    private int[] end = new int[64];
    private long[] weights = new long[64];
    private int count;
    private int textSize;

    /** Made from the first run that is large enough; the others are of the same site. */
    private @Nullable SymbolEncoder encoder;

    UrlIndexBuilder() {}

    /**
     * Adds a URL of weight 1.
     *
     * @param url a path with an optional query string; need not be encoded
     * @return this builder
     * @throws IllegalArgumentException as {@link #add(String, long)} does
     */
    public UrlIndexBuilder add(String url) {
        return add(url, 1);
    }

    /**
     * Adds a URL; a URL added twice is one URL and keeps the larger weight.
     *
     * @param url a path with an optional query string; need not be encoded
     * @param weight what evicting it is worth, in pages of weight 1; not negative
     * @return this builder
     * @throws IllegalArgumentException if {@code url} does not start with {@code /}, holds a control character or has more than
     *     8,192 characters, the most that CloudFront serves; or if {@code weight} is negative
     */
    public UrlIndexBuilder add(String url, long weight) {
        requireNonNull(url, "url");
        if (weight < 0) {
            throw new IllegalArgumentException(
                    "weight must not be negative, but was " + weight + " for \"" + url + "\"");
        }
        for (int i = 0; i < url.length(); i++) {
            if (Character.isISOControl(url.charAt(i))) {
                throw new IllegalArgumentException(
                        "URL must not hold a control character, but index " + i + " does: \"" + url + "\"");
            }
        }
        String encoded = UrlPattern.encode(url);
        if (encoded.length() > MAX_URL) {
            throw new IllegalArgumentException("CloudFront serves URLs of at most " + MAX_URL
                    + " characters, but one has " + encoded.length() + ": \"" + url + "\"");
        }
        append(encoded, weight);
        return this;
    }

    /** Copies a URL; it is ASCII, so that dropping the high byte, why the method is deprecated, loses nothing. */
    @SuppressWarnings("deprecation")
    private void append(String encoded, long weight) {
        if (count == RUN_URLS || textSize + encoded.length() > RUN_TEXT) {
            endRun();
        }
        if (count == start.length) {
            start = Arrays.copyOf(start, 2 * count);
            end = Arrays.copyOf(end, 2 * count);
            weights = Arrays.copyOf(weights, 2 * count);
        }
        int needed = textSize + encoded.length() + PADDING;
        if (needed > text.length) {
            text = Arrays.copyOf(text, Math.max(needed, 2 * text.length));
        }
        encoded.getBytes(0, encoded.length(), text, textSize);
        start[count] = textSize;
        textSize += encoded.length();
        end[count] = textSize;
        weights[count] = weight;
        count++;
    }

    private void endRun() {
        int[] order = StringSort.sort(text, Arrays.copyOf(start, count), Arrays.copyOf(end, count))
                .order();
        SegmentWriter writer = new SegmentWriter(encoderOf(order));
        for (int i = 0; i < count; i++) {
            int string = order[i];
            long weight = weights[string];
            while (i + 1 < count && isEqual(string, order[i + 1])) {
                i++;
                weight = Math.max(weight, weights[order[i]]);
            }
            writer.add(text, start[string], end[string], weight);
        }
        runs.add(writer.finish());
        count = 0;
        textSize = 0;
    }

    private SymbolEncoder encoderOf(int[] order) {
        SymbolEncoder made = encoder;
        if (made == null) {
            SymbolTraining training = new SymbolTraining();
            int step = Math.max(1, count / SymbolTraining.SAMPLE) * IndexSegment.BLOCK;
            for (int block = 0; block < count; block += step) {
                for (int i = block; i < Math.min(block + IndexSegment.BLOCK, count); i++) {
                    int string = order[i];
                    int shared = i == block ? 0 : shared(order[i - 1], string);
                    training.add(text, start[string] + shared, end[string]);
                }
            }
            made = training.learn();
            encoder = made;
        }
        return made;
    }

    private int shared(int a, int b) {
        int mismatch = Arrays.mismatch(text, start[a], end[a], text, start[b], end[b]);
        return mismatch < 0 ? end[b] - start[b] : mismatch;
    }

    private void releaseText() {
        text = new byte[4096];
        start = new int[64];
        end = new int[64];
        weights = new long[64];
    }

    private boolean isEqual(int a, int b) {
        return Arrays.equals(text, start[a], end[a], text, start[b], end[b]);
    }

    /**
     * Builds the index of all URLs added so far; the builder stays usable.
     *
     * @return the index
     * @throws IllegalArgumentException if the weights exceed 64 bits together, or the front-coded URLs have 2 GB or more; the builder
     *     may then have lost URLs
     */
    public UrlIndex build() {
        if (count > 0) {
            endRun();
        }
        if (runs.isEmpty()) {
            return new UrlIndex(List.of(), 0);
        }
        if (runs.size() > 1) {
            SymbolEncoder suiting = SymbolTraining.encoderFor(runs, runs);
            SegmentMerge merge = new SegmentMerge(runs, Math::max);
            runs.clear(); // each run goes when it was read to its end
            releaseText();
            runs.add(merge.toSegment(suiting));
        }
        IndexSegment merged = runs.get(0);
        return new UrlIndex(List.of(merged), merged.size());
    }
}

package io.purgewise.plan;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Holds the cacheable URLs that a site is known to have, each with a weight, and answers how much lies under a prefix.
 *
 * <p>Instances are immutable and thread-safe.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class UrlIndex {

    private UrlIndex() {}

    /**
     * Returns the index that stands for a site whose URLs are not known: the planner then uses only wildcards that patterns
     * demand, unless the policy assumes siblings.
     *
     * @return the unknown site
     */
    public static UrlIndex unknown() {
        return new UrlIndex();
    }

    /**
     * Creates an index of URLs of weight 1.
     *
     * @param urls paths with an optional query string, in any order, repeats allowed
     * @return the index
     * @throws IllegalArgumentException as {@link Builder#add(String, long)} does
     */
    public static UrlIndex of(Collection<String> urls) {
        Builder builder = builder();
        urls.forEach(builder::add);
        return builder.build();
    }

    /**
     * Starts an empty index.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Tells whether this is the unknown site.
     *
     * @return whether it came from {@link #unknown()}
     */
    public boolean isUnknown() {
        throw new UnsupportedOperationException("not written yet");
    }

    /**
     * Returns how many different URLs the index holds.
     *
     * @return the number
     */
    public long size() {
        throw new UnsupportedOperationException("not written yet");
    }

    /**
     * Returns the weight of all URLs that start with a prefix.
     *
     * @param prefix the prefix in CloudFront's spelling, without {@code *}; {@code /} stands for all
     * @return the sum of the weights
     */
    public long weightUnder(String prefix) {
        throw new UnsupportedOperationException("not written yet");
    }

    /**
     * Returns the weight of one URL.
     *
     * @param url a URL in CloudFront's spelling
     * @return its weight, or nothing when the index does not hold it
     */
    public OptionalLong weightOf(String url) {
        throw new UnsupportedOperationException("not written yet");
    }

    /**
     * Returns an index that holds the URLs of both, without building this one anew.
     *
     * @param delta more URLs; one that both know keeps the larger weight
     * @return a new index; both arguments stay as they are
     */
    public UrlIndex plus(UrlIndex delta) {
        throw new UnsupportedOperationException("not written yet");
    }

    /**
     * Writes the index in its versioned and checksummed format.
     *
     * @param sink takes the parts in order; each buffer is only valid during the call
     */
    public void encode(Consumer<ByteBuffer> sink) {
        throw new UnsupportedOperationException("not written yet");
    }

    /**
     * Reads an index that {@link #encode(Consumer)} wrote.
     *
     * @param source gives the bytes in order, in parts of any size; an empty buffer means the end
     * @return the index
     * @throws CorruptUrlIndexException if the bytes are no index of a known version, are cut off or damaged
     */
    public static UrlIndex decode(Supplier<ByteBuffer> source) {
        throw new UnsupportedOperationException("not written yet");
    }

    /**
     * Collects URLs in any order.
     *
     * <p>Builders are not thread-safe.
     */
    public static final class Builder {

        private Builder() {}

        /**
         * Adds a URL of weight 1.
         *
         * @param url a path with an optional query string; need not be encoded
         * @return this builder
         * @throws IllegalArgumentException as {@link #add(String, long)} does
         */
        public Builder add(String url) {
            return add(url, 1);
        }

        /**
         * Adds a URL; a URL added twice is one URL and keeps the larger weight.
         *
         * @param url a path with an optional query string; need not be encoded
         * @param weight what evicting it is worth, in pages of weight 1; not negative
         * @return this builder
         * @throws IllegalArgumentException if {@code url} does not start with {@code /}, holds a control character or has more
         *     than 8,192 characters, the most that CloudFront serves; or if {@code weight} is negative
         */
        public Builder add(String url, long weight) {
            throw new UnsupportedOperationException("not written yet");
        }

        /**
         * Builds the index; the builder must not be used afterwards.
         *
         * @return the index
         */
        public UrlIndex build() {
            throw new UnsupportedOperationException("not written yet");
        }
    }
}

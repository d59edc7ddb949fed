package io.purgewise.plan;

import io.purgewise.site.UrlPattern;

/**
 * Is one entry of a CloudFront invalidation, billed as one path whatever it clears.
 *
 * <p>Items are immutable and thread-safe. AWS: "Pay for file invalidation" and "What you need to know when invalidating
 * tags", CloudFront Developer Guide.
 */
public sealed interface InvalidationItem {

    /**
     * Returns the item as CreateInvalidation takes it.
     *
     * @return {@code /p}, {@code /p*} or {@code #tag}
     */
    String spelling();

    /**
     * Creates the item that clears a pattern and nothing else.
     *
     * @param pattern what to clear
     * @return an exact item for a URL, a wildcard for a prefix
     */
    static InvalidationItem of(UrlPattern pattern) {
        return pattern.prefix() ? new Wildcard(pattern.path()) : new Exact(pattern.path());
    }

    /**
     * Parses an entry of an invalidation batch.
     *
     * @param spelling {@code /p}, {@code /p*} or {@code #tag}
     * @return the item
     * @throws IllegalArgumentException if CloudFront would not take it
     */
    static InvalidationItem parse(String spelling) {
        return spelling.startsWith("#") ? new Tag(spelling.substring(1)) : of(UrlPattern.parse(spelling));
    }

    /**
     * Clears one URL, with all its header, cookie and encoding variants.
     *
     * @param path the URL in CloudFront's spelling
     */
    record Exact(String path) implements InvalidationItem {

        /**
         * Creates an item for a checked URL.
         *
         * @param path the URL in CloudFront's spelling
         * @throws IllegalArgumentException if CloudFront could not name the URL
         */
        public Exact {
            UrlPattern.exact(path);
        }

        @Override
        public String spelling() {
            return path;
        }
    }

    /**
     * Clears every URL that starts with a prefix, the prefix itself included.
     *
     * @param prefix the prefix in CloudFront's spelling, without the {@code *}; {@code /} clears the whole distribution
     */
    record Wildcard(String prefix) implements InvalidationItem {

        /**
         * Creates an item for a checked prefix.
         *
         * @param prefix the prefix in CloudFront's spelling, without the {@code *}
         * @throws IllegalArgumentException if CloudFront could not name the prefix
         */
        public Wildcard {
            UrlPattern.prefix(prefix);
        }

        @Override
        public String spelling() {
            return prefix + "*";
        }
    }

    /**
     * Clears every object that was cached with a tag, on distributions with a {@code CacheTagConfig}.
     *
     * @param tag 1 to 256 ASCII characters from 33 to 126, no comma; CloudFront ignores its case
     */
    record Tag(String tag) implements InvalidationItem {

        private static final int MAX_LENGTH = 256;

        /**
         * Creates an item for a checked tag.
         *
         * @param tag the tag without its {@code #}
         * @throws IllegalArgumentException if CloudFront would not take the tag
         */
        public Tag {
            if (tag.isEmpty() || tag.length() > MAX_LENGTH) {
                throw new IllegalArgumentException(
                        "CDN cache tag must have 1 to " + MAX_LENGTH + " characters, but was \"" + tag + "\"");
            }
            if (!tag.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ',')) {
                throw new IllegalArgumentException(
                        "CDN cache tag must be visible ASCII without a comma, but was \"" + tag + "\"");
            }
        }

        @Override
        public String spelling() {
            return "#" + tag;
        }
    }
}

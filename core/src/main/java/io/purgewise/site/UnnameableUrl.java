package io.purgewise.site;

import static java.util.Objects.requireNonNull;

import io.purgewise.internal.Quoted;

/**
 * Says what must be cleared at the CDN and no invalidation can name: a URL, or every URL that starts with a prefix, that holds
 * {@code ~} or a control character, has more than 4,000 characters, or ends in a literal {@code *}.
 *
 * <p>CloudFront accepts a path with an escaped {@code ~} and clears nothing ("What you need to know when invalidating paths",
 * CloudFront Developer Guide). Such a URL can be cleared by a cache tag, or by a wildcard that stops before what cannot be named
 * and clears other URLs besides. Whether that is worth it is the planner's to decide, within its policy.
 *
 * <p>Values are immutable, thread-safe and ordered by URL in UTF-16 code units, the exact URL before the prefix.
 *
 * @param url starts with {@code /}; ASCII, encoded as {@link UrlPattern} is
 * @param prefix whether every URL that starts with {@code url} is meant, {@code url} itself included
 */
public record UnnameableUrl(String url, boolean prefix) implements Comparable<UnnameableUrl> {

    /**
     * Creates a checked value.
     *
     * @throws IllegalArgumentException if {@code url} does not start with {@code /}, is not encoded, or can be named: then a
     *     {@link UrlPattern} is the way to say it
     */
    public UnnameableUrl {
        requireNonNull(url, "url");
        if (!CloudFrontSpelling.encode(url).equals(url)) {
            throw new IllegalArgumentException("URL must be percent-encoded, but was " + Quoted.of(url));
        }
        if (isNameable(url, prefix)) {
            throw new IllegalArgumentException(
                    "an invalidation can name this URL, so it needs no wildcard in its place: " + Quoted.of(url));
        }
    }

    /**
     * Tells whether an invalidation can name a URL or a prefix.
     *
     * @param url a path with an optional query string, starting with {@code /}; need not be encoded
     * @param prefix whether every URL that starts with {@code url} is meant
     * @return whether {@link UrlPattern} can hold it
     * @throws IllegalArgumentException if {@code url} does not start with {@code /} or holds half of a surrogate pair
     */
    public static boolean isNameable(String url, boolean prefix) {
        String encoded = CloudFrontSpelling.encode(requireNonNull(url, "url"));
        return CloudFrontSpelling.nameableLength(encoded) == encoded.length()
                && encoded.length() + (prefix ? 1 : 0) <= CloudFrontSpelling.MAX_LENGTH
                && (prefix || !encoded.endsWith("*"));
    }

    /** {@return the narrowest wildcard that clears what is meant, and whatever else starts as it does} */
    public UrlPattern narrowestWildcard() {
        return UrlPattern.coveringPrefix(url);
    }

    @Override
    public int compareTo(UnnameableUrl other) {
        requireNonNull(other, "other");
        int byUrl = url.compareTo(other.url);
        return byUrl != 0 ? byUrl : Boolean.compare(prefix, other.prefix);
    }

    /** Returns the URL, with the word {@code (prefix)} behind it where it stands for all that start with it. */
    @Override
    public String toString() {
        return prefix ? url + " (prefix)" : url;
    }
}

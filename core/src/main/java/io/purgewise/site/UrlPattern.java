package io.purgewise.site;

import io.purgewise.internal.Quoted;
import java.util.Objects;
import java.util.function.IntPredicate;

/**
 * Says what must be cleared at the CDN: one exact URL, or every URL that starts with a prefix.
 *
 * <p>A pattern holds only what a CloudFront invalidation can name. {@link #covering(String)} makes one from any URL; the
 * constructor and {@link #parse(String)} take the finished spelling and check it. Instances are immutable, thread-safe and
 * ordered by path in UTF-16 code units, the exact URL before the prefix.
 *
 * @param path starts with {@code /}; ASCII, with unsafe characters percent-encoded (CloudFront Developer Guide, "What you
 *     need to know when invalidating paths"); at most 4,000 characters, a prefix one less for its {@code *}
 * @param prefix whether every URL that starts with {@code path} is meant, {@code path} itself included
 */
public record UrlPattern(String path, boolean prefix) implements InvalidationItem, Comparable<UrlPattern> {

    /**
     * Creates a pattern from its checked spelling.
     *
     * @throws IllegalArgumentException if CloudFront could not name the pattern, with the reason
     */
    public UrlPattern {
        Objects.requireNonNull(path, "path");
        if (!CloudFrontSpelling.encode(path).equals(path)) {
            throw new IllegalArgumentException("pattern must be percent-encoded ("
                    + Quoted.of(CloudFrontSpelling.encode(path)) + "), but was " + Quoted.of(path));
        }
        if (path.length() + (prefix ? 1 : 0) > CloudFrontSpelling.MAX_LENGTH) {
            throw new IllegalArgumentException("pattern must have at most " + CloudFrontSpelling.MAX_LENGTH
                    + " characters, but has " + (path.length() + (prefix ? 1 : 0)) + ": " + Quoted.of(path));
        }
        int nameable = CloudFrontSpelling.nameableLength(path);
        if (nameable < path.length()) {
            throw new IllegalArgumentException("CloudFront cannot name a ~ or a control character, but index "
                    + nameable + " holds one: " + Quoted.of(path));
        }
        if (!prefix && path.endsWith("*")) {
            throw new IllegalArgumentException(
                    "an exact URL that ends in * cannot be told from a wildcard: " + Quoted.of(path));
        }
    }

    /**
     * Spells a URL as CloudFront's CreateInvalidation wants it: encodes what must be encoded, and nothing else.
     *
     * <p>The rule is AWS's ("What you need to know when invalidating paths", CloudFront Developer Guide): percent-encode
     * non-ASCII characters and those that RFC 1738 calls unsafe, and no other; any other encoding is accepted and clears
     * nothing. A valid escape is kept, so that encoding twice changes nothing, and since {@code %2B} and {@code +} are
     * different objects in the cache; a {@code %} that starts no escape becomes {@code %25}. A {@code ~} is kept although
     * CloudFront cannot name it, see {@link UnnameableUrl}.
     *
     * @param url a path with an optional query string, starting with {@code /}
     * @return the URL in ASCII
     * @throws IllegalArgumentException if {@code url} does not start with {@code /} or holds half of a surrogate pair
     */
    public static String encode(String url) {
        return CloudFrontSpelling.encode(Objects.requireNonNull(url, "url"));
    }

    /**
     * Writes characters as {@code %} and two hexadecimal digits for each byte of their UTF-8 form (RFC 3986, section 2.1).
     *
     * @param text any text
     * @param kept tells of a code point whether it stays as it is
     * @return the encoded text, with upper-case digits
     * @throws IllegalArgumentException if {@code text} holds half of a surrogate pair, which has no UTF-8 form
     */
    public static String escape(String text, IntPredicate kept) {
        Objects.requireNonNull(text, "text");
        return PercentEncoding.encode(text, Objects.requireNonNull(kept, "kept"));
    }

    /**
     * Creates a pattern for one exact URL.
     *
     * @param path the URL in CloudFront's spelling
     * @return the pattern
     * @throws IllegalArgumentException if CloudFront could not name it
     */
    public static UrlPattern exact(String path) {
        return new UrlPattern(path, false);
    }

    /**
     * Creates a pattern for every URL that starts with a prefix.
     *
     * @param path the prefix in CloudFront's spelling, without the {@code *}
     * @return the pattern
     * @throws IllegalArgumentException if CloudFront could not name it
     */
    public static UrlPattern prefix(String path) {
        return new UrlPattern(path, true);
    }

    /**
     * Parses an invalidation path: a closing {@code *} makes it a prefix.
     *
     * @param spelling the path as CreateInvalidation takes it
     * @return the pattern
     * @throws IllegalArgumentException if CloudFront would not take it
     */
    public static UrlPattern parse(String spelling) {
        Objects.requireNonNull(spelling, "spelling");
        return spelling.endsWith("*") ? prefix(spelling.substring(0, spelling.length() - 1)) : exact(spelling);
    }

    /**
     * Finds the narrowest pattern that covers a URL.
     *
     * <p>That is the URL itself, in CloudFront's spelling. What CloudFront cannot name ({@code ~}, control characters, more
     * than 4,000 characters, a literal {@code *} at the end) becomes the longest nameable prefix.
     *
     * @param url a path with an optional query string, starting with {@code /}; need not be encoded
     * @return a pattern that matches {@code url}
     * @throws IllegalArgumentException if {@code url} does not start with {@code /} or holds half of a surrogate pair
     */
    public static UrlPattern covering(String url) {
        String encoded = encode(url);
        return UnnameableUrl.isNameable(encoded, false) ? exact(encoded) : coveringPrefix(encoded);
    }

    /**
     * Finds the narrowest pattern that covers every URL that starts with a prefix.
     *
     * @param url the prefix, starting with {@code /}; need not be encoded
     * @return a prefix pattern at {@code url}, or above it where CloudFront cannot name {@code url}
     * @throws IllegalArgumentException if {@code url} does not start with {@code /} or holds half of a surrogate pair
     */
    public static UrlPattern coveringPrefix(String url) {
        String encoded = encode(url);
        int length = Math.min(CloudFrontSpelling.nameableLength(encoded), CloudFrontSpelling.MAX_LENGTH - 1);
        int whole = withoutHalfEscape(length, length > 1 ? encoded.charAt(length - 2) : 0, encoded.charAt(length - 1));
        return prefix(encoded.substring(0, whole));
    }

    /**
     * Tells whether a URL is meant by this pattern.
     *
     * @param url a URL in CloudFront's spelling
     * @return whether it equals the path or, for a prefix, starts with it
     */
    public boolean matches(String url) {
        Objects.requireNonNull(url, "url");
        return prefix ? url.startsWith(path) : url.equals(path);
    }

    /**
     * Tells whether this pattern means everything that another one means.
     *
     * @param other the other pattern
     * @return whether clearing this pattern clears the other one too
     */
    public boolean covers(UrlPattern other) {
        Objects.requireNonNull(other, "other");
        return prefix ? other.path.startsWith(path) : !other.prefix && other.path.equals(path);
    }

    /**
     * Shortens a prefix of an encoded URL so that it parts no escape.
     *
     * @param length how long the prefix is
     * @param beforeLast its last character but one, or anything if it has only one
     * @param last its last character
     * @return {@code length}, or one or two less where the prefix ends inside of an escape
     */
    public static int withoutHalfEscape(int length, int beforeLast, int last) {
        if (last == '%') {
            return length - 1;
        }
        return length > 1 && beforeLast == '%' ? length - 2 : length;
    }

    @Override
    public int compareTo(UrlPattern other) {
        Objects.requireNonNull(other, "other");
        int byPath = path.compareTo(other.path);
        return byPath != 0 ? byPath : Boolean.compare(prefix, other.prefix);
    }

    @Override
    public boolean isWildcard() {
        return prefix;
    }

    @Override
    public String spelling() {
        return prefix ? path + "*" : path;
    }

    /** Returns the invalidation path: the path, with a closing {@code *} for a prefix. */
    @Override
    public String toString() {
        return spelling();
    }
}

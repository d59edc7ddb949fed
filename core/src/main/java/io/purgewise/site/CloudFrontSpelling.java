package io.purgewise.site;

import java.nio.charset.StandardCharsets;

/**
 * Spells URLs the way CloudFront's CreateInvalidation wants them.
 *
 * <p>The rule is AWS's ("What you need to know when invalidating paths", CloudFront Developer Guide): percent-encode
 * non-ASCII characters and those that RFC 1738 calls unsafe, and no other; any other encoding is accepted and clears
 * nothing. Valid escapes stay as they are, since {@code %2B} and {@code +}, or {@code %c3} and {@code %C3}, are different
 * objects in the cache.
 */
public final class CloudFrontSpelling {

    /** The longest item that CloudFront takes, in characters, a closing {@code *} included. */
    static final int MAX_LENGTH = 4000;

    private static final String UNSAFE = " \"<>#{}|\\^[]`";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private CloudFrontSpelling() {}

    /**
     * Encodes what must be encoded in a URL, and nothing else.
     *
     * <p>A {@code %} that starts no escape becomes {@code %25}; a valid escape is kept, so encoding twice changes nothing.
     * A {@code ~} is kept although CloudFront cannot name it: {@link UrlPattern#covering(String)} deals with that.
     *
     * @param url a path with an optional query string, starting with {@code /}
     * @return the URL in ASCII
     * @throws IllegalArgumentException if {@code url} does not start with {@code /} or holds half of a surrogate pair
     */
    public static String encode(String url) {
        if (!url.startsWith("/")) {
            throw new IllegalArgumentException("URL must start with /, but was \"" + url + "\"");
        }
        int i = 0;
        while (i < url.length() && isKept(url, i)) {
            i++;
        }
        if (i == url.length()) {
            return url;
        }
        StringBuilder out = new StringBuilder(url.length() + 16).append(url, 0, i);
        while (i < url.length()) {
            char c = url.charAt(i);
            if (isKept(url, i)) {
                out.append(c);
                i++;
            } else {
                int codePoint = url.codePointAt(i);
                if (Character.isSurrogate(c) && !Character.isSupplementaryCodePoint(codePoint)) {
                    throw new IllegalArgumentException(
                            "URL holds half of a surrogate pair at index " + i + ": \"" + url + "\"");
                }
                int length = Character.charCount(codePoint);
                escape(url.substring(i, i + length), out);
                i += length;
            }
        }
        return out.toString();
    }

    private static boolean isKept(String url, int i) {
        char c = url.charAt(i);
        return c == '%' ? isEscape(url, i) : c > ' ' && c < 0x7f && UNSAFE.indexOf(c) < 0;
    }

    private static void escape(String character, StringBuilder out) {
        for (byte b : character.getBytes(StandardCharsets.UTF_8)) {
            out.append('%').append(HEX[(b >> 4) & 0xf]).append(HEX[b & 0xf]);
        }
    }

    /** Tells whether a {@code %} with two hexadecimal digits stands at an index. */
    static boolean isEscape(String url, int i) {
        return url.charAt(i) == '%'
                && i + 2 < url.length()
                && Character.digit(url.charAt(i + 1), 16) >= 0
                && Character.digit(url.charAt(i + 2), 16) >= 0;
    }

    /**
     * Finds the end of what CloudFront can name: the index of the first {@code ~} (raw or as {@code %7E}) or escaped
     * control character, or the length of an encoded URL that has none.
     */
    static int nameableLength(String encoded) {
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '~') {
                return i;
            }
            if (c == '%') {
                int code = Character.digit(encoded.charAt(i + 1), 16) * 16 + Character.digit(encoded.charAt(i + 2), 16);
                if (code < ' ' || code == 0x7f || code == '~') {
                    return i;
                }
            }
        }
        return encoded.length();
    }
}

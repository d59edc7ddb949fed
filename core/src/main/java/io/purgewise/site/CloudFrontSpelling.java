package io.purgewise.site;

import io.purgewise.internal.Quoted;

/**
 * Spells URLs the way CloudFront's CreateInvalidation wants them.
 *
 * <p>The rule is AWS's ("What you need to know when invalidating paths", CloudFront Developer Guide): percent-encode
 * non-ASCII characters and those that RFC 1738 calls unsafe, and no other; any other encoding is accepted and clears
 * nothing. Valid escapes stay as they are, since {@code %2B} and {@code +}, or {@code %c3} and {@code %C3}, are different
 * objects in the cache.
 */
final class CloudFrontSpelling {

    /** The longest item that CloudFront takes, in characters, a closing {@code *} included. */
    static final int MAX_LENGTH = 4000;

    private static final String UNSAFE = " \"<>#{}|\\^[]`";

    private CloudFrontSpelling() {}

    /** Does what {@link UrlPattern#encode} says. */
    static String encode(String url) {
        if (!url.startsWith("/")) {
            throw new IllegalArgumentException("URL must start with /, but was " + Quoted.of(url));
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
            if (isKept(url, i)) {
                out.append(url.charAt(i));
                i++;
            } else {
                PercentEncoding.append(out, url, i);
                i += Character.charCount(url.codePointAt(i));
            }
        }
        return out.toString();
    }

    private static boolean isKept(String url, int i) {
        char c = url.charAt(i);
        return c == '%' ? isEscape(url, i) : c > ' ' && c < 0x7f && UNSAFE.indexOf(c) < 0;
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

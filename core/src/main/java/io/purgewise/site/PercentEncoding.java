package io.purgewise.site;

import io.purgewise.internal.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.IntPredicate;

/** Percent-encodes text, see {@link UrlPattern#escape}. */
final class PercentEncoding {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentEncoding() {}

    static String encode(String text, IntPredicate kept) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            if (kept.test(codePoint)) {
                out.appendCodePoint(codePoint);
            } else {
                append(out, text, i);
            }
            i += Character.charCount(codePoint);
        }
        return out.toString();
    }

    /** Appends the encoded form of the code point at an index. */
    static void append(StringBuilder out, String text, int index) {
        int codePoint = text.codePointAt(index);
        if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            throw new IllegalArgumentException(
                    "text holds half of a surrogate pair at index " + index + ": " + Quoted.of(text));
        }
        for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            HEX.toHexDigits(out.append('%'), b);
        }
    }
}

package io.purgewise.site;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.IntPredicate;

/** Writes characters as {@code %} and two hexadecimal digits for each byte of their UTF-8 form (RFC 3986, section 2.1). */
public final class PercentEncoding {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentEncoding() {}

    /**
     * Encodes the characters of a text that are not to be kept.
     *
     * @param text any text
     * @param kept tells of a code point whether it stays as it is
     * @return the encoded text, with upper-case digits
     * @throws IllegalArgumentException if {@code text} holds half of a surrogate pair, which has no UTF-8 form
     */
    public static String encode(String text, IntPredicate kept) {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(kept, "kept");
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

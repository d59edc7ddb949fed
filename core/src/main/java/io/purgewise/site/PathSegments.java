package io.purgewise.site;

import io.purgewise.internal.Quoted;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns the segments of a path from their decoded form to URLs and back, as Next.js 16 does. */
final class PathSegments {

    /** What {@code encodeURIComponent} leaves alone (ECMA-262). */
    private static final String UNRESERVED = "-_.!~*'()";

    /** What {@code encodeURIComponent} escapes but browsers leave alone in the path of a link (Chromium 156). */
    private static final String LEFT_BY_BROWSERS = "$&+,:;=@[]";

    private static final Pattern KEPT_ESCAPE = Pattern.compile("%(25)?(2[Ff]|23|3[Ff]|5[Cc])");
    private static final Pattern UPPER_CASE_ESCAPE = Pattern.compile("%[0-9A-F]{2}");
    private static final Pattern TO_KEEP = Pattern.compile("[/#?\\\\]|%(2[Ff]|23|3[Ff]|5[Cc])");

    private PathSegments() {}

    /** Decodes the path of a URL into the form that cache keys use. */
    static String decode(String urlPath) {
        return eachSegment(
                urlPath,
                segment -> TO_KEEP.matcher(percentDecode(segment)).replaceAll(match -> encode(match.group(), "")));
    }

    /** Spells a decoded path with every reserved character escaped, as Next.js does when it fills in a route. */
    static String escaped(String path) {
        return eachSegment(path, segment -> encode(text(segment), ""));
    }

    /** Spells a decoded path with the reserved characters that a browser leaves as they were written in a link. */
    static String asWritten(String path) {
        return eachSegment(path, segment -> encode(text(segment), LEFT_BY_BROWSERS));
    }

    /** Spells every escape of a URL in lower case. */
    static String lowerCaseEscapes(String url) {
        return UPPER_CASE_ESCAPE.matcher(url).replaceAll(match -> match.group().toLowerCase(Locale.ROOT));
    }

    /** Rejects half surrogate pairs, which no URL can hold. */
    static void requireWellFormed(String path) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
            throw new IllegalArgumentException("path holds half of a surrogate pair: " + Quoted.of(path));
        }
    }

    /** Takes the kept escapes out of a segment, which gives the text that the app put into the route. */
    private static String text(String segment) {
        return KEPT_ESCAPE
                .matcher(segment)
                .replaceAll(match -> Matcher.quoteReplacement(
                        match.group(1) != null ? "%" + match.group(2) : percentDecode(match.group())));
    }

    private static String eachSegment(String path, UnaryOperator<String> change) {
        return Arrays.stream(path.split("/", -1)).map(change).collect(Collectors.joining("/"));
    }

    private static String encode(String text, String alsoKept) {
        return PercentEncoding.encode(
                text,
                c -> c < 0x80
                        && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0 || alsoKept.indexOf(c) >= 0));
    }

    private static String percentDecode(String segment) {
        byte[] bytes = segment.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%') {
                int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
                int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw new IllegalArgumentException(
                            "URL segment holds a % that starts no escape: " + Quoted.of(segment));
                }
                decoded.put((byte) (high * 16 + low));
                i += 2;
            } else {
                decoded.put(bytes[i]);
            }
        }
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(decoded.flip());
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("URL segment's escapes are no UTF-8: " + Quoted.of(segment), e);
        }
    }
}

package io.purgewise.cache;

import java.util.regex.Pattern;

/**
 * Recognises the keys of {@code 'use cache'} entries (Next.js 15.2 to 16.4.6, {@code server/use-cache/use-cache-wrapper}).
 *
 * <p>A key is what React's {@code encodeReply} makes of a list that starts with a text: {@code ["<build>","<function>",
 * [<arguments>]]}, in newer versions {@code ["<function>",[<arguments>],["<build>"]]}, maybe followed by a hash of
 * environment variables or by root parameters. Where an argument is no plain JSON, {@code encodeReply} makes a form of it,
 * whose fields Next.js writes one after the other, each name and each value behind its length in hexadecimal digits. The
 * list is then the field {@code 0}: {@code 1:043:["<function>",...]1:1c:{...}}. The build in it is no help: with a
 * {@code deploymentId} it may be another than the one that OpenNext puts before the key.
 */
final class UseCacheKey {

    private static final Pattern LIST_FIELD = Pattern.compile("1:0[0-9a-f]{1,8}:\\[\"");

    private static final int MAX_LENGTH_DIGITS = 8;

    private UseCacheKey() {}

    static boolean matches(String name) {
        return name.startsWith("[\"")
                || (startsWithFormField(name) && LIST_FIELD.matcher(name).find());
    }

    /** Tells whether a name starts with the length of a name, the name, which React numbers, and the length of a value. */
    private static boolean startsWithFormField(String name) {
        int colon = endOfLength(name, 0);
        if (colon < 1) {
            return false;
        }
        int field = colon + 1;
        long value = field + Long.parseLong(name.substring(0, colon), 16);
        if (value == field || value >= name.length() || !isDigit(name.charAt(field))) {
            return false;
        }
        int start = (int) value;
        boolean file = name.charAt(start) == 'B';
        return endOfLength(name, file ? start + 1 : start) > 0;
    }

    /** Finds the colon behind one to eight hexadecimal digits; -1 if there is none. */
    private static int endOfLength(String name, int from) {
        int end = from;
        while (end < name.length() && end - from <= MAX_LENGTH_DIGITS && isHexDigit(name.charAt(end))) {
            end++;
        }
        boolean found = end > from && end - from <= MAX_LENGTH_DIGITS && end < name.length() && name.charAt(end) == ':';
        return found ? end : -1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHexDigit(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f');
    }
}
